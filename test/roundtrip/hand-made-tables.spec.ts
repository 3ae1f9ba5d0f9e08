import { temporaryDirectory, withApplication } from '../support/application.js';
import { createSqliteDatabase } from '../support/databases.js';
import { table } from './entity-sets.js';

/** What no entity can say. */
const handMade = `CREATE TABLE "ledger" (
  "code" TEXT NOT NULL ON CONFLICT IGNORE,
  "note" TEXT,
  CONSTRAINT "UQ_note" UNIQUE ("note" COLLATE NOCASE) ON CONFLICT REPLACE,
  CONSTRAINT "PK_ledger" PRIMARY KEY ("code" COLLATE NOCASE) ON CONFLICT ROLLBACK
) STRICT`;

it.each([[{}], [{ sqlBody: true }]])(
  'a hand-made table of SQLite that is dropped comes back as it was: %j',
  async (request) => {
    const database = await createSqliteDatabase();
    const repository = temporaryDirectory();
    const migrate = { directory: repository.directory };
    const entities = [table('user', { name: { type: 'varchar' } })];
    await withApplication({ database, entities, migrate }, async ({ migrations, dataSource }) => {
      await dataSource.query(handMade);
      const insert = async (...values: string[]): Promise<unknown> => {
        await dataSource.query('DELETE FROM ledger');
        for (const value of values) await dataSource.query(`INSERT INTO ledger VALUES (${value})`);
        return dataSource.query('SELECT * FROM ledger ORDER BY code');
      };
      await migrations.init();
      await migrations.migrate(request);
      await migrations.upgrade();
      await expect(insert()).rejects.toThrow('no such table');
      await migrations.downgrade();

      expect(await insert(`'a', 'x'`, `'b', 'X'`, `NULL, 'y'`)).toEqual([{ code: 'b', note: 'X' }]);
      await expect(insert(`'a', x'00'`)).rejects.toThrow('cannot store BLOB value in TEXT column');
      await expect(insert(`'a', 'x'`, `'A', 'y'`)).rejects.toThrow('UNIQUE constraint failed: ledger.code');
    });
    await database.drop();
    repository.remove();
  },
);

it.each([[{}], [{ sqlBody: true }]])('columns without a type come back as they were: %j', async (request) => {
  const database = await createSqliteDatabase();
  const repository = temporaryDirectory();
  const migrate = { directory: repository.directory };
  const entities = [table('loose', { kept: { type: 'text', nullable: true } })];
  await withApplication({ database, entities, migrate }, async ({ migrations, dataSource }) => {
    await dataSource.query(`CREATE TABLE loose (id integer PRIMARY KEY AUTOINCREMENT NOT NULL, kept, gone DEFAULT 5)`);
    await dataSource.query('CREATE TABLE looser (a, b NOT NULL)');
    await dataSource.query(`INSERT INTO loose (kept) VALUES ('x'), (x'00ff'), (NULL)`);
    const columns = (): Promise<unknown> =>
      dataSource.query(
        `SELECT t.name AS "table", c.name, c.type, c."notnull", c.dflt_value FROM pragma_table_list AS t
         JOIN pragma_table_info(t.name) AS c WHERE t.name IN ('loose', 'looser') ORDER BY t.name, c.cid`,
      );
    const values = (): Promise<unknown> => dataSource.query('SELECT quote(kept) FROM loose');
    const before = [await columns(), await values()];
    await migrations.init();
    await migrations.migrate(request);
    await migrations.upgrade();
    expect(await migrations.check()).toEqual([]);
    expect(await values()).toEqual(before[1]);
    await migrations.downgrade();
    expect([await columns(), await values()]).toEqual(before);
  });
  await database.drop();
  repository.remove();
});

it.each([[{}], [{ sqlBody: true }]])('nameless constraints come back with their columns: %j', async (request) => {
  const database = await createSqliteDatabase();
  const repository = temporaryDirectory();
  const migrate = { directory: repository.directory };
  const entities = [table('owner', {}), table('loose', { kept: { type: 'text', nullable: true } })];
  await withApplication({ database, entities, migrate }, async ({ migrations, dataSource }) => {
    await dataSource.query('CREATE TABLE owner (id integer PRIMARY KEY AUTOINCREMENT NOT NULL)');
    await dataSource.query(
      `CREATE TABLE loose (id integer PRIMARY KEY AUTOINCREMENT NOT NULL, kept text, one text UNIQUE ON CONFLICT IGNORE,
       a integer CHECK (a > 0), b text, parent integer REFERENCES owner ON DELETE CASCADE, UNIQUE (a, kept), CHECK (b <> kept),
       FOREIGN KEY (parent) REFERENCES owner (id) ON DELETE CASCADE)`,
    );
    const insert = (values: string): Promise<unknown> =>
      dataSource.query(`INSERT INTO loose (kept, one, a, b, parent) VALUES (${values})`);
    await migrations.init();
    await migrations.migrate(request);
    await migrations.upgrade();
    expect(await migrations.check()).toEqual([]);
    await migrations.downgrade();

    await insert(`'k', 'x', 1, 'b', NULL`);
    await insert(`'k2', 'x', 2, 'b', NULL`);
    expect(await dataSource.query('SELECT kept FROM loose')).toEqual([{ kept: 'k' }]);
    await expect(insert(`'k', 'y', 1, 'b', NULL`)).rejects.toThrow('UNIQUE constraint failed: loose.a, loose.kept');
    await expect(insert(`'k3', 'y', 0, 'b', NULL`)).rejects.toThrow('CHECK constraint failed');
    await expect(insert(`'k3', 'y', 3, 'k3', NULL`)).rejects.toThrow('CHECK constraint failed');
    expect(
      await dataSource.query(`SELECT "table", "from", "to", on_delete FROM pragma_foreign_key_list('loose')`),
    ).toEqual([{ table: 'owner', from: 'parent', to: 'id', on_delete: 'CASCADE' }]);
  });
  await database.drop();
  repository.remove();
});

it.each([
  ['another type for a column', { note: { type: 'varchar' } }, 'note', 'varchar'],
  ['a length', { note: { type: 'text', length: 20 } }, 'note', 'text(20)'],
  ['a new column', { note: { type: 'text' }, at: { type: 'datetime', nullable: true } }, 'at', 'datetime'],
] as const)('a column that a STRICT table cannot have is refused by its name: %s', async (_, columns, column, type) => {
  const database = await createSqliteDatabase();
  const repository = temporaryDirectory();
  const migrate = { directory: repository.directory };
  await withApplication({ database, entities: [table('strict', columns)], migrate }, async (application) => {
    const { migrations, dataSource } = application;
    await dataSource.query(
      'CREATE TABLE strict (id integer PRIMARY KEY AUTOINCREMENT NOT NULL, note text NOT NULL) STRICT',
    );
    await dataSource.query(`INSERT INTO strict (note) VALUES ('x')`);
    await migrations.init();
    await migrations.migrate();
    await expect(migrations.upgrade()).rejects.toThrow(`'${column}' of 'strict' cannot be ${type}`);
    expect(await dataSource.query('SELECT * FROM strict')).toEqual([{ id: 1, note: 'x' }]);
  });
  await database.drop();
  repository.remove();
});
