import { execute, quoted, steps, asCode } from '../fix.js';
import { addedColumns, isCounting, isRewritten } from '../parts.js';
import type { LintRule } from '../rule.js';
import { targetOf } from '../subject.js';
import { quoteName } from '../../sql/identifiers.js';

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
      .map(({ table, column: { name } }) => {
        const sequence = `${table.name}_${name}_seq`;
        return {
          target: targetOf(table, name),
          message: `All rows of ${targetOf(table)} are written again, as each gets a number.`,
          ...(run.dialect.rules.hasOwnedSequences && {
            fix: steps(
              asCode({ kind: 'addColumn', table, column: { name, type: 'bigint', isNullable: true } }),
              execute(`CREATE SEQUENCE ${quoteName(sequence)} OWNED BY ${quoted(table)}.${quoteName(name)}`),
              asCode({
                kind: 'alterColumn',
                table,
                column: name,
                to: { default: `nextval('${quoteName(sequence)}')` },
              }),
              '// Then the rows that are there in batches, in a revision of their own.',
            ),
          }),
        };
      }),
};
