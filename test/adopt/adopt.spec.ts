import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DataSource, DataSourceOptions, MigrationInterface, QueryRunner } from 'typeorm';
import { dump } from '../changes/dump.js';
import { tableNames } from '../support/application.js';
import { databases } from '../support/databases.js';
import { AdoptionBench, failure, migration, ranIn } from './adopting.js';
import { OldApplication, onDataSource } from './old-application.js';

const fixture = join(__dirname, '../fixtures/adopt/tasks');

const makeA = migration('MakeA1600000000001', 'CREATE TABLE a (id int)', 'DROP TABLE a');
const makeB = migration('MakeB1600000000002', 'CREATE TABLE b (id int)', 'DROP TABLE b');
const makeC = migration('MakeC1600000000003', 'CREATE TABLE c (id int)', 'DROP TABLE c');

describe.each(databases)("taking over TypeORM's migrations on %s", (dialect, make) => {
  const bench = AdoptionBench.use(make);
  const newDatabase = (): Promise<DataSourceOptions> => bench.newDatabase();
  const directory = (): string => bench.repository;
  const application = (migrations: DataSourceOptions['migrations'], options: Partial<DataSourceOptions> = {}) =>
    new OldApplication({ migrations, ...options } as never, { directory: directory() });
  const revisions = (): string[] =>
    existsSync(directory())
      ? readdirSync(join(directory(), 'versions')).map((name) => join(directory(), 'versions', name))
      : [];

  describe('with their files, triggers, functions and rows', () => {
    let app: OldApplication;

    beforeEach(() => {
      cpSync(fixture, join(bench.root, 'tasks'), { recursive: true });
      app = application([join(bench.root, 'tasks/src/migrations/*.ts')], { migrationsTableName: 'schema_history' });
    });

    it('makes an empty database what production is, row for row, and undoes all of it', async () => {
      const [production, empty] = [await newDatabase(), await newDatabase()];
      await app.runOldMigrations(production);
      const wanted = await app.start(production, async (migrations, dataSource) => {
        await migrations.adopt();
        return contents(dataSource);
      });
      await app.start(empty, async (migrations, dataSource) => {
        const before = await dump(dataSource);
        await migrations.upgrade();
        expect(await contents(dataSource)).toEqual(wanted);
        await migrations.downgrade('base');
        expect(await dump(dataSource)).toEqual(before);
        await migrations.upgrade();
        expect(await contents(dataSource)).toEqual(wanted);
      });
    });

    it('needs no `migrations` in the options any more: the revision knows the files, and their helpers', async () => {
      const [production, empty] = [await newDatabase(), await newDatabase()];
      await app.runOldMigrations(production);
      await app.start(production, (migrations) => migrations.adopt());
      const later = application([]);
      await later.start(empty, async (migrations, dataSource) => {
        await migrations.upgrade();
        expect(await ranIn(dataSource, 'schema_history')).toEqual([
          'CreateTasks1700000000001',
          'LogTasks1700000000002',
          'Seed1700000000003',
        ]);
        expect(await dataSource.query('SELECT title FROM task ORDER BY id')).toEqual([
          { title: 'Water the plants' },
          { title: `Say "it's done"` },
        ]);
      });
    });

    it('moves the files into the repository, with what they import, and runs them from there', async () => {
      const [production, empty] = [await newDatabase(), await newDatabase()];
      await app.runOldMigrations(production);
      const { moved } = await app.start(production, (migrations) => migrations.adopt({ move: true }));
      expect(moved.map(({ to }) => to.slice(directory().length + 1)).sort()).toEqual([
        'typeorm/1700000000001-CreateTasks.ts',
        'typeorm/1700000000002-LogTasks.ts',
        'typeorm/1700000000003-seed.ts',
        'typeorm/helpers/titles.ts',
      ]);
      rmSync(join(bench.root, 'tasks'), { recursive: true });
      await application([]).start(empty, async (migrations, dataSource) => {
        await migrations.upgrade();
        expect(await dataSource.query('SELECT count(*) AS n FROM task_log')).toMatchObject([{ n: expect.anything() }]);
        await migrations.downgrade('base');
      });
    });

    it('moves nothing when a file imports what would stay behind', async () => {
      const production = await newDatabase();
      await app.runOldMigrations(production);
      const file = join(bench.root, 'tasks/src/migrations/1700000000001-CreateTasks.ts');
      writeFileSync(file, `import { Task } from '../task.entity';\nvoid Task;\n${readFileSync(file, 'utf8')}`);
      const error = await failure(app.start(production, (migrations) => migrations.adopt({ move: true })));
      expect(error).toMatchObject({ code: 'ADOPTION_REFUSED' });
      expect(error.text).toContain('"../task.entity"');
      expect(existsSync(file)).toBe(true);
      expect(revisions()).toEqual([]);
    });

    it('says which class is missing where the files were not deployed', async () => {
      const [production, empty] = [await newDatabase(), await newDatabase()];
      await app.runOldMigrations(production);
      await app.start(production, (migrations) => migrations.adopt());
      rmSync(join(bench.root, 'tasks/src/migrations/1700000000002-LogTasks.ts'));
      await application([]).start(empty, async (migrations, dataSource) => {
        const error = await failure(migrations.upgrade());
        expect(error.text).toContain('LogTasks1700000000002');
        expect(error.text).toContain('--move');
        expect((await migrations.current())[0]?.revisions).toEqual([]);
        expect(await tableNames(dataSource)).not.toContain('task');
      });
      // Nothing is missing where there is nothing to run.
      await application([]).start(production, async (migrations) => {
        await migrations.stamp('base');
        await migrations.upgrade();
        expect((await migrations.status())[0]).toMatchObject({ upToDate: true });
      });
    });
  });

  it('notes the database, says so, and does nothing the second time', async () => {
    const [production, staging] = [await newDatabase(), await newDatabase()];
    const app = application([makeB, makeA]);
    await app.runOldMigrations(production);
    await app.runOldMigrations(staging);
    const first = await app.start(production, (migrations) => migrations.adopt({ revId: 'old' }));
    expect(first).toMatchObject({
      written: true,
      would: null,
      done: false,
      revision: { revision: 'old', isHead: true },
      dataSources: [{ table: 'migrations', migrations: ['MakeA1600000000001', 'MakeB1600000000002'], stamped: true }],
    });
    const files = revisions();
    const again = await app.start(production, (migrations) => migrations.adopt());
    expect(again).toMatchObject({ written: false, done: true, dataSources: [{ stamped: false }] });
    // The file is in version control by then: another database is only noted.
    const other = await app.start(staging, (migrations) => migrations.adopt());
    expect(other).toMatchObject({ written: false, done: false, dataSources: [{ stamped: true }] });
    expect(revisions()).toEqual(files);
    await app.start(staging, async (migrations) => expect((await migrations.status())[0]?.upToDate).toBe(true));
  });

  it('returns in a dry run what it would do, and does nothing', async () => {
    const production = await newDatabase();
    const app = application([makeA]);
    await app.runOldMigrations(production);
    const result = await app.start(production, (migrations) => migrations.adopt({ dryRun: true }));
    expect(result).toMatchObject({ dryRun: true, revision: null, written: false, dataSources: [{ stamped: false }] });
    expect(result.would).toEqual({ write: true, stamp: ['default'], move: [] });
    expect(existsSync(directory())).toBe(false);
    await onDataSource(production, async (dataSource) => {
      expect(await tableNames(dataSource)).toEqual(['a', 'migrations']);
    });
  });

  it.each([
    ['that is behind', [makeA], ['MakeB1600000000002', 'MakeC1600000000003'], []],
    [
      'that is ahead',
      [makeA, makeB, makeC, migration('Hot1600000000009', 'CREATE TABLE h (id int)', '')],
      [],
      ['Hot1600000000009'],
    ],
    ['without the table of TypeORM', [], ['MakeA1600000000001', 'MakeB1600000000002', 'MakeC1600000000003'], []],
  ])('refuses a database %s, with the list', async (_what, run, pending, unknown) => {
    const database = await newDatabase();
    const app = application([makeA, makeB, makeC]);
    if (run.length > 0) await app.runOldMigrations(database, { migrations: run });
    const error = await failure(app.start(database, (migrations) => migrations.adopt()));
    expect(error).toMatchObject({
      code: 'NOT_AT_LAST_TYPEORM_MIGRATION',
      differences: [{ pending, unknown, hasTable: run.length > 0 }],
    });
    for (const name of [...pending, ...unknown]) expect(error.message).toContain(name);
    expect(revisions()).toEqual([]);
  });

  it('takes over in spite of rows without a class when that is allowed', async () => {
    const database = await newDatabase();
    await application([makeA, makeB]).runOldMigrations(database);
    await application([makeB]).start(database, async (migrations) => {
      expect(await migrations.adopt({ allowUnknown: true })).toMatchObject({ written: true });
    });
  });

  it('runs none of the old classes twice on a database that was never noted, and only those that it lacks', async () => {
    const [production, behind] = [await newDatabase(), await newDatabase()];
    const app = application([makeA, makeB, makeC]);
    await app.runOldMigrations(production);
    await app.runOldMigrations(behind, { migrations: [makeA] });
    await app.start(production, async (migrations, dataSource) => {
      await migrations.adopt();
      await dataSource.query('INSERT INTO a VALUES (7)');
      await migrations.stamp('base');
      await migrations.upgrade();
      expect(await dataSource.query('SELECT * FROM a')).toEqual([{ id: 7 }]);
    });
    await app.start(behind, async (migrations, dataSource) => {
      await migrations.upgrade();
      expect(await ranIn(dataSource)).toEqual(['MakeA1600000000001', 'MakeB1600000000002', 'MakeC1600000000003']);
    });
  });

  it('lets the old deployment start again: TypeORM finds nothing to run', async () => {
    const [production, empty] = [await newDatabase(), await newDatabase()];
    const app = application([makeA, makeB]);
    await app.runOldMigrations(production);
    await app.start(production, (migrations) => migrations.adopt());
    await app.start(empty, (migrations) => migrations.upgrade());
    for (const database of [production, empty]) {
      await app.start(database, async (_, dataSource) => expect(await dataSource.runMigrations()).toEqual([]));
    }
  });

  describe('keeps the transaction mode', () => {
    const broken = migration('Broken1600000000002', 'CREATE TABLE b (id int', 'DROP TABLE b');
    const adoptBroken = async (transaction: 'all' | 'each' | 'none'): Promise<OldApplication> => {
      const production = await newDatabase();
      const options = { migrationsTransactionMode: transaction } as const;
      await application([makeA], options).runOldMigrations(production);
      await onDataSource(production, (dataSource) =>
        dataSource.query(`INSERT INTO migrations (timestamp, name) VALUES (1600000000002, 'Broken1600000000002')`),
      );
      await application([makeC], options).runOldMigrations(production);
      const app = application([makeA, broken, makeC], options);
      await app.start(production, (migrations) => migrations.adopt());
      return app;
    };

    it('all: a class that fails leaves nothing behind', async () => {
      const app = await adoptBroken('all');
      await app.start(await newDatabase(), async (migrations, dataSource) => {
        const error = await failure(migrations.upgrade());
        expect(error).toMatchObject({ code: 'MIGRATION_FAILED' });
        expect(error.text).toContain('Broken1600000000002');
        expect(error.text).toContain('CREATE TABLE b (id int');
        expect(await tableNames(dataSource)).toEqual(['migrate_version_history']);
      });
    });

    it.each(['each', 'none'] as const)('%s: those before it stay, and the next run goes on', async (mode) => {
      const app = await adoptBroken(mode);
      const database = await newDatabase();
      await app.start(database, async (migrations, dataSource) => {
        const error = await failure(migrations.upgrade());
        expect(error.text).toContain('goes on with Broken1600000000002');
        expect(await ranIn(dataSource)).toEqual(['MakeA1600000000001']);
        expect((await migrations.status())[0]).toMatchObject({ upToDate: false });
      });
      await application([makeA, migration('Broken1600000000002', 'CREATE TABLE b (id int)', ''), makeC]).start(
        database,
        async (migrations, dataSource) => {
          await migrations.upgrade();
          expect(await ranIn(dataSource)).toEqual(['MakeA1600000000001', 'Broken1600000000002', 'MakeC1600000000003']);
        },
      );
    });

    it('refuses what TypeORM refuses: a class with a mode of its own among all in one', async () => {
      const production = await newDatabase();
      const own = migration('Own1600000000002', 'CREATE TABLE b (id int)', 'DROP TABLE b', false);
      await application([makeA, own], { migrationsTransactionMode: 'each' }).runOldMigrations(production);
      await application([makeA, own]).start(production, async (migrations) => {
        const error = await failure(migrations.adopt());
        expect(error).toMatchObject({ code: 'ADOPTION_REFUSED' });
        expect(error.text).toContain('Own1600000000002');
        expect(await migrations.adopt({ transaction: 'each' })).toMatchObject({
          dataSources: [{ transaction: 'each' }],
        });
      });
    });

    it('lets a class end the transaction and begin another one, as TypeORM does', async () => {
      class Commits1600000000002 implements MigrationInterface {
        async up(runner: QueryRunner): Promise<void> {
          await runner.commitTransaction();
          await runner.query('VACUUM');
          await runner.startTransaction();
          await runner.query('CREATE TABLE b (id int)');
        }
        async down(runner: QueryRunner): Promise<void> {
          await runner.query('DROP TABLE b');
        }
      }
      class Ends1600000000003 implements MigrationInterface {
        async up(runner: QueryRunner): Promise<void> {
          await runner.query('CREATE TABLE c (id int)');
          await runner.commitTransaction();
        }
        async down(runner: QueryRunner): Promise<void> {
          await runner.query('DROP TABLE c');
        }
      }
      const production = await newDatabase();
      await application([makeA, makeB, makeC]).runOldMigrations(production);
      const renamed = [
        ['MakeB1600000000002', 'Commits1600000000002'],
        ['MakeC1600000000003', 'Ends1600000000003'],
      ];
      await onDataSource(production, async (dataSource) => {
        for (const [from, to] of renamed) {
          await dataSource.query(`UPDATE migrations SET name = '${to}' WHERE name = '${from}'`);
        }
      });
      const app = application([makeA, Commits1600000000002, Ends1600000000003]);
      await app.start(production, (migrations) => migrations.adopt());
      await app.start(await newDatabase(), async (migrations, dataSource) => {
        await migrations.upgrade();
        expect(await ranIn(dataSource)).toEqual(['MakeA1600000000001', 'Commits1600000000002', 'Ends1600000000003']);
        expect((await migrations.status())[0]?.upToDate).toBe(true);
        await migrations.downgrade('base');
        expect(await tableNames(dataSource)).not.toContain('a');
      });
    });
  });

  it('undoes nothing where TypeORM ran something later', async () => {
    const production = await newDatabase();
    const app = application([makeA, makeB]);
    await app.runOldMigrations(production);
    await app.start(production, (migrations) => migrations.adopt());
    await app.runOldMigrations(production, { migrations: [makeA, makeB, makeC] });
    await app.start(production, async (migrations, dataSource) => {
      const error = await failure(migrations.downgrade('base'));
      expect(error.text).toContain('MakeC1600000000003');
      expect(await ranIn(dataSource)).toHaveLength(3);
    });
  });

  it('says why a script cannot have the classes, and writes the script of what follows', async () => {
    const production = await newDatabase();
    const app = application([makeA]);
    await app.runOldMigrations(production);
    await app.start(production, async (migrations) => {
      await migrations.adopt({ revId: 'old' });
      const error = await failure(migrations.upgrade('head', { sql: true }));
      expect(error).toMatchObject({ code: 'TYPEORM_SCRIPT' });
      expect(error.text).toContain('upgrade old:head --sql');
      await migrations.revision({ message: 'next', revId: 'next' });
      const [script] = await migrations.upgrade('old:next', { sql: true });
      expect(script?.sql).toContain('next');
    });
  });

  it.each([
    ['there are none', [], 'NOTHING_TO_ADOPT', 'list none'],
    ['a name has no time', [migration('NoTime', 'SELECT 1', '')], 'ADOPTION_REFUSED', 'NoTime'],
    ['a name is there twice', [makeA, migration('MakeA1600000000001', 'SELECT 1', '')], 'ADOPTION_REFUSED', 'twice'],
  ])('refuses when %s', async (_what, classes, code, text) => {
    const error = await failure(application(classes).start(await newDatabase(), (migrations) => migrations.adopt()));
    expect(error).toMatchObject({ code });
    expect(error.text).toContain(text);
  });

  it('refuses a repository with revisions, and a folder with other files', async () => {
    const production = await newDatabase();
    const app = application([makeA]);
    await app.runOldMigrations(production);
    await app.start(production, async (migrations) => {
      await migrations.init();
      await migrations.revision({ revId: 'mine' });
      expect((await failure(migrations.adopt())).text).toContain('mine');
      const elsewhere = join(bench.root, 'old files');
      cpSync(join(fixture, 'src/migrations'), elsewhere, { recursive: true });
      const error = await failure(migrations.with({ directory: elsewhere }).adopt());
      expect(error).toMatchObject({ code: 'ADOPTION_REFUSED' });
      expect(error.text).toContain(elsewhere);
    });
  });

  it('names a class that was merged in after the take-over', async () => {
    const production = await newDatabase();
    await application([makeA]).runOldMigrations(production);
    await application([makeA]).start(production, (migrations) => migrations.adopt());
    const error = await failure(application([makeA, makeB]).start(production, (migrations) => migrations.adopt()));
    expect(error.text).toContain('MakeB1600000000002');
  });

  it('runs classes of the same time in the order in which production ran them', async () => {
    const production = await newDatabase();
    const [one, other] = ['One', 'Other'].map((name) => migration(`${name}1600000000001`, 'SELECT 1', 'SELECT 1'));
    await application([other!, one!]).runOldMigrations(production);
    const { dataSources } = await application([one!, other!]).start(production, (migrations) => migrations.adopt());
    expect(dataSources[0]?.migrations).toEqual(['Other1600000000001', 'One1600000000001']);
  });

  /** The catalog without what only the version tables have, functions too, and all rows of the fixture. */
  async function contents(dataSource: DataSource): Promise<unknown> {
    const functions =
      dialect === 'postgres'
        ? await dataSource.query(
            `SELECT pg_get_functiondef(p.oid) FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace WHERE nspname = 'public'`,
          )
        : [];
    return {
      catalog: await dump(dataSource),
      functions,
      tasks: await dataSource.query('SELECT * FROM task ORDER BY id'),
      log: await dataSource.query('SELECT * FROM task_log ORDER BY title'),
      old: await ranIn(dataSource, 'schema_history'),
    };
  }
});
