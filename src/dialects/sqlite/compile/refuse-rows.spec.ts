import { SqliteDatabase } from '../../../../test/support/sqlite-database.js';
import type { Operation } from '../../../operations/operation.js';

let database: SqliteDatabase;
beforeEach(async () => {
  database = await SqliteDatabase.create();
});
afterEach(() => database.drop());

const t = { name: 't' };

describe('a unique key on SQLite', () => {
  it('is refused where rows hold the same values, with the names of the table and its columns', async () => {
    await database.run(
      'CREATE TABLE t (a text, b int)',
      `INSERT INTO t VALUES ('x', 1), ('x', 1), ('x', NULL), ('y', 1)`,
    );
    const unique: Operation = { kind: 'createUnique', table: t, unique: { name: 'uq', columnNames: ['a', 'b'] } };
    await expect(database.migrate(unique)).rejects.toMatchObject({
      code: 'DUPLICATE_VALUES',
      message: `'a', 'b' of 't' cannot be unique: 2 rows hold ('x', 1).`,
    });
    const key: Operation = { kind: 'createPrimaryKey', table: t, primaryKey: { columnNames: ['a'] } };
    await expect(database.migrate(key)).rejects.toThrow(`'a' of 't' cannot be unique: 3 rows hold ('x').`);
  });
});

describe('a unique key over values that the change makes equal', () => {
  const unique = (...columnNames: string[]): Operation => ({
    kind: 'createUnique',
    table: t,
    unique: { name: 'uq', columnNames },
  });
  const alter = (column: string, to: object): Operation => ({ kind: 'alterColumn', table: t, column, to });
  const batch = (...operations: Operation[]): Operation => ({ kind: 'batch', table: t, operations }) as Operation;

  it.each<[string, Operation, string]>([
    [
      'NULL is filled',
      batch(alter('a', { isNullable: false, default: "'z'" }), unique('a')),
      `'a' of 't' cannot be unique: 2 rows would hold ('z').`,
    ],
    [
      'NULL is filled in one of two columns',
      batch(alter('a', { isNullable: false, default: "'z'" }), unique('a', 'b')),
      `'a', 'b' of 't' cannot be unique: 2 rows would hold ('z', 1).`,
    ],
    [
      'the values are written by hand',
      batch(alter('a', { type: 'varchar', using: `'same'` }), unique('a')),
      `'a' of 't' cannot be unique: 3 rows would hold ('same').`,
    ],
    [
      'the column gets another name',
      batch({ kind: 'renameColumn', table: t, from: 'b', to: 'c' }, unique('c')),
      `'b' of 't' cannot be unique: 3 rows hold (1).`,
    ],
  ])('is refused with the names of the table and its columns: %s', async (_what, operation, message) => {
    await database.run('CREATE TABLE t (a text, b int)', `INSERT INTO t VALUES (NULL, 1), (NULL, 1), ('x', 1)`);
    await expect(database.migrate(operation)).rejects.toMatchObject({ code: 'DUPLICATE_VALUES', message });
  });

  it('is created where the change fills one row only', async () => {
    await database.run('CREATE TABLE t (a text, b int)', `INSERT INTO t VALUES (NULL, 1), ('x', 1)`);
    await database.migrate(batch(alter('a', { isNullable: false, default: "'z'" }), unique('a')));
    expect((await database.table('t')).uniques).toHaveLength(1);
  });
});

describe('a key that becomes the row id', () => {
  const toInteger: Operation = { kind: 'alterColumn', table: t, column: 'id', to: { type: 'integer' } };

  it.each(["'b4c0bd3e-53a9'", "'1.5'", '1.5', "x'31'", "''", "'12x'", '1e300'])(
    'is refused where a row has %s',
    async (value) => {
      await database.run('CREATE TABLE t (id varchar PRIMARY KEY NOT NULL)', `INSERT INTO t VALUES ('1'), (${value})`);
      await expect(database.migrate(toInteger)).rejects.toMatchObject({
        code: 'NO_INTEGER',
        message: expect.stringContaining("The key 'id' of 't' cannot become an integer: a row has ") as string,
      });
    },
  );

  it('is accepted where its texts are integers', async () => {
    await database.run(
      'CREATE TABLE t (id varchar PRIMARY KEY NOT NULL)',
      `INSERT INTO t VALUES ('1'), ('002'), ('-3'), (' 4 '), ('5.0'), ('9223372036854775807')`,
    );
    await database.migrate(toInteger);
    expect((await database.table('t')).columns[0]).toMatchObject({ type: 'integer' });
  });
});

describe('a NOT NULL column on SQLite', () => {
  it('is refused where rows would have no value in it', async () => {
    await database.run('CREATE TABLE t (a text)', `INSERT INTO t VALUES (NULL), ('x')`);
    const add: Operation = { kind: 'addColumn', table: t, column: { name: 'b', type: 'text' } };
    await expect(database.migrate(add)).rejects.toMatchObject({
      code: 'NULL_VALUES',
      message: `Column 'b' cannot be added to 't' as NOT NULL: the table has 2 rows, and the column has no default.`,
    });
    await expect(
      database.migrate({ kind: 'alterColumn', table: t, column: 'a', to: { isNullable: false } }),
    ).rejects.toThrow(`Column 'a' of 't' cannot become NOT NULL: 1 row has no value in it.`);
  });

  it('can be added to an empty table', async () => {
    await database.run('CREATE TABLE t (a text)');
    await database.migrate({ kind: 'addColumn', table: t, column: { name: 'b', type: 'text' } });
    expect((await database.table('t')).columns[1]).toEqual({ name: 'b', type: 'text' });
  });
});
