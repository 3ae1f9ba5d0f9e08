import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { DataSource } from 'typeorm';
import { databases, type TestDatabase } from '../support/databases.js';
import { compileSources, type CompiledSources } from './compiled.js';

/** A runner in a process of its own. */
class Runner {
  private readonly process: ChildProcess;
  private readonly exited: Promise<unknown>;
  private output = '';
  private errors = '';

  constructor(script: string, database: TestDatabase, behaviour = '') {
    this.process = spawn(process.execPath, [script, JSON.stringify(database.options), behaviour]);
    this.process.stdout?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    this.process.stderr?.on('data', (chunk: Buffer) => (this.errors += chunk.toString()));
    this.exited = once(this.process, 'close');
  }

  async says(word: string): Promise<void> {
    const deadline = Date.now() + 20_000;
    while (!this.output.includes(word)) {
      if (Date.now() > deadline || this.process.exitCode !== null)
        throw new Error(`never said "${word}": ${this.errors}`);
      await new Promise((resolve) => void setTimeout(resolve, 10));
    }
  }

  /** What a patient runner waits for. */
  goOn(): void {
    this.process.stdin?.write('go on');
  }

  async result(): Promise<{ steps: string[]; notices: string[]; current: string[] }> {
    await this.exited;
    if (this.process.exitCode !== 0) throw new Error(this.errors);
    return JSON.parse(this.output.trim().split('\n').at(-1) ?? '') as Awaited<ReturnType<Runner['result']>>;
  }

  async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.exited;
  }
}

describe.each(databases)('runners in processes of their own, on %s', (_, make) => {
  let compiled: CompiledSources;
  let database: TestDatabase;
  const started: Runner[] = [];

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

  function start(behaviour?: string): Runner {
    const runner = new Runner(compiled.pathOf('test/faults/child.ts'), database, behaviour);
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
