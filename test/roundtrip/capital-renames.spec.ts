import { EntitySchema } from 'typeorm';
import type { Operation } from '../../src/operations/operation.js';
import { createSqliteDatabase, createPostgresDatabase, type TestDatabase } from '../support/databases.js';
import { table } from './entity-sets.js';
import { catalog, compare, type Entities, run, upgrade, withDataSource } from './round-trip.js';

const user = (name: string, column: string): ReturnType<typeof table> =>
  table(name, { [column]: { type: 'varchar', default: 'x', unique: true } });
const post = (key: string, target: string): EntitySchema<{ id: number; author: object }> =>
  new EntitySchema<{ id: number; author: object }>({
    name: 'post',
    columns: { id: { type: 'int', primary: true, generated: 'increment' } },
    relations: { author: { type: 'many-to-one', target, nullable: true, joinColumn: { name: key } } },
  });

describe('names that differ in capitals alone, on SQLite', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createSqliteDatabase();
  });
  afterEach(() => database.drop());

  it.each<[string, Entities, Entities]>([
    ['a table', [user('User', 'name')], [user('user', 'name')]],
    ['a column', [user('user', 'userName')], [user('user', 'username')]],
    ['a table and its column', [user('USER', 'Name')], [user('user', 'name')]],
    [
      'a table that another one refers to, and the column that does',
      [user('User', 'name'), post('userId', 'User')],
      [user('user', 'name'), post('userid', 'user')],
    ],
    [
      'a column that becomes longer and NOT NULL at the same time',
      [table('user', { userName: { type: 'varchar', length: 9, nullable: true } })],
      [table('user', { username: { type: 'varchar', length: 99, default: 'x' } })],
    ],
  ])('are renamed, with their rows and without a question: %s', async (_what, before, after) => {
    const rows = async (dataSource: { query(sql: string): Promise<unknown> }): Promise<unknown> =>
      ((await dataSource.query('SELECT * FROM user')) as object[]).map((row) => Object.values(row) as unknown[]);
    const had = await withDataSource(database, before, async (dataSource) => {
      await upgrade(dataSource);
      const { tables } = await catalog(dataSource);
      const name = tables.find((one) => one.name.toLowerCase() === 'user')?.columns[1]?.name ?? '';
      await dataSource.query(`INSERT INTO user (${name}) VALUES ('ann')`);
      return { rows: await rows(dataSource), schema: await catalog(dataSource) };
    });
    await withDataSource(database, after, async (dataSource) => {
      const { operations, downgrade, renameCandidates, warnings } = await upgrade(dataSource);
      const flat = operations.flatMap((one): readonly Operation[] => (one.kind === 'batch' ? one.operations : [one]));
      expect(flat.filter(({ kind }) => /^(dropTable|dropColumn|createTable|addColumn)$/.test(kind))).toEqual([]);
      expect([renameCandidates, warnings.filter(({ message }) => message.includes('drop'))]).toEqual([[], []]);
      expect(await rows(dataSource)).toEqual(had.rows);
      expect((await compare(dataSource)).operations).toEqual([]);

      await run(dataSource, downgrade);
      expect(await rows(dataSource)).toEqual(had.rows);
      expect((await catalog(dataSource)).tables).toEqual(expect.arrayContaining([...had.schema.tables]));
    });
    await withDataSource(database, before, async (dataSource) => {
      expect((await compare(dataSource)).operations).toEqual([]);
    });
  });
});

it('names that differ in capitals alone are two names on PostgreSQL, which asks about the rename', async () => {
  const database = await createPostgresDatabase();
  await withDataSource(database, [user('user', 'userName')], (dataSource) => upgrade(dataSource));
  await withDataSource(database, [user('user', 'username')], async (dataSource) => {
    expect((await compare(dataSource)).renameCandidates).toMatchObject([
      { from: 'user.userName', to: 'user.username' },
    ]);
  });
  await database.drop();
});
