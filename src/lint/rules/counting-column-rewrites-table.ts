import type { QualifiedName, ColumnModel } from '../../schema/schema.model.js';
import { quoteName } from '../../sql/identifiers.js';
import { asCode, execute, steps, quoted, notNullSteps, filled, shortened, rewritten } from '../fix.js';
import { addedColumns, isCounting, isRewritten } from '../parts.js';
import type { LintRule } from '../rule.js';
import { targetOf, type LintedStatement, type LintRun } from '../subject.js';

/** ADD COLUMN of a serial or an identity. */
export const rule: LintRule = {
  code: 'counting-column-rewrites-table',
  class: 'rewrites',
  level: 'error',
  summary: 'A column that counts is added, and each row gets its number: the table is written again.',
  explanation: `serial, GENERATED … AS IDENTITY and AUTO_INCREMENT give each row that is there a number. On PostgreSQL nobody may use the table meanwhile, on
MariaDB and MySQL nobody may write. In place of it: a nullable column, a sequence that it owns, \`nextval\` as its default, which new rows get; then the
old rows in batches.`,
  databases: ['postgres', 'mysql'],
  example: {
    unsafe: `await op.addColumn('book', { name: 'number', type: 'integer', isGenerated: true, generationStrategy: 'increment' });`,
    target: 'book.number',
    safe: [
      `await op.addColumn('book', { name: 'number', type: 'bigint', isNullable: true });
await op.execute('CREATE SEQUENCE "book_number_seq" OWNED BY "book"."number"');
await op.alterColumn('book', 'number', { default: \`nextval('book_number_seq')\` });`,
    ],
  },
  statement: (statement, run) =>
    addedColumns(statement, run)
      .filter(({ column, table }) => isCounting(column) && isRewritten(statement, table, column.name))
      .map(({ table, column: { name } }) => ({
        target: targetOf(table, name),
        message: `All rows of ${targetOf(table)} are written again, as each gets a number.`,
        fix: run.dialect.rules.hasOwnedSequences
          ? rewritten(
              statement.call,
              'addColumn',
              ({ column }) => column.name === name,
              ({ column }) => countedLater(statement, table, column, run),
            )
          : undefined,
      })),
};

/** The column without numbers, its sequence, and the numbers of old rows in batches. */
function countedLater(statement: LintedStatement, table: QualifiedName, column: ColumnModel, run: LintRun): string {
  const { name, generationStrategy, generatedIdentity: _identity, ...rest } = column;
  const sequence = quoted({ ...table, name: shortened(`${table.name}_${name}_seq`) }, run);
  const owner = `${quoted(table, run)}.${quoteName(name)}`;
  return steps(
    generationStrategy === 'identity'
      ? '// An identity numbers all rows at once. This is the default of a sequence in its place, as serial has it: old rows can wait.'
      : undefined,
    asCode({ kind: 'addColumn', table, column: { ...rest, name, isNullable: true } }),
    execute(`CREATE SEQUENCE ${sequence} AS ${column.type} OWNED BY ${owner}`),
    execute(`ALTER TABLE ${quoted(table, run)} ALTER COLUMN ${quoteName(name)} SET DEFAULT nextval('${sequence}')`),
    filled(table, name, 'DEFAULT', statement.call, run),
    column.isNullable ? undefined : notNullSteps(table, name),
  );
}
