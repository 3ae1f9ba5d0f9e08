import { DataSource, type DataSourceOptions, EntitySchema, type QueryRunner } from 'typeorm';
import type { MigrationService } from '../../src/index.js';
import { tableNames } from '../support/application.js';
import { createPostgresDatabase, createSqliteDatabase } from '../support/databases.js';
import { useScene } from '../support/scene.js';
import { type RevisionBodies, writeRevisions } from '../support/write-revisions.js';

const shelf = {
  upgrade: `await op.createTable({ name: 'shelf', columns: [{ name: 'n', type: 'integer', isPrimary: true }] });`,
};

type Scene = ReturnType<typeof useScene>;
type Work = (migrations: MigrationService, dataSource: DataSource, runner: QueryRunner) => Promise<void>;

const withRevisions =
  (scene: Scene) =>
  (revisions: Readonly<Record<string, RevisionBodies>>, work: Work, migrate = {}): Promise<void> =>
    scene.inApplication(
      async (migrations, dataSource) => {
        await migrations.init();
        writeRevisions(scene.directory, revisions);
        const runner = dataSource.createQueryRunner();
        try {
          await work(migrations, dataSource, runner);
        } finally {
          await runner.release();
        }
      },
      { migrate },
    );

describe("a transaction of the caller's on PostgreSQL", () => {
  const scene = useScene(createPostgresDatabase);
  const inApplication = withRevisions(scene);

  it.each([
    [
      'an index built concurrently',
      `await op.createIndex('shelf', { name: 'ix', columnNames: ['n'], isConcurrent: true });`,
    ],
    ['an index dropped concurrently', `await op.dropIndex('shelf', 'ix', { 'isConcurrent': true });`],
    [
      'a flag that is worked out',
      `const on = true; await op.createIndex('shelf', { columnNames: ['n'], isConcurrent: on });`,
    ],
  ])('holds %s in no case: the revision is refused by name', async (_what, upgrade) => {
    await inApplication({ a1: shelf, b2: { upgrade } }, async (migrations, dataSource, runner) => {
      await runner.startTransaction();
      await expect(migrations.upgrade('head', { queryRunner: runner })).rejects.toMatchObject({
        code: 'CALLERS_TRANSACTION',
        revisions: [{ revision: 'b2' }],
        hint: expect.stringContaining('Nothing was run.'),
      });
      await runner.commitTransaction();
      expect(await tableNames(dataSource)).toEqual([]);
    });
  });

  it('holds an index that is not built concurrently', async () => {
    const index = `await op.createIndex('shelf', { name: 'ix', columnNames: ['n'], isConcurrent: false });`;
    await inApplication({ a1: shelf, b2: { upgrade: index } }, async (migrations, _dataSource, runner) => {
      await runner.startTransaction();
      await migrations.upgrade('head', { queryRunner: runner });
      await runner.commitTransaction();
      expect(await migrations.status()).toMatchObject([{ state: 'current' }]);
    });
  });

  it('keeps other runs waiting until it ends, and then they see what it did', async () => {
    await inApplication({ a1: shelf }, async (migrations, dataSource, runner) => {
      await runner.startTransaction();
      await migrations.upgrade('head', { queryRunner: runner });
      let isWaiting: () => void = () => undefined;
      const waiting = new Promise<void>((resolve) => (isWaiting = resolve));
      const other = migrations.with({ onWait: isWaiting }).upgrade();
      await waiting;
      await runner.commitTransaction();
      expect(await other).toMatchObject([{ steps: [], current: ['a1'] }]);
      expect(await tableNames(dataSource)).toContain('shelf');
    });
  });

  it('has its own settings afterwards, also what it had set for itself', async () => {
    await inApplication({ a1: shelf }, async (migrations, _dataSource, runner) => {
      await runner.query(`SET lock_timeout = '7s'`);
      await runner.startTransaction();
      await runner.query(`SET LOCAL lock_timeout = '3s'`);
      await runner.query(`SET LOCAL search_path = pg_temp, public`);
      await migrations.upgrade('head', { queryRunner: runner });
      expect(await runner.query('SHOW lock_timeout')).toEqual([{ lock_timeout: '3s' }]);
      expect(await runner.query('SHOW search_path')).toEqual([{ search_path: 'pg_temp, public' }]);
      await runner.commitTransaction();
      expect(await runner.query('SHOW lock_timeout')).toEqual([{ lock_timeout: '7s' }]);
      expect(await runner.query('SHOW idle_in_transaction_session_timeout')).toMatchObject([
        { idle_in_transaction_session_timeout: '0' },
      ]);
      await runner.query('RESET lock_timeout');
    });
  });

  it('that failed before is refused with that reason', async () => {
    await inApplication({ a1: shelf }, async (migrations, _dataSource, runner) => {
      await runner.startTransaction();
      await runner.query('SELECT * FROM nowhere').catch(() => undefined);
      const refused = { code: 'QUERY_RUNNER', message: expect.stringContaining('an earlier one failed in it') };
      await expect(migrations.upgrade('head', { queryRunner: runner })).rejects.toMatchObject(refused);
      await expect(migrations.current({ queryRunner: runner })).rejects.toMatchObject(refused);
      await runner.rollbackTransaction();
      await migrations.upgrade('head', { queryRunner: runner });
      expect(await migrations.status()).toMatchObject([{ state: 'current' }]);
    });
  });

  it('is one transaction, whatever transactionPerMigration says', async () => {
    const failing = { upgrade: `await op.execute('SELECT * FROM nowhere');` };
    await inApplication(
      { a1: shelf, b2: failing },
      async (migrations, dataSource, runner) => {
        await runner.startTransaction();
        await expect(migrations.upgrade('head', { queryRunner: runner })).rejects.toMatchObject({
          failure: { kept: [], rolledBack: ['a1'] },
        });
        await runner.commitTransaction();
        expect(await tableNames(dataSource)).not.toContain('shelf');
      },
      { transactionPerMigration: true },
    );
  });

  describe('of a data source with a schema', () => {
    const Shelf = new EntitySchema({ name: 'shelf', columns: { n: { type: 'integer', primary: true } } });
    const tenant = async (schema: string, work: (dataSource: DataSource) => Promise<void>): Promise<void> => {
      const options = { ...scene.database.options, schema, entities: [Shelf] } as DataSourceOptions;
      const dataSource = await new DataSource(options).initialize();
      await work(dataSource).finally(() => dataSource.destroy());
    };
    const tablesIn = async (dataSource: DataSource): Promise<unknown> => {
      const rows: { name: string }[] = await dataSource.query(
        `SELECT schemaname || '.' || tablename AS name FROM pg_tables WHERE schemaname !~ '^pg_|^information' ORDER BY 1`,
      );
      return rows.map(({ name }) => name);
    };

    it('of which the application knows nothing, the run is in that schema, which is made', async () => {
      await inApplication({ a1: shelf }, async (migrations, main) => {
        await tenant('acme', async (dataSource) => {
          await dataSource.transaction(async ({ queryRunner }) => {
            await migrations.upgrade('head', { queryRunner });
            expect(await migrations.check({ queryRunner })).toEqual([]);
          });
        });
        const made = ['acme.migrate_version', 'acme.migrate_version_history', 'acme.shelf'];
        expect(await tablesIn(main)).toEqual(made);
        await tenant('globex', async (dataSource) => {
          const failed = dataSource.transaction(async ({ queryRunner }) => {
            await migrations.upgrade('head', { queryRunner });
            throw new Error('no');
          });
          await expect(failed).rejects.toThrow('no');
        });
        expect(await tablesIn(main)).toEqual(made);
        expect(await main.query(`SELECT 1 FROM pg_namespace WHERE nspname = 'globex'`)).toEqual([]);
      });
    });
  });
});

