import { isUpdated } from '../around.js';
import { quoted } from '../fix.js';
import type { LintRule } from '../rule.js';
import { notNullByCheck } from '../scenes.js';
import { targetOf } from '../subject.js';

/** NOT NULL of a column that may have NULL. */
export const rule: LintRule = {
  code: 'not-null-over-nulls',
  class: 'fails-on-rows',
  level: 'warning',
  summary: 'A column becomes NOT NULL, and one row without a value is enough for it to fail.',
  explanation: `Fill the column first, in batches and in a revision of its own. On PostgreSQL a check that is validated proves that no row is left, without a lock.`,
  example: {
    unsafe: `await op.alterColumn('book', 'isbn', { isNullable: false });`,
    target: 'book.isbn',
    safe: [
      `await op.inBatches({ table: 'book', size: 1000 }, "UPDATE book SET isbn = '' WHERE isbn IS NULL");
${notNullByCheck('book', 'isbn', "''")}`,
    ],
  },
  databases: ['postgres', 'mysql', 'sqlite'],
  statement: (statement, run) =>
    statement.effects.fails
      .filter(
        ({ on, table, column }) =>
          on === 'nulls' &&
          !(column !== undefined && (run.isFilledColumn(table, column) || isUpdated(statement, table, column, run))),
      )
      .map(({ table, column }) => ({
        target: targetOf(table, column),
        message: `This fails if ${column ?? 'a column of the key'} is NULL in a row of ${targetOf(table)}.`,
        ...(column !== undefined && {
          look: `SELECT count(*) FROM ${quoted(table, run)} WHERE ${run.dialect.quote(column)} IS NULL`,
        }),
      })),
};
