import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import type { DataSourceOptions, QueryRunner } from 'typeorm';
import type { MigrationFleet, TenantEndEvent } from '../../src/index.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { TenantWorld } from './tenant-world.js';

/** What goes wrong while a fleet is migrated. */
describe('a run of a fleet', () => {
  let world: TenantWorld;
  const ids = Array.from({ length: 12 }, (_, index) => `t${index}`);
  const applied = async (): Promise<number> => {
    const [row] = await world.admin.query("SELECT count(*)::int AS n FROM pg_tables WHERE tablename = 'note'");
    return row.n;
  };
  const lock = async (id: string): Promise<QueryRunner> => {
    await world.rows(id, 'CREATE TABLE T.held (id integer)');
    const runner = world.admin.createQueryRunner();
    await runner.startTransaction();
    await runner.query(`LOCK TABLE "${id}".held IN ACCESS EXCLUSIVE MODE`);
    return runner;
  };

  beforeEach(async () => {
    world = await TenantWorld.create('postgres');
    world.write({
      a1: {
        upgrade: `await op.execute('CREATE TABLE note (id integer)'); await op.execute('SELECT pg_sleep(0.1)');`,
        downgrade: `await op.execute('DROP TABLE note');`,
      },
    });
    await world.add(...ids);
  });

  afterEach(() => world.drop());

  it('begins no other tenant when the database of its record is away, and reports what it did', async () => {
    const direct = { url: world.database.url } as Partial<DataSourceOptions>;
    world.tenants = world.tenants.map((tenant) => ({ ...tenant, options: direct }));
    const proxy = await TcpProxy.to(world.database.url);
    const fleet = await world.fleet({ concurrency: 2 }, {}, { url: proxy.url });
    let isCut = false;
    const report = await fleet.upgrade('head', {
      onProgress: ({ done }) => {
        if (done < 3 || isCut) return;
        isCut = true;
        void proxy.close();
      },
    });
    expect(report.stopped).toContain('The record of the fleet');
    expect(report.done).toBe(await applied());
    expect(report.done + report.notTried).toBe(ids.length);
    expect(report.notTried).toBeGreaterThan(0);
    const again = await (await world.fleet()).upgrade();
    expect(again.done + report.done).toBe(ids.length);
  });

  it('tries a tenant again at the end of its wave whose tables others hold, and then goes on without it', async () => {
    world.write({
      a1: {
        upgrade: `await op.execute('CREATE TABLE IF NOT EXISTS held (id integer)'); await op.execute('ALTER TABLE held ADD COLUMN more text');`,
      },
    });
    const fleet = await world.fleet({ maxFailures: 1 }, { lockTimeout: 50, lockAttempts: 1 });
    const [freed, stuck] = [await lock('t1'), await lock('t2')];
    const ended: string[] = [];
    const report = await fleet.upgrade('head', {
      concurrency: 2,
      onProgress: ({ ended: tenant }) => {
        ended.push(tenant?.tenant ?? '');
        if (ended.length === 10) void freed.commitTransaction();
      },
    });
    await stuck.rollbackTransaction();
    for (const runner of [freed, stuck]) await runner.release();
    expect(report).toMatchObject({ done: 11, failed: [{ tenant: 't2' }] });
    expect(ended.slice(10).sort()).toEqual(['t1', 't2']);
    expect(await fleet.retry(report.runId)).toMatchObject({ tenants: 1, done: 1, failed: [] });
  });

  it('ends when it is stopped: those that are being migrated are rolled back, nobody else begins', async () => {
    const fleet = await world.fleet({ concurrency: 2 });
    const controller = new AbortController();
    const report = await fleet.upgrade('head', {
      signal: controller.signal,
      onProgress: ({ done }) => done === 4 && controller.abort('SIGTERM'),
    });
    expect(report).toMatchObject({ stopped: 'It was stopped by SIGTERM.', failed: [] });
    expect(report.done + report.notTried).toBe(ids.length);
    expect(await applied()).toBe(report.done);
    expect(await fleet.runs()).toMatchObject([{ state: 'stopped' }]);
    expect(await fleet.retry(report.runId)).toMatchObject({ tenants: report.notTried, done: report.notTried });
    await expect(fleet.downgrade('base', { signal: AbortSignal.abort('SIGINT') })).rejects.toMatchObject({
      code: 'RUN_ABORTED',
    });
  });

  it('asks for each position, before anything runs, whether rows would be lost', async () => {
    const fleet: MigrationFleet = await world.fleet({}, { entry: { onDataLoss: 'refuse' } });
    await fleet.upgrade();
    await world.rows('t0', 'INSERT INTO T.note VALUES (1)');
    await world.admin.query('ANALYZE');
    await expect(fleet.downgrade('base')).rejects.toMatchObject({ code: 'DATA_LOSS' });
    expect(await applied()).toBe(ids.length);
  });

  it('waits for one to another target only where both are about the same tenants', async () => {
    world.write({ a1: { upgrade: `await op.execute('SELECT pg_sleep(0.3)');` }, b2: { upgrade: '' } });
    const [slow, hasty] = [
      await world.fleet({ concurrency: 1 }),
      await world.fleet({}, { entry: { runnerTimeout: 0 } }),
    ];
    let tried: Promise<unknown[]> | undefined;
    const upgrade = (id: string): Promise<unknown> =>
      hasty.upgrade('b2', { tenants: [id] }).catch((error: unknown) => error);
    const report = await slow.upgrade('a1', {
      tenants: ['t0', 't1', 't2'],
      onProgress: () => (tried ??= Promise.all([upgrade('t2'), upgrade('t9')])),
    });
    expect(report.done).toBe(3);
    expect(await tried).toMatchObject([{ code: 'FLEET_BUSY', busyWith: { runId: report.runId } }, { done: 1 }]);
  });

  it('counts a tenant whose database does not answer as failed, and no other', async () => {
    const away = new URL(world.database.url);
    away.port = '1';
    world.tenants[3] = { ...world.tenants[3], id: 't3', options: { url: away.href } as Partial<DataSourceOptions> };
    const fleet = await world.fleet({ maxFailures: 1 });
    expect(await fleet.status()).toMatchObject({ behind: ids.length - 1, unreachable: 1 });
    const report = await fleet.upgrade();
    expect(report).toMatchObject({ done: ids.length - 1, failed: [{ tenant: 't3', code: 'DATABASE_UNREACHABLE' }] });
  });

  it('goes on next to one of the same target about other tenants', async () => {
    const [one, two] = [await world.fleet(), await world.fleet()];
    const reports = await Promise.all([one.upgrade('head', { shard: '1/2' }), two.upgrade('head', { shard: '2/2' })]);
    expect(reports.map(({ done, tenants }) => done - tenants)).toEqual([0, 0]);
    expect(new Set(reports.map(({ runId }) => runId)).size).toBe(2);
    expect(await applied()).toBe(ids.length);
  });

  it('reports each tenant that it has tried to listeners and OpenTelemetry', async () => {
    const exporter = new InMemorySpanExporter();
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
    const events: TenantEndEvent[] = [];
    const notices: string[] = [];
    const onTenantEnd = (event: TenantEndEvent): void => {
      events.push(event);
      if (event.tenant === 't0') throw new Error('no metrics');
    };
    world.write({ a1: { upgrade: `if (op.context.tenant.id === 't1') throw new Error('no room');` } });
    const fleet = (await world.fleet({ maxFailures: 1 }, { onTenantEnd })).with({
      onNotice: ({ message }) => notices.push(message),
    });
    await fleet.stamp('a1', { tenants: ['t2'] });
    events.splice(0);
    exporter.reset();
    const { runId } = await fleet.upgrade('head', { tenants: ['t0', 't1', 't2'] });
    trace.disable();
    context.disable();
    const [first, second] = events.sort((one, other) => one.tenant.localeCompare(other.tenant));
    expect(events).toHaveLength(2);
    expect(first).toMatchObject({
      runId,
      command: 'upgrade',
      dataSource: 'default',
      tenant: 't0',
      state: 'done',
      from: [],
      to: ['a1'],
    });
    expect(second).toMatchObject({ tenant: 't1', state: 'failed', error: { code: 'MIGRATION_FAILED' } });
    expect(notices.join()).toContain('The hook onTenantEnd of MigrateModule');
    const spans = exporter.getFinishedSpans();
    const named = (name: string): ReadableSpan[] => spans.filter((span) => span.name === `migration upgrade${name}`);
    const [whole] = named(' fleet');
    const tenants = named(' tenant');
    expect(whole?.attributes).toMatchObject({
      'migration.fleet_run': runId,
      'migration.tenants_done': 1,
      'migration.tenants_failed': 1,
    });
    expect(tenants.map(({ parentSpanContext }) => parentSpanContext?.spanId)).toEqual(
      Array(2).fill(whole?.spanContext().spanId),
    );
    const ids = tenants.map((span) => span.spanContext().spanId).sort();
    expect(
      named('')
        .map(({ parentSpanContext }) => parentSpanContext?.spanId ?? '')
        .sort(),
    ).toEqual(ids);
  });
});
