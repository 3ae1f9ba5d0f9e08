import { Client } from 'pg';
import { DataSource } from 'typeorm';
import type { LockMode } from '../../src/dialects/lock.js';
import { postgresDialect } from '../../src/dialects/postgres/index.js';
import { run, runAll } from '../../src/runtime/index.js';
import { createPostgresDatabase, type TestDatabase } from '../support/databases.js';
import { Gate } from '../support/gate.js';
import { describeWithPgBouncer, PgBouncer, type PoolMode, Traffic } from '../support/pgbouncer.js';
import { settings, TestHistory } from './history.js';

/** What a run must not leave on the connections of a pool. Other specs lock other databases of the server meanwhile. */
const LEFT = `
  SELECT current_setting('search_path') AS search_path, current_setting('lock_timeout') AS lock_timeout,
         (SELECT count(*)::integer FROM pg_locks WHERE locktype = 'advisory'
           AND database = (SELECT oid FROM pg_database WHERE datname = current_database())) AS locks`;

describeWithPgBouncer('a run through PgBouncer', () => {
  describe.each(['session', 'transaction'] as const)('with a %s pool', (mode: PoolMode) => {
    let database: TestDatabase;
    let bouncer: PgBouncer;
    let traffic: Traffic;
    let direct: Client;
    const opened: DataSource[] = [];

    beforeEach(async () => {
      database = await createPostgresDatabase();
      bouncer = await PgBouncer.to(database.url, { mode, poolSize: mode === 'session' ? 20 : 6 });
      direct = new Client(database.url);
      await direct.connect();
      traffic = new Traffic(bouncer.url);
    });

    afterEach(async () => {
      await traffic.stop();
      for (const dataSource of opened.splice(0)) await dataSource.destroy();
      await direct.end();
      await bouncer.stop();
      await database.drop();
    });

    async function open(options: object = {}): Promise<DataSource> {
      const dataSource = new DataSource({ type: 'postgres', url: bouncer.url, ...options } as never);
      opened.push(dataSource);
      return dataSource.initialize();
    }

    /** What clients of the pool find on its connections. */
    async function found(): Promise<unknown[]> {
      const clients = await Promise.all(
        Array.from({ length: 3 }, async () => {
          const client = new Client(bouncer.url);
          await client.connect();
          return client;
        }),
      );
      const states: unknown[] = [];
      for (let round = 0; round < 10; round += 1) {
        const rows = await Promise.all(clients.map((client) => client.query(`BEGIN; ${LEFT}; COMMIT`)));
        states.push(...rows.map((results) => JSON.stringify((results as never as { rows: unknown[] }[])[1]!.rows[0])));
      }
      await Promise.all(clients.map((client) => client.end()));
      return [...new Set(states)];
    }

    const clean = [JSON.stringify({ search_path: '"$user", public', lock_timeout: '0', locks: 0 })];

    it('leaves no lock and no setting on the connections of the pool', async () => {
      const history = new TestHistory({
        a: (op) => op.execute('CREATE TABLE a (id integer)'),
        b: (op) => op.autocommit(() => op.execute('CREATE INDEX CONCURRENTLY i ON a (id)')),
        c: (op) => op.execute('CREATE TABLE c (id integer)'),
      });
      const dataSource = await open();
      const { current } = await run(history.request(dataSource));
      expect(current).toEqual(['c']);
      expect(await found()).toEqual(clean);
      expect((await run(history.request(dataSource))).steps).toEqual([]);
    });

    it('makes the tables of a data source with a schema in that schema', async () => {
      const history = new TestHistory({
        a: (op) => op.execute('CREATE TABLE a (id integer)'),
        b: (op) => op.createTable({ name: 'b', columns: [{ name: 'id', type: 'integer' }] }),
        c: (op) => op.autocommit(() => op.execute('CREATE TABLE c (id integer)')),
        d: (op) => op.createIndex('b', { name: 'd', columnNames: ['id'], isConcurrent: true }),
        e: (op) => op.autocommit(async () => void (await op.queryRunner.query('CREATE TABLE e (id integer)'))),
      });
      const dataSource = await open({ schema: 'app' });
      await run(
        history.request(dataSource, { settings: { ...settings, versionTable: { schema: 'app', name: 'version' } } }),
      );
      const { rows } = await direct.query(
        `SELECT relnamespace::regnamespace::text AS schema, relname AS name FROM pg_class
         WHERE relname IN ('a', 'b', 'c', 'd', 'e', 'version') ORDER BY 2`,
      );
      expect(rows).toEqual(['a', 'b', 'c', 'd', 'e', 'version'].map((name) => ({ schema: 'app', name })));
      expect(await found()).toEqual(clean);
    });

    it('works on the connection of a caller, in a transaction and without', async () => {
      const history = new TestHistory({
        a: (op) => op.execute('CREATE TABLE a (id integer)'),
        b: (op) => op.execute('CREATE TABLE b (id integer)'),
      });
      const dataSource = await open();
      const queryRunner = dataSource.createQueryRunner();
      await queryRunner.startTransaction();
      await run(history.request(dataSource, { queryRunner, plan: (rows) => history.upgrade(rows, 'a') }));
      await queryRunner.commitTransaction();
      expect((await run(history.request(dataSource, { queryRunner }))).current).toEqual(['b']);
      expect(Object.hasOwn(queryRunner, 'query') || Object.hasOwn(queryRunner, 'startTransaction')).toBe(false);
      await queryRunner.release();
      expect(await found()).toEqual(clean);
    });

    it('runs TypeORM transactions and transactions in SQL outside its own with its settings', async () => {
      const seen: unknown[] = [];
      const look = `SELECT current_schema() AS schema, current_setting('transaction_isolation') AS isolation`;
      const history = new TestHistory({
        a: (op) =>
          op.autocommit(async () => {
            const { queryRunner } = op;
            await queryRunner.startTransaction('SERIALIZABLE');
            seen.push(...(await queryRunner.query(look)));
            await queryRunner.commitTransaction();
            await op.manager.transaction(async (manager) => void seen.push(...(await manager.query(look))));
            await op.execute('BEGIN');
            await op.execute('CREATE TABLE rolled_back (id integer)');
            seen.push(...(await queryRunner.query(look)));
            await op.execute('ROLLBACK');
            await op.execute('BEGIN; CREATE TABLE committed (id integer); COMMIT');
            await op.execute('VACUUM app.kept');
          }),
      });
      await direct.query('CREATE SCHEMA app; CREATE TABLE app.kept (id integer)');
      const dataSource = await open({ schema: 'app' });
      const versionTable = { schema: 'app', name: 'version' };
      await run(history.request(dataSource, { settings: { ...settings, versionTable } }));
      expect(seen).toEqual([
        { schema: 'app', isolation: 'serializable' },
        { schema: 'app', isolation: 'read committed' },
        { schema: 'app', isolation: 'read committed' },
      ]);
      const { rows } = await direct.query(
        `SELECT relnamespace::regnamespace::text || '.' || relname AS name FROM pg_class WHERE relname IN ('rolled_back', 'committed')`,
      );
      expect(rows).toEqual([{ name: 'app.committed' }]);
      expect(await found()).toEqual(clean);
    });

    it('refuses what it cannot send with the search path, before it is sent', async () => {
      const history = new TestHistory({
        a: (op) => op.execute('CREATE TABLE note (id integer)'),
        b: (op) => op.autocommit(() => op.execute('CREATE INDEX CONCURRENTLY i ON app.note (id)')),
        c: (op) => op.autocommit(() => op.execute('CREATE INDEX CONCURRENTLY j ON note (id)')),
      });
      await direct.query('CREATE TABLE public.note (id integer)');
      const dataSource = await open({ schema: 'app' });
      await expect(run(history.request(dataSource))).rejects.toMatchObject({
        cause: { code: 'UNQUALIFIED_NAMES', schema: 'app' },
        failure: { kept: ['a', 'b'] },
      });
      const { rows } = await direct.query(`SELECT indexrelid::regclass::text AS name FROM pg_index
        WHERE indrelid IN ('public.note'::regclass, 'app.note'::regclass)`);
      expect(rows).toEqual([{ name: 'app.i' }]);
    });

    it('commits nothing more when another runner has taken its lease', async () => {
      const take = `UPDATE migrate_version_lock SET owner = 'another', run_by = 'alice@ci, process 7', expires_at = now() + interval '1 hour'`;
      const history = new TestHistory({
        a: (op) => op.execute('CREATE TABLE a (id integer)'),
        b: (op) =>
          op.autocommit(async () => {
            await op.execute('CREATE TABLE b (id integer)');
            await direct.query(take);
            await op.execute('CREATE TABLE c (id integer)');
          }),
      });
      const failure = run(history.request(await open()));
      await expect(failure).rejects.toMatchObject({
        failure: { kept: ['a'] },
        cause: {
          code: 'LEASE_LOST',
          message: expect.stringContaining('alice@ci, process 7') as string,
          holder: { owner: 'alice@ci, process 7' },
        },
      });
      const { rows } = await direct.query(`SELECT to_regclass('b') AS b, to_regclass('c') AS c`);
      expect(rows).toEqual([{ b: 'b', c: null }]);
      expect((await direct.query('SELECT owner FROM migrate_version_lock')).rows).toEqual([{ owner: 'another' }]);
    });

    it('writes nothing into its journal either when another runner has taken its lease', async () => {
      const history = new TestHistory({
        a: (op) => op.execute('CREATE TABLE a (id integer)'),
        b: (op) =>
          op.autocommit(async () => {
            await direct.query(
              `UPDATE migrate_version_lock SET owner = 'another', expires_at = now() + interval '1 hour'`,
            );
            await op.execute('CREATE INDEX CONCURRENTLY i ON a (id)');
          }),
      });
      await expect(run(history.request(await open()))).rejects.toMatchObject({ cause: { code: 'LEASE_LOST' } });
      const { rows } = await direct.query(
        `SELECT to_regclass('i') AS i, to_regclass('migrate_version_journal') AS journal`,
      );
      expect(rows).toEqual([{ i: null, journal: null }]);
    });

    it('knows of another run on the database, and of one database behind two data sources', async () => {
      const history = new TestHistory({
        a: (op) => op.autocommit(async () => void (await gate.pass())),
      });
      const gate = new Gate();
      const [one, other] = [await open(), await open()];
      const running = run(history.request(one));
      await gate.reached;
      const runner = other.createQueryRunner();
      expect(await postgresDialect.isRunning(runner, settings.versionTable)).toBe(true);
      await expect(
        run(history.request(other, { settings: { ...settings, runnerTimeout: 300 } })),
      ).rejects.toMatchObject({
        code: 'RUNNER_BUSY',
        holder: { owner: expect.stringContaining('process') as string, expires: expect.any(Date) as Date },
      });
      gate.release();
      await running;
      expect(await postgresDialect.isRunning(runner, settings.versionTable)).toBe(false);
      await runner.release();
      const several = runAll([history.request(one), history.request(other, { dataSourceName: 'other' })]);
      await expect(several).rejects.toMatchObject({ code: 'SAME_DATABASE' });
      expect(await found()).toEqual(clean);
    });

    it('refuses two phases before anything is run', async () => {
      const second = await createPostgresDatabase();
      const secondPool = await PgBouncer.to(second.url, { mode });
      const other = await open({ url: secondPool.url });
      const history = new TestHistory({ a: (op) => op.execute('CREATE TABLE a (id integer)') });
      const requests = [history.request(await open()), history.request(other, { dataSourceName: 'other' })];
      await expect(runAll(requests, { twoPhase: true })).rejects.toMatchObject({
        code: 'TWO_PHASE_UNAVAILABLE',
        message: expect.stringContaining('there is a pooler before that of data source "default"') as string,
      });
      expect((await direct.query(`SELECT to_regclass('migrate_version') AS name`)).rows).toEqual([{ name: null }]);
      expect((await runAll(requests)).map(({ current }) => current)).toEqual([['a'], ['a']]);
      await other.destroy();
      opened.splice(opened.indexOf(other), 1);
      await secondPool.stop();
      await second.drop();
    });

    it('takes the lock that the option `lock` names', async () => {
      const history = new TestHistory({
        a: (op) => op.execute('CREATE TABLE a (id integer)'),
        b: (op) => op.execute('CREATE TABLE b (id integer)'),
        c: (op) => op.execute('CREATE TABLE c (id integer)'),
      });
      const dataSource = await open();
      const upgrade = (lock: LockMode, target: string): Promise<unknown> =>
        run(
          history.request(dataSource, {
            settings: { ...settings, lock },
            plan: (rows) => history.upgrade(rows, target),
          }),
        );
      await upgrade('none', 'a');
      const lease = async (): Promise<unknown> =>
        (await direct.query(`SELECT to_regclass('migrate_version_lock') AS name`)).rows[0]?.name as unknown;
      expect(await lease()).toBeNull();
      if (mode === 'session') await upgrade('session', 'b');
      else await expect(upgrade('session', 'b')).rejects.toMatchObject({ code: 'POOLED_CONNECTION' });
      expect(await lease()).toBeNull();
      await upgrade('lease', 'c');
      expect(await lease()).toBe('migrate_version_lock');
      expect(await found()).toEqual(clean);
    });

    it('runs each revision once where many runners start together', async () => {
      const history = new TestHistory({
        a: (op) => op.execute('CREATE TABLE account (balance integer); INSERT INTO account VALUES (100)'),
        b: async (op) => {
          await op.execute('UPDATE account SET balance = balance + 100');
          await op.execute('SELECT pg_sleep(0.2)');
        },
        c: (op) => op.autocommit(() => op.execute('UPDATE account SET balance = balance + 100')),
        d: (op) => op.execute('UPDATE account SET balance = balance + 100'),
      });
      const runners = await Promise.all(Array.from({ length: 4 }, () => open()));
      const results = await Promise.all(runners.map((dataSource) => run(history.request(dataSource))));
      expect(results.flatMap(({ steps }) => steps.map(({ revision }) => revision)).sort()).toEqual([
        'a',
        'b',
        'c',
        'd',
      ]);
      expect((await direct.query('SELECT balance FROM account')).rows).toEqual([{ balance: 400 }]);
    });
  });
});
