import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource, type DataSourceOptions } from 'typeorm';
import type { AdoptRequest, RunAbortedError } from '../../src/index.js';
import { databases } from '../support/databases.js';
import { AdoptionBench, failure, migration } from './adopting.js';
import { OldApplication } from './old-application.js';

const makeA = migration('MakeA1600000000001', 'CREATE TABLE a (id int)', 'DROP TABLE a');

describe.each(databases)('an adoption that is stopped, on %s', (name, make) => {
  const bench = AdoptionBench.use(make);
  let application: OldApplication;
  let production: DataSourceOptions;

  beforeEach(async () => {
    application = new OldApplication({ migrations: [makeA] } as never, { directory: bench.repository });
    production = await bench.newDatabase();
    await application.runOldMigrations(production);
  });

  const requests: [string, AdoptRequest][] = [
    ['of migrations', { revId: 'old' }],
    ['of the database', { from: 'database', revId: 'old' }],
  ];

  it.each(requests)('writes nothing where it is stopped before it begins, %s', async (_what, request) => {
    await application.start(production, async (migrations) => {
      const error = await failure(migrations.adopt({ ...request, signal: AbortSignal.abort('SIGTERM') }));
      expect(error).toMatchObject({ code: 'RUN_ABORTED', reason: 'stopped by SIGTERM' });
      expect(error.hint).toBe('Nothing was changed.');
      await expect(migrations.with({ signal: AbortSignal.abort('SIGINT') }).adopt(request)).rejects.toMatchObject({
        reason: 'stopped by SIGINT',
      });
    });
    expect(existsSync(bench.repository)).toBe(false);
  });

  it('writes nothing in a transaction of the caller either', async () => {
    await application.start(production, async (migrations, dataSource) => {
      await dataSource.transaction(async ({ queryRunner }) => {
        const stopped = migrations.adopt({ queryRunner, signal: AbortSignal.abort('SIGTERM') });
        await expect(stopped).rejects.toMatchObject({ code: 'RUN_ABORTED' });
        await queryRunner?.query('SELECT 1');
      });
    });
    expect(existsSync(bench.repository)).toBe(false);
  });

  it.each(requests)('names what it has written where noting the database is stopped, %s', async (_what, request) => {
    const controller = new AbortController();
    await application.start(production, async (migrations) => {
      const stopping = migrations.with({ onStep: () => controller.abort('SIGTERM') });
      const error = await failure(stopping.adopt({ ...request, signal: controller.signal }));
      expect(error).toMatchObject({ code: 'ADOPTION_UNFINISHED', revision: 'old' });
      expect((error.cause as RunAbortedError).reason).toBe('stopped by SIGTERM');
      expect(error.message).toMatch(
        /^Revision old was written, .*old_.*\.ts, but the database was not noted at it: stamp/,
      );
      const again = request.from === undefined ? 'npx nest-cmd db adopt' : 'npx nest-cmd db stamp old';
      expect(error.hint).toContain(`\`${again}\``);
      await expect(migrations.status()).resolves.toMatchObject([{ current: [], pending: ['old'] }]);
      if (request.from === undefined) await migrations.adopt(request);
      else await migrations.stamp('old');
      await expect(migrations.status()).resolves.toMatchObject([{ current: ['old'] }]);
    });
  });

  it('names it as well where noting the database fails', async () => {
    const onVersionApply = (): void => {
      throw new Error('no room in the audit log');
    };
    const failing = new OldApplication({ migrations: [makeA] } as never, {
      directory: bench.repository,
      onVersionApply,
    });
    const error = await failing.start(production, (migrations) => failure(migrations.adopt({ revId: 'old' })));
    expect(error).toMatchObject({ code: 'ADOPTION_UNFINISHED', revision: 'old' });
    expect(error.text).toContain('no room in the audit log');
    await application.start(production, async (migrations) => {
      await expect(migrations.adopt()).resolves.toMatchObject({ written: false, dataSources: [{ stamped: true }] });
    });
  });

  if (name === 'postgres') {
    it('ends at once while it waits for a table, and leaves no connection behind', async () => {
      const other = await new DataSource(production).initialize();
      const blocker = other.createQueryRunner();
      await blocker.startTransaction();
      await blocker.query('LOCK TABLE migrations IN ACCESS EXCLUSIVE MODE');
      const controller = new AbortController();
      await application.start(production, async (migrations) => {
        const adopting = failure(migrations.adopt({ signal: controller.signal }));
        await waiting(other, 1);
        const started = performance.now();
        controller.abort('SIGINT');
        expect(await adopting).toMatchObject({ code: 'RUN_ABORTED', reason: 'stopped by SIGINT' });
        expect(performance.now() - started).toBeLessThan(2_000);
        await waiting(other, 0);
      });
      expect(existsSync(bench.repository)).toBe(false);
      await blocker.rollbackTransaction();
      await other.destroy();
    });
  }
});

/** Waits until so many sessions of the database wait for a lock. */
async function waiting(dataSource: DataSource, count: number): Promise<void> {
  const sql = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  while (((await dataSource.query(sql)) as unknown[]).length !== count) await sleep(20);
}
