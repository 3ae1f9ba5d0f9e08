import type { Operation } from '../../operations/operation.js';
import type { DialectName } from '../../schema/parts.js';
import { table } from '../../../test/support/comparing.js';
import { offlineContext } from '../../../test/support/postgres-database.js';
import type { Dialect } from '../dialect.js';
import { postgresDialect } from '../postgres/index.js';
import { sqliteDialect } from '../sqlite/index.js';
import { foreignOption } from './foreign-options.js';

const unsigned = { name: 'n', type: 'int', mysql: { unsigned: true as const } };
const create = (parts: Parameters<typeof table>[1]): Operation => ({ kind: 'createTable', table: table('t', parts) });

describe('Options of MySQL', () => {
  describe.each<[string, Dialect]>([
    ['PostgreSQL', postgresDialect],
    ['SQLite', sqliteDialect],
  ])('on %s', (title, dialect) => {
    it.each<[string, string, Operation]>([
      ["'engine' of the table 't'", 'storage engines', create({ mysql: { engine: 'InnoDB' } })],
      ["'unsigned' of the column 'n'", 'choose a wider type', create({ columns: [unsigned] })],
      ["'unsigned' of the column 'n'", 'unsigned', { kind: 'addColumn', table: { name: 't' }, column: unsigned }],
      [
        "'zerofill' of the column 'n'",
        'format the number',
        { kind: 'alterColumn', table: { name: 't' }, column: 'n', to: { mysql: { zerofill: true } } },
      ],
      [
        "'onUpdate' of the column 'n'",
        'write a trigger',
        {
          kind: 'batch',
          table: { name: 't' },
          operations: [
            { kind: 'alterColumn', table: { name: 't' }, column: 'n', to: { mysql: { onUpdate: 'now()' } } },
          ],
        },
      ],
      [
        "'parser' of the index 'i'",
        'full-text parsers',
        {
          kind: 'createIndex',
          table: { name: 't' },
          index: { name: 'i', columnNames: ['n'], mysql: { parser: 'ngram' } },
        },
      ],
    ])('are refused: %s', async (option, hint, operation) => {
      await expect(dialect.compile(operation, offlineContext)).rejects.toMatchObject({
        code: 'UNSUPPORTED_OPERATION',
        message: expect.stringContaining(`is not possible on ${title}: ${option} is an option of other databases.`),
        hint: expect.stringContaining(hint),
      });
    });
  });
});

it.each<[DialectName, string | undefined]>([
  ['sqlite', undefined],
  ['mysql', "'strict' of the table 't'"],
])('options of another database are found, and not those of the own: %s', (own, option) => {
  const found = foreignOption(create({ sqlite: { strict: true } }), own);
  expect(found?.subject).toBe(option && `${option} is an option of other databases`);
});
