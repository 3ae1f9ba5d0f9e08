import { createPostgresDatabase, createSqliteDatabase, databaseMakers, hasMysql } from '../support/databases.js';
import { ContractDatabase } from '../../src/dialects/contract/contract-database.js';
import { postgresDialect } from '../../src/dialects/postgres/index.js';
import { sqliteDialect } from '../../src/dialects/sqlite/index.js';
import { mysqlDialect } from '../../src/dialects/mysql/index.js';
import type { Operations } from '../../src/operations/operations.interface.js';
import { reverseAll } from '../../src/operations/reverse.js';

const create = async (op: Operations): Promise<void> => {
  await op.createTable({ name: 'user', columns: [{ name: 'id', type: 'integer', isPrimary: true }] });
  await op.createTable({
    name: 'post',
    columns: [
      { name: 'id', type: 'integer' },
      { name: 'userId', type: 'integer' },
      { name: 'slug', type: 'varchar', length: '20' },
    ],
  });
};
const unique = { name: 'UQ_slug', columnNames: ['slug'] };
const index = { ...unique, isUnique: true, isConcurrent: true };
const key = { name: 'FK_user', columnNames: ['userId'], referencedTableName: 'user', referencedColumnNames: ['id'] };

describe('constraints that are made while the table is used, on PostgreSQL', () => {
  let database: ContractDatabase;
  beforeEach(async () => {
    database = await ContractDatabase.make({ dialect: postgresDialect, make: createPostgresDatabase } as never);
  });
  afterEach(() => database.drop());
  const post = async () => (await database.reflected()).find(({ name }) => name === 'post');

  it('are made of an index, and are as those that were made at once', async () => {
    await database.upgrade({
      a: create,
      b: async (op) => {
        await op.createUniqueConstraint('post', unique);
        await op.createPrimaryKey('post', ['id'], 'PK_post');
      },
    });
    const plain = await post();
    await database.drop();
    database = await ContractDatabase.make({ dialect: postgresDialect, make: createPostgresDatabase } as never);
    await database.upgrade({
      a: create,
      b: async (op) => {
        await op.createIndex('post', index);
        await op.createUniqueConstraint('post', unique, { fromIndex: true });
        await op.createIndex('post', { name: 'of_key', columnNames: ['id'], isUnique: true, isConcurrent: true });
        await op.createPrimaryKey('post', ['id'], 'PK_post', { fromIndex: 'of_key' });
      },
    });
    expect(await post()).toEqual(plain);
  });

  it('are left as they are where an earlier try has made them', async () => {
    const half = { kind: 'createUnique', table: { name: 'post' }, unique, fromIndex: 'UQ_slug' } as const;
    await database.upgrade({ a: create, b: (op) => op.createUniqueConstraint('post', unique) });
    await database.apply(half);
    await database.apply({ ...half, fromIndex: 'IDX_slug' });
    expect((await post())?.uniques).toEqual([unique]);
    const none = { ...unique, name: 'UQ_other' };
    await expect(database.apply({ ...half, unique: none, fromIndex: 'IDX_slug' })).rejects.toThrow('IDX_slug');
  });

  it('are undone to the index that they were made of', async () => {
    await database.upgrade({ a: create, b: (op) => op.createIndex('post', index) });
    const before = await post();
    const make = { kind: 'createUnique', table: { name: 'post' }, unique, fromIndex: 'UQ_slug' } as const;
    await database.apply(make);
    await database.apply(...reverseAll([make]));
    expect(await post()).toEqual(before);
  });

  it('are validated behind a commit, with what an interrupted run has done left as it is', async () => {
    const revisions = (end: () => Promise<void>) => ({
      a: create,
      b: async (op: Operations) => {
        await op.execute(`INSERT INTO "post" VALUES (1, 7, 'a')`);
        await op.createForeignKey('post', { ...key, isValidated: false });
        await op.validateConstraint('post', 'FK_user', { isConcurrent: true });
        await end();
      },
    });
    const orphans = await database.failure(revisions(async () => undefined));
    expect(orphans.message).toContain('FK_user');
    expect((await post())?.foreignKeys).toEqual([{ ...key, isNotValid: true }]);
    await database.query('INSERT INTO "user" VALUES (7)');
    await database.failure(revisions(() => Promise.reject(new Error('it fails'))));
    expect((await post())?.foreignKeys).toEqual([key]);
    await database.upgrade(revisions(async () => undefined));
    expect(await database.query('SELECT count(*)::int AS n FROM "post"')).toEqual([{ n: 1 }]);
  });

  it('take isValidated and the earlier isNotValid, but not one against the other', async () => {
    await database.upgrade({ a: create, b: (op) => op.createForeignKey('post', { ...key, isNotValid: true }) });
    expect((await post())?.foreignKeys).toEqual([{ ...key, isNotValid: true }]);
    const both = { ...key, isNotValid: true, isValidated: true };
    const wrong = await database.failure({ a: create, b: create, c: (op) => op.createForeignKey('post', both) });
    expect(wrong.message).toContain('isValidated');
  });
});

const others = [
  ['SQLite', sqliteDialect, createSqliteDatabase] as const,
  ...(hasMysql ? [['MySQL', mysqlDialect, databaseMakers.mysql] as const] : []),
];

it.each([
  ['PostgreSQL', postgresDialect, createPostgresDatabase] as const,
  ['SQLite', sqliteDialect, createSqliteDatabase] as const,
])('%s refuses isOnline by name', async (_name, dialect, make) => {
  const database = await ContractDatabase.make({ dialect, make } as never);
  try {
    const failed = await database.failure({
      a: create,
      b: (op) => op.batch('post', (table) => table.dropColumn('slug'), { isOnline: true }),
    });
    expect(failed.message).toContain("'isOnline' of the changes of the table 'post'");
  } finally {
    await database.drop();
  }
});

describe.each(others)('on %s, which makes no constraint of an index', (_name, dialect, make) => {
  it('is refused by name', async () => {
    const database = await ContractDatabase.make({ dialect, make } as never);
    try {
      await database.upgrade({ a: create });
      const calls: readonly ((op: Operations) => Promise<void>)[] = [
        (op) => op.createUniqueConstraint('post', unique, { fromIndex: true }),
        (op) => op.createPrimaryKey('post', ['id'], 'PK', { fromIndex: 'i' }),
        (op) => op.createForeignKey('post', { ...key, isValidated: false }),
        (op) => op.validateConstraint('post', 'FK_user', { isConcurrent: true }),
      ];
      for (const call of calls) {
        const failed = await database.failure({ a: create, b: call });
        expect(failed.message).toMatch(/fromIndex|NOT VALID|isNotValid/);
      }
    } finally {
      await database.drop();
    }
  });
});
