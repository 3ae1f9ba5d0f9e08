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
  statement: (statement) =>
    statement.parsed.kind === 'drop' && statement.call.byHand
      ? []
      : statement.effects.loses
          .filter(({ what, name, column }) => {
            if (what !== 'values' || column === undefined) return false;
            // What is computed can be computed again.
            return columnOf(statement.call, name, column)?.asExpression === undefined;
          })
          .map(({ name, column }) => ({
            target: targetOf(name, column),
            message: `The values of ${targetOf(name, column)} are lost.`,
          })),
};
