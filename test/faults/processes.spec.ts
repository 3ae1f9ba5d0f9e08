import { DataSource } from 'typeorm';
import { databases, type TestDatabase } from '../support/databases.js';
import { compileSources, type CompiledSources } from './compiled.js';
import { RunnerProcess } from './runner-process.js';

describe.each(databases)('runners in processes of their own, on %s', (_, make) => {
  let compiled: CompiledSources;
  let database: TestDatabase;
  const started: RunnerProcess[] = [];

  beforeAll(async () => {
    compiled = await compileSources();
  });

  afterAll(() => compiled.remove());

  beforeEach(async () => {
    database = await make();
  });

  afterEach(async () => {
    await Promise.all(started.splice(0).map((runner) => runner.kill()));
    await database.drop();
  });

  function start(behaviour = ''): RunnerProcess {
    const runner = new RunnerProcess(
      compiled.pathOf('test/faults/child.ts'),
      JSON.stringify(database.options),
      behaviour,
    );
    started.push(runner);
    return runner;
  }

  async function query(sql: string): Promise<unknown> {
    const dataSource = await new DataSource(database.options).initialize();
    return dataSource.query(sql).finally(() => dataSource.destroy());
  }

  it('take turns: one applies, the other waits and finds nothing to do', async () => {
    const first = start('patient');
    await first.says('in the middle');
    const second = start();
    await second.says('waiting');
    first.goOn();
    expect(await first.result()).toMatchObject({ steps: ['a', 'b', 'c'], current: ['c'] });
    expect(await second.result()).toMatchObject({ steps: [], current: ['c'] });
    expect(await query('SELECT balance FROM account')).toEqual([{ balance: 200 }]);
  });

  it('take turns also while one is outside its transaction', async () => {
    const first = start('outside');
    await first.says('outside');
    const second = start();
    await second.says('waiting');
    first.goOn();
    expect(await first.result()).toMatchObject({ steps: ['a', 'b', 'c'], current: ['c'] });
    expect(await second.result()).toMatchObject({ steps: [], notices: [], current: ['c'] });
    expect(await query('SELECT balance FROM account')).toEqual([{ balance: 211 }]);
  });

  it('go on at once behind one that is killed outside its transaction', async () => {
    const killed = start('outside');
    await killed.says('outside');
    const next = start('outside');
    await next.says('waiting');
    await killed.kill();
    await next.says('outside');
    next.goOn();
    expect(await next.result()).toMatchObject({ steps: ['b', 'c'], current: ['c'] });
    expect(await query('SELECT balance FROM account')).toEqual([{ balance: 211 }]);
  });

  it('do each revision once when many start together', async () => {
    const results = await Promise.all([start(), start(), start()].map((runner) => runner.result()));
    expect(results.flatMap((result) => result.steps).sort()).toEqual(['a', 'b', 'c']);
    expect(await query('SELECT balance FROM account')).toEqual([{ balance: 200 }]);
  });

  it('leave nothing behind when one is killed in the middle, and the next does not wait long', async () => {
    const killed = start('stuck');
    await killed.says('in the middle');
    const next = start();
    await next.says('waiting');
    await killed.kill();
    const since = Date.now();
    expect(await next.result()).toEqual({ steps: ['a', 'b', 'c'], notices: [], current: ['c'] });
    expect(Date.now() - since).toBeLessThan(2000);
    expect(await query('SELECT balance FROM account')).toEqual([{ balance: 200 }]);
  });

  it('learn of the one that died with a part of a revision committed', async () => {
    const killed = start('half committed');
    await killed.says('in the middle');
    await killed.kill();
    expect(await query('SELECT balance FROM account')).toEqual([{ balance: 200 }]);
    expect(
      await query('SELECT revision, statements_done FROM migrate_version_history WHERE finished_at IS NULL'),
    ).toEqual([{ revision: 'b', statements_done: 2 }]);
    const { notices, steps } = await start().result();
    expect(steps).toEqual(['b', 'c']);
    expect(notices).toEqual([expect.stringMatching(/^The upgrade of b that .* never finished: its runner died/)]);
  });
});