describe("a transaction of the application's on SQLite", () => {
  const scene = useScene(createSqliteDatabase);
  const inApplication = withRevisions(scene);

  const ways: [string, (runner: QueryRunner) => Promise<void>][] = [
    ['that has written', async (runner) => void (await runner.query('CREATE TABLE own (n integer)'))],
    ['that has read', async (runner) => void (await runner.query('SELECT * FROM sqlite_master'))],
    ['that has done nothing', async () => undefined],
  ];

  it.each(ways)('%s, in which a run is called without its connection, is an error at once', async (_what, work) => {
    await inApplication({ a1: shelf }, async (migrations, dataSource) => {
      const started = performance.now();
      const undone = dataSource.transaction(async (manager) => {
        await work(manager.queryRunner!);
        await migrations.upgrade();
      });
      await expect(undone).rejects.toMatchObject({
        code: 'APPLICATION_TRANSACTION',
        hint: expect.stringContaining('`{ queryRunner }`'),
      });
      expect(performance.now() - started).toBeLessThan(10_000);
      expect(await tableNames(dataSource)).toEqual([]);
      await migrations.upgrade();
    });
  });

  it('that was begun in plain SQL is found too', async () => {
    await inApplication({ a1: shelf }, async (migrations, dataSource) => {
      await dataSource.query('BEGIN');
      await dataSource.query('CREATE TABLE own (n integer)');
      for (const call of [migrations.upgrade(), migrations.stamp('head'), migrations.ensureVersion()]) {
        await expect(call).rejects.toMatchObject({ code: 'APPLICATION_TRANSACTION' });
      }
      await dataSource.query('COMMIT');
      expect(await tableNames(dataSource)).toEqual(['own']);
    });
  });

  it('that ends soon is waited for', async () => {
    await inApplication({ a1: shelf }, async (migrations, dataSource, runner) => {
      await runner.startTransaction();
      const upgraded = migrations.upgrade();
      await new Promise((resolve) => setTimeout(resolve, 100));
      await runner.query('CREATE TABLE own (n integer)');
      await runner.commitTransaction();
      expect(await upgraded).toMatchObject([{ current: ['a1'] }]);
      expect(await tableNames(dataSource)).toContain('own');
    });
  });

  it.each([
    ['in memory', { type: 'better-sqlite3', database: ':memory:' }],
    ['of sql.js', { type: 'sqljs' }],
  ])('is found where the run has the same connection anyway: %s', async (_where, options) => {
    const dataSource = await new DataSource(options as DataSourceOptions).initialize();
    await inApplication({ a1: shelf }, async (migrations) => {
      // Of the service it is the connection that is another one: its data source is the one of the runner.
      const own = { queryRunner: dataSource.createQueryRunner() };
      await dataSource.transaction(async () => {
        await migrations.upgrade('head', own);
        expect(await migrations.status(own)).toMatchObject([{ state: 'current' }]);
      });
      expect(await tableNames(dataSource)).toContain('shelf');
    });
    await dataSource.destroy();
  });

  const family = [
    'CREATE TABLE parent (id integer PRIMARY KEY NOT NULL, name varchar)',
    'CREATE TABLE child (parent_id integer REFERENCES parent (id) ON DELETE CASCADE)',
    'INSERT INTO parent VALUES (1, NULL)',
    'INSERT INTO child VALUES (1)',
  ];
  const rebuilds = { upgrade: `await op.alterColumn('parent', 'name', { length: '20' });` };
  const drops = { upgrade: `await op.dropTable('parent');` };

  it.each([
    ['rebuild', rebuilds],
    ['drop', drops],
  ])('with foreign keys enforced refuses to %s what rows refer to, and keeps them', async (_what, second) => {
    await inApplication({ a1: shelf, b2: second }, async (migrations, dataSource, runner) => {
      for (const sql of family) await runner.query(sql);
      await runner.startTransaction();
      await expect(migrations.upgrade('head', { queryRunner: runner })).rejects.toMatchObject({
        code: 'MIGRATION_FAILED',
        message: expect.stringContaining(`Table 'parent' cannot be dropped or rebuilt in this transaction`),
        hint: expect.stringContaining('PRAGMA foreign_keys = OFF'),
      });
      await runner.commitTransaction();
      expect(await dataSource.query('SELECT * FROM child')).toEqual([{ parent_id: 1 }]);
      expect(await tableNames(dataSource)).not.toContain('shelf');
    });
  });

  it('with foreign keys switched off before rebuilds what rows refer to, and keeps them', async () => {
    await inApplication({ a1: rebuilds }, async (migrations, dataSource, runner) => {
      for (const sql of family) await runner.query(sql);
      await runner.query('PRAGMA foreign_keys = OFF');
      await runner.startTransaction();
      await migrations.upgrade('head', { queryRunner: runner });
      await runner.commitTransaction();
      await runner.query('PRAGMA foreign_keys = ON');
      expect(await dataSource.query('SELECT * FROM child')).toEqual([{ parent_id: 1 }]);
      await expect(runner.query('INSERT INTO child VALUES (9)')).rejects.toThrow('FOREIGN KEY');
    });
  });

  it('takes rows in any order, and refuses those that are left without a parent', async () => {
    const orphan = `await op.execute('INSERT INTO child VALUES (7)');`;
    const insert = { upgrade: `${orphan} await op.execute("INSERT INTO parent VALUES (7, 'late')");` };
    await inApplication({ a1: insert, b2: { upgrade: orphan.replace('7', '8') } }, async (migrations, _, runner) => {
      for (const sql of family) await runner.query(sql);
      await runner.startTransaction();
      await migrations.upgrade('a1', { queryRunner: runner });
      await expect(migrations.upgrade('head', { queryRunner: runner })).rejects.toThrow(
        `Rows would be left without a parent: 1 in 'child'`,
      );
      await runner.commitTransaction();
      expect(await runner.query('SELECT parent_id FROM child ORDER BY 1')).toEqual([
        { parent_id: 1 },
        { parent_id: 7 },
      ]);
      await expect(runner.query('INSERT INTO child VALUES (9)')).rejects.toThrow('FOREIGN KEY');
    });
  });

  it('that has read what is old by now says that it can write no more', async () => {
    await inApplication({ a1: shelf }, async (migrations, dataSource, runner) => {
      await runner.query('PRAGMA journal_mode = WAL');
      const other = await new DataSource(dataSource.options).initialize();
      await other.query('CREATE TABLE t (n integer)');
      await runner.startTransaction();
      await runner.query('SELECT * FROM t');
      await other.query('INSERT INTO t VALUES (1)');
      await expect(migrations.upgrade('head', { queryRunner: runner })).rejects.toMatchObject({
        code: 'QUERY_RUNNER',
        message: expect.stringContaining('has read the database before another connection wrote to it'),
      });
      await runner.rollbackTransaction();
      await other.destroy();
      await migrations.upgrade('head', { queryRunner: runner });
    });
  });
});

describe('a connection of the caller, where there are several data sources', () => {
  const scene = useScene(createSqliteDatabase);

  it('is refused for all of them together, and for another one than its own', async () => {
    const analytics = await new DataSource({ type: 'better-sqlite3', database: ':memory:' }).initialize();
    const dataSources = ['default', { name: 'analytics', dataSource: analytics }];
    await scene.inApplication(
      async (migrations) => {
        await migrations.init();
        const queryRunner = analytics.createQueryRunner();
        await expect(migrations.upgrade('head', { queryRunner })).rejects.toMatchObject({
          code: 'QUERY_RUNNER',
          message: expect.stringContaining('the call is about the data sources default, analytics'),
        });
        const one = (name: string): MigrationService => migrations.with({ dataSources: [name] });
        await expect(one('default').upgrade('head', { queryRunner })).rejects.toMatchObject({
          code: 'QUERY_RUNNER',
          message: expect.stringContaining('is of the data source "analytics", and the call is about "default"'),
        });
        expect(await one('analytics').status({ queryRunner })).toMatchObject([{ dataSource: 'analytics' }]);
      },
      { migrate: { dataSources } },
    );
    await analytics.destroy();
  });
});
