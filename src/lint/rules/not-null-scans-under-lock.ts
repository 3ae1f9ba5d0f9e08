import type { QualifiedName } from '../../schema/schema.model.js';
import { onlyAction } from '../by-hand.js';
import { asCode, steps, notNullSteps, rewritten } from '../fix.js';
import { notNullScans } from '../parts.js';
import type { LintRule } from '../rule.js';
import { notNullByCheck } from '../scenes.js';
import { targetOf, type LintedStatement, type LintRun } from '../subject.js';

/** SET NOT NULL where no check proves it. */
export const rule: LintRule = {
  code: 'not-null-scans-under-lock',
  class: 'blocks-reads',
  level: 'error',
  summary: 'A column becomes NOT NULL, and nobody may use the table while all rows are read.',
  explanation: `SET NOT NULL reads every row under the strongest lock, unless a validated check proves that the column has no NULL.
So a check comes first: NOT VALID, then VALIDATE in a transaction of its own, which reads the rows while everybody goes on; then SET NOT
NULL takes a moment, and the check can go.`,
  databases: ['postgres'],
  example: {
    unsafe: `await op.alterColumn('book', 'isbn', { isNullable: false });`,
    target: 'book.isbn',
    safe: [notNullByCheck('book', 'isbn', "''")],
  },
  statement: (statement, run) =>
    // A check that is there, and not validated, is another rule's.
    notNullScans(statement, run).flatMap(({ table, column, check }) => {
      if (check !== undefined) return [];
      return [
        {
          target: targetOf(table, column),
          message: `Nobody can read or write ${targetOf(table)} until all of its rows are read.`,
          fix: fixOf(statement, table, column, run),
        },
      ];
    }),
};

/** The other changes of the column first, then NOT NULL by a check. */
function fixOf(statement: LintedStatement, table: QualifiedName, column: string, run: LintRun): string | undefined {
  const code = rewritten(
    statement.call,
    'alterColumn',
    (operation) => operation.column === column && operation.to.isNullable === false,
    ({ to: { isNullable: _required, ...to }, ...operation }) =>
      steps(
        Object.keys(to).length === 0 ? undefined : asCode({ kind: 'alterColumn', table, column: operation.column, to }),
        notNullSteps(table, operation.column),
      ),
  );
  return code ?? (onlyAction(statement, run) === undefined ? undefined : notNullSteps(table, column));
}
