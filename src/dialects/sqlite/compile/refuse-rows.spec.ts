import { SqliteDatabase } from '../../../../test/support/sqlite-database.js';
import type { Operation } from '../../../operations/operation.js';

let database: SqliteDatabase;
beforeEach(async () => {
  database = await SqliteDatabase.create();
});
afterEach(() => database.drop());

const t = { name: 't' };

describe('a key', () => {
  it('is refused where rows hold the same values, with the names that the table has', async () => {
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

describe('a NOT NULL column', () => {
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
