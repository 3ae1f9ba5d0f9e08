import { DataSource } from 'typeorm';
import type { MigrationFailedError } from '../../src/errors/index.js';
import type { Operations } from '../../src/operations/operations.interface.js';
import { run, runAll, writeScript, type RunRequest, type RunSettings } from '../../src/runtime/index.js';
import { databases, type TestDatabase } from '../support/databases.js';
import { settings, TestHistory, type TestRevision } from './history.js';

const counted = `UPDATE counter SET runs = runs + 1`;

const first: TestRevision = {
  upgrade: async (op) => {
    await op.createTable({ name: 'counter', columns: [{ name: 'runs', type: 'integer' }] });
    await op.execute('INSERT INTO counter VALUES (0)');
  },
};

/** Revisions that change data and leave the transaction of the run, each in its own way, up and down. */
const leaving: Readonly<Record<string, readonly [only: 'postgres' | 'both', work: (op: Operations) => Promise<void>]>> =
  {
    'a statement that runs by itself': [
      'both',
      async (op) => {
        await op.execute(counted);
        await op.autocommit(() => op.execute('VACUUM'));
      },
    ],
    'such a statement in its middle': [
      'both',
      async (op) => {
        await op.autocommit(() => op.execute('VACUUM'));
        await op.execute(counted);
      },
    ],
    'nothing that needed it': [
      'both',
      async (op) => {
        await op.execute(counted);
        await op.autocommit(async () => undefined);
      },
    ],
    'a concurrent index': [
      'postgres',
      async (op) => {
        await op.execute(counted);
        await op.createIndex('counter', { name: 'IDX_runs', columnNames: ['runs'], isConcurrent: true });
      },
    ],
  };

describe.each(databases)('a revision that left the transaction of the run, on %s', (dialectName, make) => {
  let database: TestDatabase;
  let dataSource: DataSource;

  beforeEach(async () => {
    database = await make();
    dataSource = await new DataSource(database.options).initialize();
  });

  afterEach(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  const runs = async (): Promise<unknown> => (await dataSource.query('SELECT runs FROM counter'))[0].runs as unknown;
  const upgrade = (history: TestHistory, overrides: Partial<RunRequest> = {}) =>
    run(history.request(dataSource, overrides));
  const failure = (history: TestHistory, overrides: Partial<RunRequest> = {}): Promise<MigrationFailedError> =>
    upgrade(history, overrides).then(
      () => Promise.reject(new Error('the run was expected to fail')),
      (error: MigrationFailedError) => error,
    );
  const fails = (op: Operations): Promise<void> => op.execute('INSERT INTO missing VALUES (1)');

  describe.each(
    Object.entries(leaving)
      .filter(([, [only]]) => only === 'both' || only === dialectName)
      .map(([what, [, work]]) => [what, work] as const),
  )('for %s', (_what, work) => {
    it('is kept when a later one fails, is reported as kept, and does not run again', async () => {
      const history = (last: TestRevision['upgrade']) =>
        new TestHistory({ f01: first, f02: work, f03: (op) => op.execute(counted), f04: last ?? fails });
      const error = await failure(history(fails));
      expect(error.failure).toMatchObject({ kept: ['f01', 'f02'], rolledBack: ['f03'], current: ['f02'] });
      expect(await runs()).toBe(1);
      const result = await upgrade(history((op) => op.execute(counted)));
      expect(result.steps.map(({ revision }) => revision)).toEqual(['f03', 'f04']);
      expect(await runs()).toBe(3);
    });

    it.each([
      ['f02', true],
      ['f02', false],
      ['f03', true],
      ['f03', false],
    ])('does nothing twice where the hook of %s throws, with transactionPerMigration %s', async (id, each) => {
      const history = new TestHistory({ f01: first, f02: work, f03: (op) => op.execute(counted) });
      const settingsOf = (onVersionApply?: RunSettings['onVersionApply']): Partial<RunRequest> => ({
        settings: { ...settings, transactionPerMigration: each, ...(onVersionApply && { onVersionApply }) },
      });
      const error = await failure(
        history,
        settingsOf(({ revision }) => {
          if (revision === id) throw new Error('the hook throws');
        }),
      );
      expect(error.failure.kept).toEqual(id === 'f02' ? ['f01'] : ['f01', 'f02']);
      expect(error.failure.current).toEqual([id === 'f02' ? 'f01' : 'f02']);
      await upgrade(history, settingsOf());
      expect(await runs()).toBe(2);
    });

    it('is kept when another database of the run fails', async () => {
      const other = await make();
      const otherSource = await new DataSource(other.options).initialize();
      const history = new TestHistory({ f01: first, f02: work });
      const failing = new TestHistory({ f01: fails }).request(otherSource, { dataSourceName: 'other' });
      await expect(runAll([history.request(dataSource), failing])).rejects.toMatchObject({
        failure: { elsewhere: [{ kept: ['f01', 'f02'], rolledBack: [] }] },
      });
      await upgrade(history);
      expect(await runs()).toBe(1);
      await otherSource.destroy();
      await other.drop();
    });

    it('is kept on the way down as well', async () => {
      const history = new TestHistory({
        f01: { ...first, downgrade: fails },
        f02: { downgrade: work },
        f03: { downgrade: (op) => op.execute(counted) },
      });
      await upgrade(history);
      const error = await failure(history, { plan: (rows) => history.downgrade(rows) });
      expect(error.failure).toMatchObject({ kept: ['f03', 'f02'], rolledBack: [], current: ['f01'] });
      expect(await runs()).toBe(2);
    });

    it('has its version row committed with it in a script', async () => {
      const history = new TestHistory({ f01: first, f02: work, f03: (op) => op.execute(counted) });
      const { sql = '' } = await writeScript(history.script(dataSource));
      const [, behind = ''] = sql.split(/VALUES \('f02'\)|version_num = 'f02'|SET version_num = 'f02'/);
      expect(behind.indexOf('COMMIT')).toBeGreaterThan(-1);
      expect(behind.indexOf('COMMIT')).toBeLessThan(behind.indexOf(counted));
    });
  });
});
