import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { createPostgresDatabase, type TestDatabase } from '../support/databases.js';
import { describeWithPgBouncer, PgBouncer, type PoolMode, Traffic } from '../support/pgbouncer.js';
import { compileSources, type CompiledSources } from './compiled.js';
import { RunnerProcess } from './runner-process.js';

type Way = 'through the pool' | 'direct';

describeWithPgBouncer('runners in processes of their own, with PgBouncer between', () => {
  let compiled: CompiledSources;

  beforeAll(async () => {
    compiled = await compileSources();
  });

  afterAll(() => compiled.remove());

  describe.each(['session', 'transaction'] as const)('and a %s pool', (mode: PoolMode) => {
    let database: TestDatabase;
    let bouncer: PgBouncer;
    let traffic: Traffic;
    let direct: Client;
    const started: RunnerProcess[] = [];

    beforeEach(async () => {
      database = await createPostgresDatabase();
      bouncer = await PgBouncer.to(database.url, { mode, poolSize: mode === 'session' ? 60 : 6 });
      direct = new Client(database.url);
      await direct.connect();
      traffic = new Traffic(bouncer.url);
    });

    afterEach(async () => {
      await Promise.all(started.splice(0).map((runner) => runner.kill()));
      await traffic.stop();
      await direct.end();
      await bouncer.stop();
      await database.drop();
    });

    function start(place = '', way: Way = 'through the pool'): RunnerProcess {
      const url = way === 'direct' ? database.url : bouncer.url;
      const runner = new RunnerProcess(
        compiled.pathOf('test/faults/pooler.child.ts'),
        JSON.stringify({ type: 'postgres', url }),
        place,
      );
      started.push(runner);
      return runner;
    }

    async function balance(): Promise<unknown> {
      return (await direct.query('SELECT balance FROM account')).rows;
    }

    it('runs each revision once when 16 start together, some of them beside the pool', async () => {
      const results = await Promise.all(
        Array.from({ length: 16 }, (_, index) => start('', index % 4 === 0 ? 'direct' : 'through the pool').result()),
      );
      expect(results.flatMap(({ steps }) => steps).sort()).toEqual(['a', 'b', 'c', 'd']);
      expect(results.map(({ current }) => current)).toEqual(results.map(() => ['d']));
      expect(await balance()).toEqual([{ balance: 300 }]);
    }, 180_000);

    if (mode === 'session') return;

    it.each<[Way, string, Way]>([
      ['through the pool', 'inside', 'direct'],
      ['through the pool', 'outside', 'direct'],
      ['through the pool', 'outside', 'through the pool'],
      ['direct', 'inside', 'through the pool'],
      ['direct', 'outside', 'through the pool'],
    ])('has a runner %s that is %s its transaction waited for by one %s', async (first, place, second) => {
      const holder = start(place, first);
      await holder.says(place);
      const next = start('', second);
      await next.says('waiting');
      await sleep(3_000);
      holder.goOn();
      expect(await holder.result()).toMatchObject({ steps: ['a', 'b', 'c', 'd'] });
      expect(await next.result()).toMatchObject({ steps: [], current: ['d'] });
      expect(await balance()).toEqual([{ balance: 300 }]);
    });

    it.each(['inside', 'outside'])(
      'lets the next one begin 2 s after one was killed %s its transaction',
      async (place) => {
        const killed = start(place);
        await killed.says(place);
        const next = start();
        await next.says('waiting');
        await sleep(1_500);
        await killed.kill();
        const since = Date.now();
        const { steps } = await next.result();
        expect(Date.now() - since).toBeLessThan(2_500);
        expect(steps).toEqual(place === 'inside' ? ['a', 'b', 'c', 'd'] : ['c', 'd']);
        expect(await balance()).toEqual([{ balance: 300 }]);
      },
    );

    it('leaves one its lease that computes for longer than that is valid', async () => {
      const computing = start('computing');
      await computing.says('computing');
      const next = start();
      expect(await computing.result()).toMatchObject({ steps: ['a', 'b', 'c', 'd'] });
      expect(await next.result()).toMatchObject({ steps: [], current: ['d'] });
    });

    it('gives its lease up when its connection is cut, by another one', async () => {
      const cut = start('outside');
      await cut.says('outside');
      await sleep(500);
      const own = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`;
      await direct.query(own);
      cut.goOn();
      await cut.result();
      expect((await direct.query('SELECT owner FROM migrate_version_lock')).rows).toEqual([{ owner: null }]);
    });

    it.each(['inside', 'outside'])(
      'lets one that was stopped %s its transaction for longer than its lease is valid commit nothing more',
      async (place) => {
        const stopped = start(place);
        await stopped.says(place);
        // Until its thread has been heard of, it is not known whether there is one.
        await sleep(1_000);
        // Before the lease can have run out: to start takes a busy machine as long as that.
        const next = start();
        await next.says('waiting');
        stopped.signal('SIGSTOP');
        const result = await next.result();
        expect(result.current).toEqual(['d']);
        const state = await balance();
        stopped.signal('SIGCONT');
        stopped.goOn();
        const failure = (await stopped.result()) as unknown as { code: string; message: string; cause: string };
        expect(failure).toMatchObject({ code: 'MIGRATION_FAILED', cause: 'LEASE_LOST' });
        expect(await balance()).toEqual(state);
      },
    );
  });
});
