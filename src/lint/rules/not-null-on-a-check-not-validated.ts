import { notNullScans } from '../parts.js';
import { validated } from '../fix.js';
import type { LintRule } from '../rule.js';
import { notNullByCheck, notNullCheck } from '../scenes.js';
import { targetOf } from '../subject.js';

/** SET NOT NULL behind a check that is NOT VALID. */
export const rule: LintRule = {
  code: 'not-null-on-a-check-not-validated',
  class: 'blocks-reads',
  level: 'error',
  summary:
    'A column becomes NOT NULL behind a check that was not validated, so that all rows are read under the strongest lock.',
  explanation: `A check proves to SET NOT NULL that a column has no NULL only when it is validated. VALIDATE CONSTRAINT comes before it, in a transaction
of its own. On PostgreSQL 18 the same is true of a NOT NULL constraint that is NOT VALID: VALIDATE it, and leave SET NOT NULL out.`,
  databases: ['postgres'],
  example: {
    unsafe: `${notNullCheck('book', 'isbn')}
await op.alterColumn('book', 'isbn', { isNullable: false });`,
    target: 'book.isbn',
    safe: [notNullByCheck('book', 'isbn', "''")],
  },
  statement: (statement, run) =>
    notNullScans(statement, run).flatMap(({ table, column, check }) => {
      if (check === undefined) return [];
      return [
        {
          target: targetOf(table, column),
          message: `Nobody can read or write ${targetOf(table)} until all of its rows are read: ${check} is not validated.`,
          fix: validated(table, check),
          fixPlace: 'before' as const,
        },
      ];
    }),
};
