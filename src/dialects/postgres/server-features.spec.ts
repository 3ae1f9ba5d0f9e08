import { postgresVersion } from '../../../test/support/databases.js';
import { offlineContext, PostgresDatabase, postgresTable } from '../../../test/support/postgres-database.js';
import type { Operation } from '../../operations/operation.js';
import { compile } from './compile/compile.js';
import { refuseNewerFeatures } from './server-features.js';

const virtual = postgresTable('t', {
  columns: [
    { name: 'a', type: 'int' },
    { name: 'twice', type: 'int', asExpression: 'a * 2', generatedType: 'VIRTUAL', isNullable: true },
  ],
});
const createVirtual: Operation = { kind: 'createTable', table: virtual };
const createDistinct: Operation = {
  kind: 'createIndex',
  table: { name: 'u' },
  index: { name: 'ix', columnNames: ['a'], isUnique: true, nullsNotDistinct: true },
};

describe('what only newer servers have', () => {
  let database: PostgresDatabase;
  beforeAll(async () => {
    database = await PostgresDatabase.create();
    await database.run('CREATE TABLE u (a int)');
  });
  afterAll(() => database.drop());

  it.each([
    ['VIRTUAL columns', 18, createVirtual],
    ['NULLS NOT DISTINCT', 15, createDistinct],
  ])('is created since its version, and refused before: %s since %i', async (_what, since, operation) => {
    const made = database.migrate(operation);
    if (postgresVersion >= since) await made;
    else await expect(made).rejects.toMatchObject({ code: 'SERVER_TOO_OLD', since, version: postgresVersion });
  });

  it('stops a comparison with VIRTUAL columns on an older server too', async () => {
    const printed = database.canonical({ tables: [virtual] });
    if (postgresVersion >= 18) await printed;
    else await expect(printed).rejects.toMatchObject({ code: 'SERVER_TOO_OLD' });
  });

  it.each([
    [createVirtual, 170_010, 'The column "t.twice" is generated VIRTUAL, which PostgreSQL 17 does not know.'],
    [createDistinct, 140_023, 'The index "ix" of "u" is NULLS NOT DISTINCT, which PostgreSQL 14 does not know.'],
    [
      { kind: 'alterColumn', table: { schema: 's', name: 't' }, column: 'c', to: { generatedType: 'VIRTUAL' } },
      160_014,
      'The column "s.t.c" is generated VIRTUAL, which PostgreSQL 16 does not know.',
    ],
  ] as [Operation, number, string][])(
    'is refused with the name of the object that needs it: %p',
    async (operation, version, message) => {
      const answer = {
        ...offlineContext,
        offline: false,
        query: async () => [{ server_version_num: String(version) }],
      };
      await expect(refuseNewerFeatures(operation, answer)).rejects.toThrow(message);
    },
  );

  it('is not checked for a script', async () => {
    expect(await compile(createDistinct, offlineContext)).toHaveLength(1);
  });
});
