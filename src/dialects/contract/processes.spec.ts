import { DataSource } from 'typeorm';
import { compileSources, type CompiledSources } from '../../../test/faults/compiled.js';
import { settings } from '../../../test/faults/history.js';
import { RunnerProcess } from '../../../test/faults/runner-process.js';
import type { DialectSession } from '../dialect.js';
import { subjects } from './subjects.js';

let compiled: CompiledSources;
beforeAll(async () => (compiled = await compileSources()));
afterAll(() => compiled.remove());

describe.each(subjects)('runners in processes of their own, on %s', (name, { dialect, make }) => {
  let database: Awaited<ReturnType<typeof make>>;
  let dataSource: DataSource;
  const started: RunnerProcess[] = [];
  const opened: DialectSession[] = [];

  beforeEach(async () => {
    database = await make();
    dataSource = await new DataSource(database.options).initialize();
  });

  afterEach(async () => {
    await Promise.all(started.splice(0).map((runner) => runner.kill()));
    await Promise.all(opened.splice(0).map((session) => session.close()));
    await dataSource.destroy();
    await database.drop();
  });

  function start(task: 'hold' | 'hang' | 'run'): RunnerProcess {
    const runner = new RunnerProcess(
      compiled.pathOf('src/dialects/contract/child.ts'),
      name,
      JSON.stringify(database.options),
      task,
    );
    started.push(runner);
    return runner;
  }

  /** Takes the lock, as a run does: on some databases it is the transaction. */
  async function lock(runnerTimeout: number, told: string[] = []): Promise<DialectSession> {
    const session = await dialect.openSession(dataSource, {
      ...settings,
      runnerTimeout,
      onWait: (busyWith) => void told.push(busyWith),
    });
    opened.push(session);
    await session.lock();
    await session.begin();
    return session;
  }

  const unfinished = () =>
    dataSource.query('SELECT revision, statements_done FROM migrate_version_history WHERE finished_at IS NULL');

  it('exclude each other, also when the holder has changed the schema', async () => {
    await start('hold').says('holding');
    const told: string[] = [];
    await expect(lock(300, told)).rejects.toMatchObject({ code: 'RUNNER_BUSY' });
    expect(told).toHaveLength(1);
  });

  it('get the lock when its holder is killed', async () => {
    const holder = start('hold');
    await holder.says('holding');
    const waiting = lock(20_000);
    await holder.kill();
    const since = Date.now();
    const session = await waiting;
    expect(Date.now() - since).toBeLessThan(2000);
    expect(session.inTransaction).toBe(true);
  });

  it('get the lock when its holder has ended', async () => {
    const first = await lock(300);
    await first.commit();
    await first.close();
    await lock(300);
  });

  it('do each revision once when many start together', async () => {
    const results = await Promise.all([start('run'), start('run'), start('run')].map((runner) => runner.result()));
    expect(results.flatMap(({ steps }) => steps).sort()).toEqual(['a', 'b', 'c']);
    expect(await dataSource.query('SELECT balance FROM account')).toEqual([{ balance: 200 }]);
  });

  it('report from the history what a runner did that died in a revision, and go on', async () => {
    const dead = start('hang');
    await dead.says('in the middle');
    await dead.kill();
    // What it left is what the policy promises: nothing of a run, or what DDL has committed.
    const left = dialect.transactions === 'rows';
    const runner = dataSource.createQueryRunner();
    const { tables } = await dialect.reflect(runner, { schemas: [], exclude: [] });
    await runner.release();
    expect(tables.some(({ name }) => name === 'audit')).toBe(left);
    if (left) expect(await unfinished()).toEqual([{ revision: 'b', statements_done: 1 }]);

    const { steps, notices, current } = await start('run').result();
    expect({ steps, current }).toEqual({ steps: left ? ['b', 'c'] : ['a', 'b', 'c'], current: ['c'] });
    const notice =
      /^The upgrade of b that .* was never finished: its runner died, or lost the database\. At least 1 statement of it had been committed and stays\. It goes on behind its statement 1, the last one that is done\.$/;
    expect(notices).toEqual(left ? [expect.stringMatching(notice)] : []);
    expect(await unfinished()).toEqual([]);
    // The rows of the revision were changed by a transaction that died with the process.
    expect(await dataSource.query('SELECT balance FROM account')).toEqual([{ balance: 200 }]);
  });
});
