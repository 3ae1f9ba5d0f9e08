import type { LintRule } from '../rule.js';
import { targetOf } from '../subject.js';

/** SQL by hand that the database refuses, whatever the rows are; a call that it has no form for is found by `lint.ts`. */
export const rule: LintRule = {
  code: 'refused-by-the-database',
  class: 'fails-in-transaction',
  level: 'error',
  summary: 'The database refuses a statement, whatever the rows are.',
  explanation: `MariaDB and MySQL refuse a change that needs another way than its \`ALGORITHM\` or \`LOCK\` asks for (errors 1845 and 1846): that is what the
clauses are for, and better than a copy of the table that nobody expects; but the revision does not run so. SQLite adds no column that is unique or
a primary key, and its ALTER TABLE makes one change, and none of types, defaults, keys and unique constraints: \`op\` makes the table again where
it must.

So is a call that the database has no form for, such as \`op.createEnum\` on SQLite, or \`op.inBatches\` with a statement that has no place for the
condition of a batch. What the revision does behind it is not known then.`,
  databases: ['mysql', 'sqlite', 'postgres'],
  example: {
    unsafe: `await op.execute('ALTER TABLE book MODIFY pages bigint NULL, ALGORITHM=INPLACE, LOCK=NONE');`,
    target: 'book',
    safe: [`await op.execute('ALTER TABLE book ADD INDEX IDX_title (title), ALGORITHM=INPLACE, LOCK=NONE');`],
  },
  statement: ({ effects: { refused = [] } }, run) =>
    refused.map(({ name, reason }) => ({
      target: targetOf(run.nameOf(name)),
      message: `${run.dialect.title} refuses this: ${reason}.`,
    })),
};
