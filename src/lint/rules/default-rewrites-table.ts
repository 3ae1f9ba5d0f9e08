import type { QualifiedName } from '../../schema/schema.model.js';
import type { ColumnClause } from '../../sql/ddl/statement.js';
import { quoteName } from '../../sql/identifiers.js';
import { onlyAction, bareColumn } from '../by-hand.js';
import { asCode, execute, steps, quoted, notNullSteps, filled, rewritten } from '../fix.js';
import { addedColumns, isRewritten } from '../parts.js';
import type { LintRule } from '../rule.js';
import { targetOf, type LintedStatement, type LintRun } from '../subject.js';

/** ADD COLUMN with a default that differs from row to row. */
export const rule: LintRule = {
  code: 'default-rewrites-table',
  class: 'rewrites',
  level: 'error',
  summary: 'A column is added with a default that is computed for each row, so that the table is written again.',
  explanation: `PostgreSQL keeps a default that is the same for all rows (a constant, \`now()\`) in the catalog. One that is volatile (\`gen_random_uuid()\`,
\`random()\`, \`nextval\`, any function not declared STABLE or IMMUTABLE) is computed for each row: the whole table and all its indexes are written
again, and nobody may use it. MariaDB and MySQL copy the table for a default such as \`(uuid())\`, MySQL for any expression. So the column comes first, nullable and
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
        const { default: value = '', name } = column;
        const reason = statement.effects.unknown.find((doubt) => doubt.startsWith('whether the function'));
        return {
          target: targetOf(table, name),
          message: `All rows of ${targetOf(table)} are written again, as ${value} is computed for each of them${reason === undefined ? '' : ` (it is not known ${reason})`}.`,
          fix: fixOf(statement, table, column, run),
        };
      }),
};

function fixOf(
  statement: LintedStatement,
  table: QualifiedName,
  column: ColumnClause,
  run: LintRun,
): string | undefined {
  const { validatesLater } = run.dialect.rules;
  const { name, default: value = '' } = column;
  const oldRows = filled(table, name, 'DEFAULT', statement.call, run);
  const required = validatesLater
    ? notNullSteps(table, name)
    : asCode({ kind: 'alterColumn', table, column: name, to: { isNullable: false } });
  const ofCall = rewritten(
    statement.call,
    'addColumn',
    (operation) => operation.column.name === name,
    (operation) => {
      const { default: given, ...plain } = operation.column;
      return steps(
        asCode({ ...operation, column: { ...plain, isNullable: true } }),
        asCode({ kind: 'alterColumn', table, column: name, to: { default: given ?? value } }),
        oldRows,
        plain.isNullable ? undefined : required,
      );
    },
  );
  const only = onlyAction(statement, run);
  if (ofCall !== undefined || only === undefined || !validatesLater || column.constraints.length > 0) return ofCall;
  const bare = bareColumn({ sql: only.sql, table: quoted(table, run), column }, run, true);
  return (
    bare &&
    steps(
      execute(bare),
      execute(`ALTER TABLE ${quoted(table, run)} ALTER COLUMN ${quoteName(name)} SET DEFAULT ${value}`),
      oldRows,
      column.isNotNull ? required : undefined,
    )
  );
}
