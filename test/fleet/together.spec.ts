import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FleetReport, MigrationFleet } from '../../src/index.js';
import { RunnerProcess } from '../faults/runner-process.js';
import { TenantWorld } from './tenant-world.js';

/** Several processes at work on one fleet, of which some are killed. */
describe('a fleet that several processes migrate', () => {
  let world: TenantWorld;
  let fleet: MigrationFleet;
  const ids = Array.from({ length: 30 }, (_, index) => `t${index}`);

  beforeEach(async () => {
    world = await TenantWorld.create('postgres');
    world.write({
      a1: { upgrade: `await op.execute('CREATE TABLE note (id integer)'); await op.execute('SELECT pg_sleep(0.05)');` },
    });
    await world.add(...ids);
    fleet = await world.fleet({ concurrency: 2 });
  });

  afterEach(() => world.drop());

  const process = async (call: object = {}): Promise<RunnerProcess> => {
    const { directory, tenants, database } = world;
    const given = { options: database.options, directory, tenants, call: { args: ['head'], concurrency: 2, ...call } };
    const started = new RunnerProcess(join(__dirname, 'coordinator.mjs'), JSON.stringify(given));
    await started.says('ready');
    return started;
  };
  const reportOf = (started: RunnerProcess): Promise<FleetReport> =>
    started.result() as unknown as Promise<FleetReport>;
  const expectOnce = async (): Promise<void> => {
    for (const id of ids) expect(await world.applied(id)).toEqual(['a1']);
  };

  it('share its tenants, and what they did adds up', async () => {
    const other = await process({ waves: ['1', '100%'] });
    other.goOn();
    const [own, others] = await Promise.all([fleet.upgrade('head', { waves: ['1', '100%'] }), reportOf(other)]);
    expect(own.runId).toBe(others.runId);
    expect(own.done + others.done).toBe(ids.length);
    expect(own.done).toBeGreaterThan(0);
    expect(others.done).toBeGreaterThan(0);
    for (const { tenants, done, unchanged, notTried } of [own, others]) {
      expect([tenants, done + unchanged, notTried]).toEqual([ids.length, ids.length, 0]);
    }
    await expectOnce();
    expect(await fleet.runs()).toMatchObject([{ state: 'finished', done: ids.length }]);
  });

  it('go on with the rest when one is killed', async () => {
    const other = await process();
    other.goOn();
    await other.says('ended t3');
    await other.kill();
    const before = await Promise.all(
      ids.map(
        async (id) =>
          (
            await world.rows(
              id,
              "SELECT 1 FROM information_schema.tables WHERE table_name = 'note' AND table_schema = '" + id + "'",
            )
          ).length,
      ),
    );
    const done = before.filter((count) => count > 0).length;
    const report = await fleet.upgrade();
    expect(report.done + done).toBe(ids.length);
    expect(report).toMatchObject({ tenants: ids.length, failed: [], notTried: 0 });
    await expectOnce();
    expect(await fleet.runs()).toHaveLength(1);
    expect(await fleet.downgrade(undefined, { run: report.runId })).toMatchObject({
      tenants: ids.length,
      done: ids.length,
    });
  });

  it('waits for a run to another target, and names it', async () => {
    const other = await process();
    other.goOn();
    await other.says('ended');
    const hasty = await world.fleet({}, { entry: { runnerTimeout: 300 } });
    const [run] = await fleet.runs();
    await expect(hasty.stamp('a1')).rejects.toMatchObject({
      code: 'FLEET_BUSY',
      busyWith: { runId: run?.runId, command: 'upgrade', target: 'head', startedBy: run?.startedBy },
    });
    const waited = fleet.stamp('a1');
    await sleep(100);
    expect(await waited).toMatchObject({ unchanged: ids.length, done: 0 });
    expect((await reportOf(other)).done).toBe(ids.length);
  });
});
