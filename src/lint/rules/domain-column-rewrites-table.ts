import { addedColumns, isCounting, isRewritten } from '../parts.js';
import type { LintRule } from '../rule.js';
import { targetOf } from '../subject.js';

/** ADD COLUMN of a domain with a constraint. */
export const rule: LintRule = {
  code: 'domain-column-rewrites-table',
  class: 'rewrites',
  level: 'error',
  summary:
    'A column of a domain with a constraint is added, and the table is written again even where it is NULL in all rows.',
  explanation: `PostgreSQL has to try the constraint of the domain on each row. A column of the type that the domain is made of, with a CHECK that is added NOT
VALID and then validated, keeps nobody waiting.`,
  databases: ['postgres'],
  example: {
    facts: {
      scene: `await op.execute(\`CREATE DOMAIN "email" AS text CHECK (VALUE LIKE '%@%')\`);
await op.createTable({ name: 'reader', columns: [{ name: 'id', type: 'bigint', isPrimary: true }] });`,
    },
    unsafe: `await op.addColumn('reader', { name: 'mail', type: 'email', isNullable: true });`,
    target: 'reader.mail',
    safe: [
      `await op.addColumn('reader', { name: 'mail', type: 'text', isNullable: true });
await op.createCheckConstraint('reader', { name: 'CHK_mail', expression: \`"mail" LIKE '%@%'\`, isValidated: false });
await op.validateConstraint('reader', 'CHK_mail', { isConcurrent: true });`,
    ],
  },
  statement: (statement, run) =>
    addedColumns(statement, run)
      .filter(({ column }) => column.default === undefined && column.generated === undefined && !isCounting(column))
      .filter(({ table, column }) => isRewritten(statement, table, column.name))
      .map(({ table, column: { name, type } }) => ({
        target: targetOf(table, name),
        message: `All rows of ${targetOf(table)} are written again, as the domain ${type} has a constraint.`,
      })),
};
