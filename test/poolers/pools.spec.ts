import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { run } from '../../src/runtime/index.js';
import { createPostgresDatabase, type TestDatabase } from '../support/databases.js';
import { describeWithPgBouncer, PgBouncer, type PoolMode, Traffic } from '../support/pgbouncer.js';
import { settings, TestHistory } from '../faults/history.js';

/** What a run must not leave on the connections of a pool. */
const LEFT = `
  SELECT current_setting('search_path') AS search_path, current_setting('lock_timeout') AS lock_timeout,
         (SELECT count(*)::integer FROM pg_locks WHERE locktype = 'advisory') AS locks`;

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
