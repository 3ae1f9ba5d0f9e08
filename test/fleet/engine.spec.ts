import { setTimeout as sleep } from 'node:timers/promises';
import { FleetEngineError, type FleetWorker, type MigrationFleet } from '../../src/index.js';
import type { FleetEngine } from '../../src/fleet/tenant-work.js';
import { getFleetEngineToken } from '../../src/module/migrate.tokens.js';
import { databases } from '../support/databases.js';
import { TenantWorld } from './tenant-world.js';

/** A queue that gives out every job twice, to two workers at once. */
class TwiceQueue implements FleetEngine {
  workers: FleetWorker[] = [];
  /** Jobs that nobody has taken. */
  jobs: { readonly runId: string; readonly tenant: string }[] = [];
  readonly handled: string[] = [];
  isPaused = false;
  private isOver = false;
  private readonly loops: Promise<void>[] = [];

  /** How often it fails before it takes jobs. */
  failures = 0;
  isReady = true;

  async prepare(): Promise<void> {
    if (!this.isReady) throw new FleetEngineError('The queue is not there.');
  }

  async handOut(runId: string, tenants: readonly string[]): Promise<void> {
    this.failures -= 1;
    if (this.failures >= 0) throw new Error('The queue is away for a moment.');
    this.jobs.push(
      ...tenants.flatMap((tenant) => [
        { runId, tenant },
        { runId, tenant },
      ]),
    );
  }

  async takeBack(): Promise<void> {
    this.jobs = [];
  }

  start(): void {
    for (const worker of this.workers) this.loops.push(this.loop(worker));
  }

  async end(): Promise<void> {
    this.isOver = true;
    await Promise.all(this.loops);
    for (const worker of this.workers) await worker.close();
  }

  private async loop(worker: FleetWorker): Promise<void> {
    while (!this.isOver) {
      const job = this.isPaused ? undefined : this.jobs.shift();
      if (job === undefined) {
        await sleep(10);
        continue;
      }
      const handled = await worker.runTenant(job.runId, job.tenant);
      this.handled.push(handled);
      if (handled !== 'giveBack') continue;
      this.jobs.push(job);
      await sleep(20);
    }
  }
}

describe.each(databases)('a fleet whose tenants a queue hands out, on %s', (dialect) => {
  let world: TenantWorld;
  let fleet: MigrationFleet;
  let queue: TwiceQueue;

  beforeEach(async () => {
    world = await TenantWorld.create(dialect);
    world.write({
      a1: {
        upgrade: `
          if ((globalThis.failing ?? []).includes(op.context.tenant.id)) throw new Error('no');
          await op.execute('CREATE TABLE note (id integer)');`,
      },
    });
    Reflect.set(globalThis, 'failing', []);
    await world.add('t1', 't2', 't3', 't4', 't5');
    queue = new TwiceQueue();
    const engine = { provide: getFleetEngineToken('default'), useValue: queue };
    fleet = await world.fleet({}, {}, {}, [engine]);
    for (let count = 0; count < 2; count += 1) queue.workers.push(await (await world.fleet()).openWorker());
  });

  afterEach(async () => {
    await queue.end();
    await world.drop();
  });

  it('migrates each tenant once', async () => {
    queue.start();
    const report = await fleet.upgrade('head', { waves: ['1', '100%'] });
    expect(report).toMatchObject({ tenants: 5, done: 5, unchanged: 0, failed: [] });
    expect(report.waves.map(({ done }) => done)).toEqual([1, 4]);
    for (const { id } of world.tenants) expect(await world.applied(id)).toEqual(['a1']);
    expect(await fleet.runs()).toMatchObject([{ state: 'finished', done: 5 }]);
  });

  it('counts what a worker has done that died before it could write it', async () => {
    const running = fleet.upgrade();
    while (queue.jobs.length === 0) await sleep(20);
    const [{ runId } = { runId: '' }] = queue.jobs;
    await (await world.fleet()).upgrade('head', { tenants: ['t2'] });
    await world.admin.query(
      `UPDATE migrate_version_fleet_tenant SET state = 'claimed', worker = 'dead', claimed_at = 0 WHERE run_id = '${runId}' AND tenant = 't2'`,
    );
    queue.start();
    expect(await running).toMatchObject({ tenants: 5, done: 5, unchanged: 0, failed: [] });
  });

  it('begins no run without its queue, and waits for one that is away for a moment', async () => {
    queue.isReady = false;
    await expect(fleet.upgrade()).rejects.toThrow(FleetEngineError);
    expect(await fleet.runs()).toEqual([]);
    queue.isReady = true;
    queue.failures = 1;
    queue.start();
    expect(await fleet.upgrade()).toMatchObject({ done: 5, failed: [] });
  });

  it('ends with its budget, and leaves the rest', async () => {
    Reflect.set(globalThis, 'failing', ['t1']);
    queue.start();
    const report = await fleet.upgrade('head', { waves: ['1'], maxFailures: 3 });
    expect(report).toMatchObject({ done: 0, notTried: 4, failed: [{ tenant: 't1', code: 'MIGRATION_FAILED' }] });
  });

  it('has workers that leave alone what is settled, gone, stopped or of newer code', async () => {
    const [worker] = queue.workers;
    queue.start();
    const { runId } = await fleet.upgrade('head', { tenants: ['t1'] });
    expect(await worker?.runTenant(runId, 't1')).toBe('settled');
    expect(await worker?.runTenant(runId, 'nobody')).toBe('settled');
    expect(await worker?.runTenant('unknown', 't1')).toBe('settled');
    queue.isPaused = true;
    world.write({ a1: { upgrade: '' }, b2: { upgrade: '' } });
    const running = (
      await world.fleet({}, {}, {}, [{ provide: getFleetEngineToken('default'), useValue: queue }])
    ).upgrade();
    while (queue.jobs.length === 0) await sleep(20);
    const [job] = queue.jobs;
    expect(await worker?.runTenant(job?.runId ?? '', 't2')).toBe('giveBack');
    const newer = await (await world.fleet()).openWorker();
    queue.workers.push(newer);
    expect(await newer.runTenant(job?.runId ?? '', 't2')).toBe('settled');
    for (const { id } of world.tenants) await newer.runTenant(job?.runId ?? '', id);
    expect(await running).toMatchObject({ target: ['b2'], done: 5, failed: [] });
  });
});
