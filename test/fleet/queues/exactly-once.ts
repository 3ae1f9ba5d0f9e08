import { once } from 'node:events';
import { type Engine, type QueueProcess, QueueWorld } from './queue-world.js';

/** Longer than the time in which either queue gives a job of a worker that does not answer to another one, ms. */
const BLOCKED = 16_000;

const RUN = "await op.execute(`INSERT INTO ran VALUES ('${revision}')`);";

const revisions = {
  a1: {
    upgrade: `${RUN} await op.execute('SELECT pg_sleep(0.15)');
      if (process.env['TEST_BLOCKS'] === 'a1' && !globalThis.isBlocked) {
        globalThis.isBlocked = true;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ${BLOCKED});
      }`,
  },
  b2: { upgrade: `${RUN} await op.execute('SELECT pg_sleep(0.15)');` },
  c3: {
    upgrade: `${RUN} await op.execute("SELECT 1 / CASE WHEN current_schema() IN ('t0', 't9') THEN 0 ELSE 1 END");`,
  },
  d4: { upgrade: RUN },
};

/** The laws of a queue: whatever happens to jobs, workers and the one who hands them out, each tenant is migrated once. */
export function describeQueue(engine: Engine): void {
  describe(`a fleet by ${engine.name}`, () => {
    let world: QueueWorld;
    let coordinator: QueueProcess;
    let worker: QueueProcess;

    beforeAll(async () => {
      world = await QueueWorld.create(engine);
      world.write(revisions);
      [coordinator, worker] = await Promise.all([world.start(), world.start({ isWorker: true })]);
    });
    afterAll(() => world.remove());

    it('migrates each tenant once where a worker is killed and another one does not answer', async () => {
      const [killed, silent] = await Promise.all([
        world.start({ isWorker: true }),
        world.start({ isWorker: true }, { TEST_BLOCKS: 'a1' }),
      ]);
      const run = coordinator.call('upgrade', 'a1', { waves: ['1', '100%'] });
      await world.until('done', 8);
      await killed.kill();
      expect(await run).toMatchObject({ done: 24, failed: [], notTried: 0, waves: [{ tenants: 1 }, { tenants: 23 }] });
      expect(await world.notOnce('a1')).toEqual({});
      // The one that did not answer had a tenant that a second worker began, and whose lock was not free.
      expect((await world.recorded<{ tries: number }>('tries')).some(({ tries }) => tries > 0)).toBe(true);
      await silent.kill();
    });

    it('is finished by another process when the one that hands out is killed', async () => {
      const killed = await world.start();
      const lost = killed.call('upgrade', 'b2').catch(() => undefined);
      await world.until('done', 24 + 5);
      await killed.kill();
      void lost;
      const [run] = await coordinator.call<{ runId: string }[]>('runs', { limit: 1 });
      expect(await coordinator.call('retry', run?.runId)).toMatchObject({ failed: [], notTried: 0, tenants: 24 });
      expect(await world.notOnce('b2')).toEqual({});
    });

    it('begins nobody else when too many have failed, and retries the rest', async () => {
      const report = await coordinator.call('upgrade', 'c3', { waves: ['50%', '100%'], maxFailures: 1 });
      expect(report.failed.map(({ tenant, revision }) => [tenant, revision])).toEqual([
        ['t0', 'c3'],
        ['t9', 'c3'],
      ]);
      expect(report).toMatchObject({ stopped: '2 tenants failed, and at most 1 may.', waves: [{ tenants: 12 }] });
      expect(report.notTried).toBeGreaterThanOrEqual(12);
      const again = await coordinator.call('retry', report.runId, { maxFailures: 2 });
      expect(again).toMatchObject({ failed: [{ tenant: 't0' }, { tenant: 't9' }], notTried: 0 });
      expect(await world.notOnce('c3')).toEqual({ t0: 0, t9: 0 });
    });

    it('leaves to others what a worker of an older image cannot do, and finds that a tenant is gone, by the command', async () => {
      const directory = world.folder();
      const { a1, b2 } = revisions;
      world.write({ a1, b2 }, directory);
      // Without it the two that fail would be in the way.
      await coordinator.call('stamp', 'c3');
      const older = await world.start({ isWorker: true, directory });
      await worker.call('close');
      const run = coordinator.call('upgrade', 'd4', { tenants: ['t1', 't2', 't3'] });
      await world.until('waiting', 3);
      const command = await world.startCommand({ tenants: ['t1', 't2'] });
      expect(await run).toMatchObject({ done: 2, gone: 1, failed: [] });
      expect(await world.notOnce('d4', ['t1', 't2'])).toEqual({});
      const ended = once(command, 'exit');
      command.kill('SIGTERM');
      expect(await ended).toEqual([0, null]);
      await older.kill();
    });
  });
}
