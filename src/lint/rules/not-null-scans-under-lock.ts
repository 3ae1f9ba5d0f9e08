import { quoteName } from '../../sql/identifiers.js';
import { autocommit, execute, quoted, steps, validated } from '../fix.js';
import { actionsOn } from '../parts.js';
import type { LintRule } from '../rule.js';
import { targetOf } from '../subject.js';

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
    safe: [
      `await op.createCheckConstraint('book', { name: 'CHK_isbn', expression: 'isbn IS NOT NULL', isNotValid: true });
await op.autocommit(() => op.validateConstraint('book', 'CHK_isbn'));
await op.alterColumn('book', 'isbn', { isNullable: false });
await op.dropCheckConstraint('book', 'CHK_isbn');`,
    ],
  },
  statement: (statement, run) =>
    actionsOn(statement, run, 'setNotNull')
      .filter(({ action }) =>
        statement.effects.fails.some(({ on, column }) => on === 'nulls' && column === action.column),
      )
      .map(({ table, action: { column } }) => {
        const check = `${table.name}_${column}_not_null`;
        return {
          target: targetOf(table, column),
          message: `Nobody can read or write ${targetOf(table)} until all of its rows are read.`,
          fix: steps(
            execute(
              `ALTER TABLE ${quoted(table)} ADD CONSTRAINT ${quoteName(check)} CHECK (${quoteName(column)} IS NOT NULL) NOT VALID`,
            ),
            validated(table, check),
            autocommit(
              `ALTER TABLE ${quoted(table)} ALTER ${quoteName(column)} SET NOT NULL, DROP CONSTRAINT ${quoteName(check)}`,
            ),
          ),
        };
      }),
};
