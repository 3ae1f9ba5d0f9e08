import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory, withApplication } from '../support/application.js';
import { createPostgresDatabase, createSqliteDatabase } from '../support/databases.js';
import { table } from './entity-sets.js';

/** What SQLite takes for types that TypeORM calls otherwise. */
const handMade = [
  `CREATE TABLE "counted" ("id" int PRIMARY KEY NOT NULL, "size" int(11), "code" uuid, "kind" enum, "name" text)`,
  `CREATE TABLE "gone" ("id" INT PRIMARY KEY, "key" UUID DEFAULT 7, "kind" Enum)`,
];
const rows = [
  `INSERT INTO counted VALUES (5, 1, '0012', '07', 'x')`,
  `INSERT INTO gone VALUES (NULL, '1', 'a'), (NULL, '2', 'b')`,
];

it.each([[{}], [{ sqlBody: true }]])(
  'columns of SQLite get the types back that somebody declared, and so does a key that is no row id: %j',
  async (request) => {
    const database = await createSqliteDatabase();
    const repository = temporaryDirectory();
    const counted = table('counted', {
      id: { type: 'int', primary: true },
      size: { type: 'bigint', nullable: true },
      code: { type: 'varchar', nullable: true },
      kind: { type: 'varchar', nullable: true },
      name: { type: 'varchar', nullable: true },
    });
    const migrate = { directory: repository.directory };
    await withApplication({ database, entities: [counted], migrate }, async ({ migrations, dataSource }) => {
      for (const sql of [...handMade, rows[0] ?? '']) await dataSource.query(sql);
      const columns = (): Promise<unknown> =>
        dataSource.query(
          `SELECT t.name AS "table", c.name, upper(c.type) AS type, c."notnull", c.pk, c.dflt_value FROM pragma_table_list AS t
           JOIN pragma_table_info(t.name) AS c WHERE t.name IN ('counted', 'gone') ORDER BY t.name, c.cid`,
        );
      const before = await columns();
      await migrations.init();
      await migrations.migrate(request);
      await migrations.upgrade();
      expect(await migrations.check()).toEqual([]);
      await migrations.downgrade();

      expect(await columns()).toEqual(before);
      expect(await dataSource.query('SELECT id, size, code, name FROM counted')).toEqual([
        { id: 5, size: 1, code: 12, name: 'x' },
      ]);
      // As a row id, the key would be numbers.
      await dataSource.query(rows[1] ?? '');
      expect(await dataSource.query('SELECT id FROM gone')).toEqual([{ id: null }, { id: null }]);
    });
    await database.drop();
    repository.remove();
  },
);

it('a dropped column of SQLite comes back with the type that its table declares, in capitals in the revision', async () => {
  const database = await createSqliteDatabase();
  const repository = temporaryDirectory();
  const migrate = { directory: repository.directory };
  await withApplication({ database, entities: [table('t', {})], migrate }, async ({ migrations, dataSource }) => {
    await dataSource.query(`CREATE TABLE t (id integer PRIMARY KEY AUTOINCREMENT NOT NULL, gone int NOT NULL)`);
    await migrations.init();
    await migrations.migrate({ message: 'drop' });
    expect(fileIn(repository.directory)).toContain(`{ name: 'gone', type: 'INT' }`);
    await migrations.upgrade();
    await migrations.downgrade();
    const [column] = (await dataSource.query(
      `SELECT lower(type) AS type FROM pragma_table_info('t') WHERE name = 'gone'`,
    )) as unknown[];
    expect(column).toEqual({ type: 'int' });
  });
  await database.drop();
  repository.remove();
});

describe.each([
  ['postgres', createPostgresDatabase, /UPDATE "t" SET "c" = 'new' WHERE "c" IS NULL/g],
  ['sqlite', createSqliteDatabase, /\/\/ "t.c" becomes NOT NULL: rows that hold NULL are given its default, 'new'/g],
] as const)('a column with a default that stops taking NULL, on %s', (_dialect, create, said) => {
  const entity = (nullable: boolean) => table('t', { c: { type: 'varchar', default: 'new', nullable } });

  it.each([
    [true, false, 'up'],
    [false, true, 'down'],
  ])('has in its revision what becomes of NULL (%s to %s: on the way %s)', async (from, to, way) => {
    const database = await create();
    const repository = temporaryDirectory();
    const migrate = { directory: repository.directory };
    await withApplication({ database, entities: [entity(from)], migrate }, async ({ migrations, dataSource }) => {
      await migrations.init();
      await migrations.migrate({ message: 'first' });
      await migrations.upgrade();
      if (from) await dataSource.query('INSERT INTO t (c) VALUES (NULL)');
    });
    await withApplication({ database, entities: [entity(to)], migrate }, async ({ migrations, dataSource }) => {
      await migrations.migrate({ message: 'second' });
      const [upgrade = '', downgrade = ''] = fileIn(repository.directory, 'second').split('function downgrade');
      const [told, other] = way === 'up' ? [upgrade, downgrade] : [downgrade, upgrade];
      expect(told.match(said)).toHaveLength(1);
      expect(other.match(said)).toBeNull();
      await migrations.upgrade();
      if (to) await dataSource.query('INSERT INTO t (c) VALUES (NULL)');
      if (to) await migrations.downgrade();
      expect(await dataSource.query('SELECT c FROM t')).toEqual([{ c: 'new' }]);
    });
    await database.drop();
    repository.remove();
  });
});

/** The text of a revision. */
function fileIn(directory: string, part = ''): string {
  const versions = join(directory, 'versions');
  return readFileSync(join(versions, readdirSync(versions).find((name) => name.includes(part)) ?? ''), 'utf8');
}
