import { asCode, steps } from '../fix.js';
import { addedColumns, isRewritten } from '../parts.js';
import type { LintRule } from '../rule.js';
import { targetOf } from '../subject.js';

/** ADD COLUMN with a default that differs from row to row. */
export const rule: LintRule = {
  code: 'default-rewrites-table',
  class: 'rewrites',
  level: 'error',
  summary: 'A column is added with a default that is computed for each row, so that the table is written again.',
  explanation: `PostgreSQL keeps a default that is the same for all rows (a constant, \`now()\`) in the catalog. One that is volatile (\`gen_random_uuid()\`,
\`random()\`, \`nextval\`, any function not declared STABLE or IMMUTABLE) is computed for each row: the whole table and all its indexes are written
again, and nobody may use it. MariaDB and MySQL copy the table for a default expression such as \`(uuid())\`. So the column comes first, nullable and
without default; then the default, which new rows get; then the old rows in batches; then NOT NULL.`,
  databases: ['postgres', 'mysql'],
  example: {
    unsafe: `await op.addColumn('book', { name: 'key', type: 'uuid', default: 'gen_random_uuid()' });`,
    target: 'book.key',
    safe: [
      `await op.addColumn('book', { name: 'key', type: 'uuid', isNullable: true });
await op.alterColumn('book', 'key', { default: 'gen_random_uuid()' });`,
    ],
  },
  statement: (statement, run) =>
    addedColumns(statement, run)
      .filter(({ column }) => column.default !== undefined && column.generated === undefined && !column.isIdentity)
      .filter(({ table, column }) => isRewritten(statement, table, column.name))
      .map(({ table, column }) => {
        const { operation } = statement.call;
        const { default: value = '', name } = column;
        const reason = statement.effects.unknown.find((doubt) => doubt.startsWith('whether the function'));
        return {
          target: targetOf(table, name),
          message: `All rows of ${targetOf(table)} are written again, as ${value} is computed for each${reason === undefined ? '' : ` (it is not known ${reason})`}.`,
          ...(operation.kind === 'addColumn' && {
            fix: steps(
              asCode({
                kind: 'addColumn',
                table,
                column: { ...withoutDefault(operation.column), isNullable: true },
              }),
              asCode({ kind: 'alterColumn', table, column: name, to: { default: value } }),
              `// Then the rows that are there in batches, in a revision of their own${column.isNotNull ? ', and NOT NULL' : ''}.`,
            ),
          }),
        };
      }),
};

function withoutDefault<T extends { readonly default?: string }>({
  default: _default,
  ...column
}: T): Omit<T, 'default'> {
  return column;
}
