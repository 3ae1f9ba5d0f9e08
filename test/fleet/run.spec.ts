import { EntitySchema } from 'typeorm';
import { type FleetProgress, MigrationFleet } from '../../src/index.js';
import { databasesWithMysql } from '../support/databases.js';
import { TenantWorld } from './tenant-world.js';

/** A revision that fails for the tenants in `globalThis.failing`. */
const FAILING = `if ((globalThis.failing ?? []).includes(op.context.tenant.id)) throw new Error('no room for ' + op.context.tenant.id);`;
const failing = (...ids: string[]): void => void Reflect.set(globalThis, 'failing', ids);

describe.each(databasesWithMysql)('runs of a fleet on %s', (dialect) => {
  let world: TenantWorld;
  let fleet: MigrationFleet;

  beforeEach(async () => {
    failing();
    world = await TenantWorld.create(dialect);
    world.write({
      a1: {
        upgrade: `await op.execute('CREATE TABLE note (id integer)');`,
        downgrade: `await op.execute('DROP TABLE note');`,
      },
      b2: {
        upgrade: `${FAILING} await op.execute('CREATE TABLE tag (id integer)');`,
        downgrade: `await op.execute('DROP TABLE tag');`,
      },
    });
    await world.add('t1', 't2', 't3', 't4', 't5', 't6');
    fleet = await world.fleet();
  });

  afterEach(() => world.drop());

  it('migrate each tenant once, and record it', async () => {
    const seen: FleetProgress[] = [];
    const report = await fleet.upgrade('head', { tag: 'v2', onProgress: (progress) => seen.push(progress) });
    expect(report).toEqual({
      runId: expect.any(String) as string,
      target: ['b2'],
      tenants: 6,
      done: 6,
      unchanged: 0,
      gone: 0,
      notTried: 0,
      failed: [],
      waves: [{ tenants: 6, done: 6, unchanged: 0, failed: 0, ms: expect.any(Number) as number }],
      ms: expect.any(Number) as number,
    });
    for (const { id } of world.tenants) expect(await world.applied(id)).toEqual(['a1', 'b2']);
    expect(seen.map(({ done, ended }) => [done, ended?.state])).toEqual(
      [1, 2, 3, 4, 5, 6].map((done) => [done, 'done']),
    );

    const again = await fleet.upgrade();
    expect(again).toMatchObject({ done: 0, unchanged: 6, failed: [] });
    const runs = await fleet.runs();
    expect(runs.map(({ runId, state, tag, done, unchanged }) => [runId, state, tag, done, unchanged])).toEqual([
      [again.runId, 'finished', undefined, 0, 6],
      [report.runId, 'finished', 'v2', 6, 0],
    ]);
    const { each } = await fleet.run(report.runId);
    expect(each[0]).toEqual({
      tenant: 't1',
      wave: 1,
      state: 'done',
      from: [],
      to: ['b2'],
      ms: expect.any(Number) as number,
    });
  });

  it('end in the wave in which too many fail, and go on with the rest', async () => {
    failing('t2', 't3');
    const report = await fleet.upgrade('head', { waves: ['1', '50%'], maxFailures: 1, concurrency: 1 });
    expect(report).toMatchObject({
      done: 1,
      notTried: 3,
      failed: [
        {
          tenant: 't2',
          revision: 'b2',
          code: 'MIGRATION_FAILED',
          error: expect.stringContaining('no room for t2') as string,
        },
        { tenant: 't3' },
      ],
      stopped: '2 tenants failed, and at most 1 may.',
    });
    expect(report.waves.map(({ tenants, done, failed }) => [tenants, done, failed])).toEqual([
      [1, 1, 0],
      [2, 0, 2],
    ]);
    expect(await fleet.runs()).toMatchObject([{ state: 'stopped', done: 1, failed: 2, notTried: 3 }]);

    failing('t3');
    const retried = await fleet.retry(report.runId, { maxFailures: '100%' });
    expect(retried).toMatchObject({
      runId: report.runId,
      tenants: 5,
      done: 4,
      failed: [{ tenant: 't3' }],
      notTried: 0,
    });
    expect(await fleet.runs()).toMatchObject([{ state: 'finished', tenants: 6, done: 5, failed: 1, notTried: 0 }]);
    expect(await world.applied('t2')).toContain('b2');
  });

  it('end with a wave of which nobody succeeded, whatever the budget', async () => {
    failing('t1');
    const report = await fleet.upgrade('head', { waves: ['1', '100%'], maxFailures: '100%' });
    expect(report).toMatchObject({ done: 0, notTried: 5, failed: [{ tenant: 't1' }] });
    expect(report.stopped).toBe('No tenant of wave 1 succeeded: 1 tenant failed.');
  });

  it('leave alone who is at an unknown revision or gone, and settle both before anything runs', async () => {
    await fleet.upgrade('a1');
    await world.rows('t2', `UPDATE T.migrate_version SET version_num = 'zz'`);
    await world.destroy('t3');
    const refused = await fleet.upgrade('head');
    expect(refused).toMatchObject({
      done: 0,
      gone: 1,
      notTried: 4,
      failed: [{ tenant: 't2', code: 'TENANT_POSITION_UNKNOWN' }],
    });
    expect(await world.applied('t2')).toEqual(['a1']);
    expect(await fleet.upgrade('head', { maxFailures: 1 })).toMatchObject({ done: 4, gone: 1, notTried: 0 });
  });

  it('go a number of revisions from where all are, and from nowhere else', async () => {
    expect(await fleet.upgrade('+1')).toMatchObject({ target: ['a1'], done: 6 });
    expect(await fleet.plan('+1')).toMatchObject([{ tenants: 6, plan: { steps: [{ revision: 'b2' }] } }]);
    await fleet.upgrade('head');
    expect(await fleet.downgrade('-1', { tenants: ['t1'] })).toMatchObject({ target: ['a1'], done: 1 });
    await expect(fleet.downgrade('-1')).rejects.toMatchObject({
      code: 'INVALID_TARGET',
      message: '"-1" counts from where a tenant is, and they are at different places: b2 (5), a1 (1)',
    });
  });

  it('take back what a run has upgraded, each tenant to where it was', async () => {
    await fleet.upgrade('a1', { tenants: ['t1', 't2'] });
    await fleet.upgrade('head', { tenants: ['t5'] });
    const { runId } = await fleet.upgrade();
    const report = await fleet.downgrade(undefined, { run: runId });
    expect(report).toMatchObject({ tenants: 5, done: 5, failed: [], target: [] });
    expect((await fleet.status()).states).toEqual([
      { current: [], tenants: 3, example: 't3' },
      { current: ['a1'], tenants: 2, example: 't1' },
      { current: ['b2'], tenants: 1, example: 't5' },
    ]);
    expect(await fleet.downgrade('a1')).toMatchObject({ done: 1, unchanged: 5, failed: [] });
  });

  it('are about those that are selected, and keep their list', async () => {
    expect(await fleet.upgrade('head', { tenants: ['t4', 't1'] })).toMatchObject({ tenants: 2, done: 2 });
    await world.add('t7');
    expect(await fleet.status()).toMatchObject({ upToDate: 2, behind: 5 });
    await fleet.stamp('b2', { tenants: ['t7'] });
    expect(await world.applied('t7')).toEqual([]);
    expect(await fleet.status()).toMatchObject({ upToDate: 3, behind: 4 });
  });

  it('keep their target and their list when revisions and tenants come and go', async () => {
    let isFirst = true;
    const changes: Promise<void>[] = [];
    const report = await fleet.upgrade('head', {
      concurrency: 1,
      onProgress: () => {
        if (!isFirst) return;
        isFirst = false;
        world.write({ a1: { upgrade: '' }, b2: { upgrade: '' }, c3: { upgrade: '' } });
        changes.push(world.destroy('t6'), world.add('t7'));
      },
    });
    await Promise.all(changes);
    expect(report).toMatchObject({ target: ['b2'], tenants: 6, done: 5, gone: 1, failed: [] });
    expect(await fleet.status()).toMatchObject({ tenants: 7, behind: 6, gone: 1 });
  });

  it('are shared by calls of one process', async () => {
    const reports = await Promise.all([fleet.upgrade(), fleet.upgrade()]);
    expect(reports.map(({ done, unchanged }) => done + unchanged)).toEqual([6, 6]);
    expect(reports.reduce((sum, { done }) => sum + done, 0)).toBe(6);
  });

  it('go on when who looks on fails', async () => {
    const notices: string[] = [];
    const onProgress = (): void => {
      throw new Error('no screen');
    };
    const noticed = fleet.with({ onNotice: ({ message }) => notices.push(message) });
    expect(await noticed.upgrade('head', { onProgress })).toMatchObject({ done: 6, failed: [] });
    expect(notices[0]).toBe('onProgress failed, which changed nothing: no screen');
  });

  it('whose coordinator is gone are interrupted, and finished by their id', async () => {
    failing('t1');
    const { runId } = await fleet.upgrade('head', { concurrency: 1, tenants: ['t1', 't2', 't3'] });
    await world.admin.query(`UPDATE migrate_version_fleet SET state = 'running', heartbeat = 0, finished_at = NULL`);
    await world.admin.query(
      `UPDATE migrate_version_fleet_tenant SET state = 'claimed', claimed_at = 0 WHERE tenant = 't2'`,
    );
    await world.admin.query(`UPDATE migrate_version_fleet_tenant SET state = 'waiting' WHERE tenant = 't3'`);
    expect(await fleet.runs()).toMatchObject([{ runId, state: 'interrupted', failed: 1, notTried: 2 }]);
    failing();
    expect(await fleet.retry(runId)).toMatchObject({ runId, tenants: 3, done: 3, failed: [], notTried: 0 });
    expect(await fleet.runs()).toMatchObject([{ state: 'finished', done: 3 }]);
    await expect(fleet.run('nobody')).rejects.toMatchObject({ code: 'FLEET_RUN_NOT_FOUND' });
  });

  it('leave the template alone, which migrate compares with, and their own tables there', async () => {
    const note = new EntitySchema({
      name: 'Note',
      tableName: 'note',
      columns: { id: { type: Number, primary: true } },
    });
    const versionTable = 'v'.repeat(55);
    world.write({
      a1: {
        upgrade: `await op.createTable({ name: 'note', columns: [{ name: 'id', type: 'integer', isPrimary: true }] });`,
      },
      b2: { upgrade: '' },
    });
    const { module, migrations } = await world.application({}, { entry: { versionTable } }, { entities: [note] });
    const own = module.get(MigrationFleet);
    expect(await own.upgrade('a1', { tenants: ['t1'] })).toMatchObject({ done: 1 });
    expect(await migrations.status()).toMatchObject([{ current: [] }]);
    await migrations.upgrade();
    expect(await migrations.check()).toEqual([]);
    expect(await own.runs()).toHaveLength(1);
  });

  it('are forgotten when they have ended and a hundred came after them', async () => {
    const { runId } = await fleet.upgrade('a1', { tenants: ['t1'] });
    const rest =
      'slot, command, target, asked, selection, waves, max_failures, is_purge, attempt, state, started_by, finished_at, heartbeat';
    const copy = (id: string): Promise<unknown> =>
      world.admin.query(
        `INSERT INTO migrate_version_fleet (run_id, started_at, ${rest}) SELECT '${id}', '2001-01-01 00:00:00', ${rest} FROM migrate_version_fleet WHERE run_id = '${runId}'`,
      );
    for (let index = 0; index < 100; index += 1) await copy(`old-${index}`);
    await fleet.upgrade('a1', { tenants: ['t1'] });
    const runs = await fleet.runs({ limit: 200 });
    expect(runs).toHaveLength(100);
    expect(runs[1]).toMatchObject({ runId, done: 1 });
  });
});
