import type { DataSource, QueryRunner } from 'typeorm';
import { EntitySchema } from 'typeorm';
import type { MigrationService } from '../../src/index.js';
import { tableNames } from '../support/application.js';
import { databases } from '../support/databases.js';
import { useScene } from '../support/scene.js';
import { type RevisionBodies, writeRevisions } from '../support/write-revisions.js';

const shelf = {
  upgrade: `await op.execute('CREATE TABLE shelf (n integer)');`,
  downgrade: `await op.dropTable('shelf');`,
};
const book = {
  upgrade: `await op.createTable({ name: 'book', columns: [{ name: 'id', type: 'integer', isPrimary: true }] });`,
  downgrade: `await op.dropTable('book');`,
};
const failing = {
  upgrade: `await op.execute('INSERT INTO shelf VALUES (1)'); await op.execute('SELECT * FROM nowhere');`,
};

type Work = (migrations: MigrationService, dataSource: DataSource, runner: QueryRunner) => Promise<void>;

describe.each(databases)("the caller's connection on %s", (dialect, make) => {
  const scene = useScene(make);

  /** Runs work in an application with revisions, on a connection that is still usable afterwards. */
  function withRunner(revisions: Readonly<Record<string, RevisionBodies>>, work: Work): Promise<void> {
    return scene.inApplication(async (migrations, dataSource) => {
      await migrations.init();
      writeRevisions(scene.directory, revisions);
      const runner = dataSource.createQueryRunner();
      await work(migrations, dataSource, runner);
      expect(runner.isReleased).toBe(false);
      expect(runner.isTransactionActive).toBe(false);
      expect(await runner.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
      await runner.release();
    });
  }

  const idsOf = async (migrations: MigrationService, queryRunner?: QueryRunner): Promise<unknown> =>
    (await migrations.current({ queryRunner })).map(({ revisions }) => revisions.map(({ revision }) => revision));

  /** How a caller may begin and end a transaction. */
  const ways: [
    string,
    (runner: QueryRunner) => Promise<unknown>,
    (runner: QueryRunner, end: string) => Promise<unknown>,
  ][] = [
    [
      'TypeORM',
      (runner) => runner.startTransaction(),
      (runner, end) => (end === 'COMMIT' ? runner.commitTransaction() : runner.rollbackTransaction()),
    ],
    ['plain SQL', (runner) => runner.query('BEGIN'), (runner, end) => runner.query(end)],
  ];

  describe.each(ways)('in a transaction begun by %s', (_way, begin, end) => {
    it.each([
      ['COMMIT', ['book', 'migrate_version', 'migrate_version_history', 'shelf'], [['b2']]],
      ['ROLLBACK', [], [[]]],
    ])('an upgrade is kept or lost with it: %s', async (ending, tables, ids) => {
      await withRunner({ a1: shelf, b2: book }, async (migrations, dataSource, runner) => {
        await begin(runner);
        const [result] = await migrations.upgrade('head', { queryRunner: runner });
        expect(result?.steps.map(({ revision }) => revision)).toEqual(['a1', 'b2']);
        expect(await idsOf(migrations, runner)).toEqual([['b2']]);
        await end(runner, ending);
        expect(await tableNames(dataSource)).toEqual(tables);
        expect(await idsOf(migrations)).toEqual(ids);
      });
    });

    it('a failure undoes only the run, says so, and the transaction goes on', async () => {
      await withRunner({ a1: shelf, b2: failing }, async (migrations, dataSource, runner) => {
        await begin(runner);
        await runner.query('CREATE TABLE own (n integer)');
        await expect(migrations.upgrade('head', { queryRunner: runner })).rejects.toMatchObject({
          code: 'MIGRATION_FAILED',
          failure: { revision: 'b2', kept: [], rolledBack: ['a1'], current: [] },
          hint: expect.stringContaining('the transaction of the queryRunner is open, and yours to commit or roll back'),
        });
        await runner.query('INSERT INTO own VALUES (1)');
        await end(runner, 'COMMIT');
        expect(await tableNames(dataSource)).not.toContain('shelf');
        expect(await runner.query('SELECT n FROM own')).toEqual([{ n: 1 }]);
        expect(await idsOf(migrations)).toEqual([[]]);
      });
    });

    it('all that asks a database asks it there', async () => {
      const Shelf = new EntitySchema({ name: 'shelf', columns: { n: { type: 'integer', primary: true } } });
      await scene.inApplication(
        async (migrations, dataSource) => {
          await migrations.init();
          writeRevisions(scene.directory, { a1: book, b2: shelf });
          const runner = dataSource.createQueryRunner();
          await begin(runner);
          const own = { queryRunner: runner };
          await migrations.ensureVersion(own);
          await migrations.upgrade('a1', own);
          await migrations.stamp('b2', own);
          expect(await migrations.status(own)).toMatchObject([{ state: 'current', current: ['b2'] }]);
          expect((await migrations.check(own)).map(({ kind }) => kind).sort()).toEqual(['createTable', 'dropTable']);
          expect(await migrations.history({ range: 'base:current', ...own })).toMatchObject([
            { revision: 'b2' },
            { revision: 'a1' },
          ]);
          expect(await migrations.show('current', own)).toMatchObject([{ revision: 'b2' }]);
          const [written] = await migrations.migrate({ message: 'as the entities', ...own });
          await migrations.upgrade('head', own);
          expect(await migrations.check(own)).toEqual([]);
          expect(written).toMatchObject({ message: 'as the entities' });
          await end(runner, 'ROLLBACK');
          expect(await tableNames(dataSource)).toEqual([]);
          expect(await migrations.status()).toMatchObject([{ state: 'behind', current: [] }]);
          await runner.release();
        },
        { entities: [Shelf] },
      );
    });
  });

  it('without a transaction, a run is committed by itself, and the settings are as they were', async () => {
    const names = dialect === 'postgres' ? ['lock_timeout', 'statement_timeout', 'search_path'] : ['foreign_keys'];
    const settingsOf = async (runner: QueryRunner): Promise<unknown[]> => {
      const values: unknown[] = [];
      for (const name of names)
        values.push(await runner.query(dialect === 'postgres' ? `SHOW ${name}` : `PRAGMA ${name}`));
      return values;
    };
    await withRunner({ a1: shelf, b2: failing }, async (migrations, dataSource, runner) => {
      const before = await settingsOf(runner);
      await migrations.upgrade('a1', { queryRunner: runner });
      expect(await idsOf(migrations)).toEqual([['a1']]);
      await expect(migrations.upgrade('head', { queryRunner: runner })).rejects.toMatchObject({
        failure: { current: ['a1'] },
      });
      expect(await settingsOf(runner)).toEqual(before);
      await migrations.downgrade('base', { queryRunner: runner });
      expect(await tableNames(dataSource)).not.toContain('shelf');
    });
  });

  it("is the service's for all calls with `with`, and the manager's of a transaction", async () => {
    await withRunner({ a1: shelf }, async (migrations, dataSource) => {
      const undone = dataSource.transaction(async ({ queryRunner }) => {
        const inside = migrations.with({ queryRunner });
        await inside.upgrade();
        expect(await idsOf(inside)).toEqual([['a1']]);
        throw new Error('no');
      });
      await expect(undone).rejects.toThrow('no');
      expect(await idsOf(migrations)).toEqual([[]]);
      await dataSource.transaction((manager) => migrations.upgrade('head', { queryRunner: manager.queryRunner }));
      expect(await idsOf(migrations)).toEqual([['a1']]);
    });
  });

  it.each<[string, RevisionBodies]>([
    ['op.autocommit', { upgrade: `await op.autocommit(() => op.execute('VACUUM'));` }],
    [
      'op.autocommit, taken from op',
      { upgrade: `const { autocommit } = op; await autocommit(() => op.execute('VACUUM'));` },
    ],
    [
      'the migrations of TypeORM, each in a transaction',
      { upgrade: `await op.runTypeormMigrations({ table: 'm', transaction: 'each', classes: [] });` },
    ],
  ])('refuses revisions with %s by name before anything is run', async (_what, second) => {
    const steps: string[] = [];
    await withRunner({ a1: shelf, b2: second, c3: book, d4: second }, async (migrations, dataSource, runner) => {
      await runner.startTransaction();
      const watched = migrations.with({ onStep: ({ to }) => void steps.push(...to) });
      await expect(watched.upgrade('head', { queryRunner: runner })).rejects.toMatchObject({
        code: 'CALLERS_TRANSACTION',
        message: expect.stringMatching(/^Revisions b2 \(.*b2\.ts\), d4 \(.*d4\.ts\) must run outside a transaction/),
        hint: expect.stringContaining('Nothing was run.'),
      });
      expect(steps).toEqual([]);
      await watched.upgrade('a1', { queryRunner: runner });
      await runner.commitTransaction();
      expect(await tableNames(dataSource)).toContain('shelf');
    });
  });

  it('refuses what leaves the transaction in a function that the revision calls, and undoes the run', async () => {
    const head = `const clean = (op: Operations) => op.autocommit(() => op.execute('VACUUM'));`;
    const mention = `/* op.autocommit */ await op.execute("SELECT 'autocommit'");`;
    await withRunner(
      { a1: { ...shelf, upgrade: shelf.upgrade + mention }, b2: { head, upgrade: 'await clean(op);' } },
      async (migrations, dataSource, runner) => {
        await runner.startTransaction();
        await expect(migrations.upgrade('head', { queryRunner: runner })).rejects.toMatchObject({
          code: 'CALLERS_TRANSACTION',
          revisions: [{ revision: 'b2' }],
          hint: expect.stringContaining('is rolled back; your transaction is still open'),
        });
        await runner.commitTransaction();
        expect(await tableNames(dataSource)).not.toContain('shelf');
      },
    );
  });

  it('lets no revision end the transaction through its query runner', async () => {
    await withRunner(
      { a1: shelf, b2: { upgrade: 'await op.queryRunner.commitTransaction();' } },
      async (migrations, dataSource, runner) => {
        await runner.startTransaction();
        await expect(migrations.upgrade('head', { queryRunner: runner })).rejects.toMatchObject({
          failure: { reason: 'commitTransaction() would end the transaction of the caller, in which this runs.' },
        });
        expect(runner.isTransactionActive).toBe(true);
        await runner.rollbackTransaction();
        expect(await tableNames(dataSource)).toEqual([]);
      },
    );
  });

  it('lets revisions make and end transactions inside it', async () => {
    const upgrade = `
      await op.execute('CREATE TABLE shelf (n integer)');
      await op.manager.transaction((manager) => manager.query('INSERT INTO shelf VALUES (1)'));
      await op.manager.transaction(async (manager) => {
        await manager.query('INSERT INTO shelf VALUES (2)');
        throw new Error('undo');
      }).catch(() => undefined);`;
    await withRunner({ a1: { upgrade } }, async (migrations, _dataSource, runner) => {
      await runner.startTransaction();
      await migrations.upgrade('head', { queryRunner: runner });
      await runner.commitTransaction();
      expect(await runner.query('SELECT n FROM shelf')).toEqual([{ n: 1 }]);
    });
  });

  it('is refused when it is released, or no query runner, or for several data sources', async () => {
    await withRunner({ a1: shelf }, async (migrations, dataSource) => {
      const wrong = { query: () => undefined } as never;
      await expect(migrations.upgrade('head', { queryRunner: wrong })).rejects.toMatchObject({
        code: 'MIGRATE_OPTIONS',
        message: expect.stringContaining(`'queryRunner' is an object; it must be a query runner of TypeORM`),
      });
      const manager = dataSource.manager as never;
      await expect(migrations.current({ queryRunner: manager })).rejects.toMatchObject({ code: 'MIGRATE_OPTIONS' });
      if (dialect === 'sqlite') return;
      const released = dataSource.createQueryRunner();
      await released.release();
      await expect(migrations.check({ queryRunner: released })).rejects.toMatchObject({
        code: 'QUERY_RUNNER',
        message: 'The queryRunner is released: it has no connection any more.',
      });
    });
  });

  it('a run that is begun inside another one is refused at once', async () => {
    const told: unknown[] = [];
    let inner: MigrationService | undefined;
    await scene.inApplication(
      async (migrations) => {
        await migrations.init();
        writeRevisions(scene.directory, { a1: shelf });
        inner = migrations;
        await migrations.upgrade();
        expect(told).toMatchObject([{ code: 'NESTED_RUN' }]);
        expect(await idsOf(migrations)).toEqual([['a1']]);
      },
      { migrate: { onVersionApply: async () => void told.push(await inner?.stamp('a1').catch((error) => error)) } },
    );
  });
});
