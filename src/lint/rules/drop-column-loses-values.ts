import { columnsNotCopied } from '../copied.js';
import type { LintRule } from '../rule.js';
import { targetOf, columnOf } from '../subject.js';

/** DROP COLUMN. */
export const rule: LintRule = {
  code: 'drop-column-loses-values',
  class: 'loses-data',
  level: 'error',
  summary: 'A column is dropped with its values.',
  explanation: `Nothing brings the values back but a backup: a downgrade adds an empty column. Stop using the column first, release that, and drop it in a later
release, when nobody misses it. Where that is done, allow the finding with a reason.`,
  example: {
    unsafe: `await op.dropColumn('book', 'isbn');`,
    target: 'book.isbn',
  },
  statement: (statement, run) => {
    const columns =
      statement.parsed.kind === 'drop' && statement.call.byHand
        ? statement.parsed.names.flatMap((name) =>
            columnsNotCopied(statement, run.nameOf(name), run).map((column) => ({ name: run.nameOf(name), column })),
          )
        : statement.effects.loses.flatMap(({ what, name, column }) =>
            what === 'values' && column !== undefined ? [{ name, column }] : [],
          );
    return (
      columns
        // What is computed can be computed again.
        .filter(({ name, column }) => columnOf(statement.call, name, column)?.asExpression === undefined)
        .map(({ name, column }) => ({
          target: targetOf(name, column),
          message: `The values of ${targetOf(name, column)} are lost.`,
        }))
    );
  },
};
