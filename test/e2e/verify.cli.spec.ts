import { spawn } from 'node:child_process';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createPostgresDatabase, type TestDatabase } from '../support/databases.js';
import { CliWorkspace, commandLine, type CommandRun, nestCmd } from './cli.workspace.js';

describe('nest-cmd db verify, and check --verify', () => {
  const workspace = new CliWorkspace();
  let app: string;
  let postgres: TestDatabase;

  const env = (): Record<string, string> => ({ DATABASE_URL: postgres.url, NEST_DB_USER: 'ada' });
  const db = (...args: string[]): Promise<CommandRun> => nestCmd(app, ['db', ...args], env());
  const both = ['--data-source', 'default', '--data-source', 'db-2'];
  const pathOf = (id: string): string => join(app, 'migrations/versions', `${id}.js`);

  /** A revision of both data sources. */
  function write(id: string, down: string | null, upgrade: string): void {
    writeFileSync(
      pathOf(id),
      `export const revision = '${id}';
       export const downRevision = ${JSON.stringify(down)};
       export const branchLabels = null;
       export const dependsOn = null;
       const run = async (op) => { ${upgrade} };
       export const upgrade = { default: run, 'db-2': run };
       export const downgrade = {};`,
    );
  }

  beforeAll(async () => {
    postgres = await createPostgresDatabase();
    app = workspace.add('several');
    await db('init');
    write(
      'a1',
      null,
      `await op.createTable({ name: 'visit', columns: [{ name: 'id', type: 'integer', isPrimary: true }] });`,
    );
    await db('upgrade', ...both);
  });

  afterAll(async () => {
    workspace.remove();
    await postgres.drop();
  });

  it('exit with 0 where all is as the revisions left it', async () => {
    const fine = 'All is as the revisions left it.\n';
    appendFileSync(pathOf('a1'), '\n// a comment\n');
    expect(await db('verify', ...both)).toMatchObject({ code: 0, stdout: fine });
    expect(await db('check', '--verify', '--data-source', 'default')).toMatchObject({
      code: 0,
      stdout: `No new upgrade operations detected.\n${fine}`,
    });
    const document = await db('check', '--verify', '--json', '--data-source', 'default');
    expect(JSON.parse(document.stdout)).toEqual({
      operations: [],
      verify: [{ dataSource: 'default', findings: [] }],
    });
  });

  it('exit with 1 for a changed file, named by its data source', async () => {
    const source = readFileSync(pathOf('a1'), 'utf8');
    writeFileSync(pathOf('a1'), source.replace('=> {', '=> { void 0;'));
    const { code, stdout } = await db('verify', ...both);
    expect(code).toBe(1);
    const finding = `changed-file: The file of revision a1 was changed after it was run: ${pathOf('a1')}\n    Take the change back`;
    expect(stdout).toContain(`[default] ${finding}`);
    expect(stdout).toContain(`[db-2] ${finding}`);
    const document = await db('verify', '--json', ...both);
    expect(document.code).toBe(1);
    const findings = [{ kind: 'changed-file', revision: 'a1' }];
    expect(JSON.parse(document.stdout)).toMatchObject([
      { dataSource: 'default', findings },
      { dataSource: 'db-2', findings },
    ]);
    const checked = await db('check', '--verify', '--data-source', 'default');
    expect(checked).toMatchObject({ code: 1, stdout: expect.stringMatching(/^No new upgrade .*\nchanged-file: /) });
    expect(await db('check', '--data-source', 'default')).toMatchObject({ code: 0 });
    writeFileSync(pathOf('a1'), source);
  });

  it('exit with 1 for a step whose runner was killed, and not while it runs', async () => {
    write('b2', 'a1', `await op.autocommit(() => op.execute('SELECT pg_sleep(600)'));`);
    const [program = '', ...args] = commandLine(['db', 'upgrade', '--data-source', 'default']);
    const runner = spawn(program, args, { cwd: app, env: { ...process.env, NODE_OPTIONS: '', ...env() } });
    const ended = new Promise((done) => runner.once('close', done));
    const log = async (): Promise<string> => (await db('log', '-n', '1', '--data-source', 'default')).stdout;
    while (!(await log()).includes('b2 not finished')) await sleep(50);
    const isRunning = await db('verify', '--data-source', 'default');
    runner.kill('SIGKILL');
    await ended;
    expect(isRunning).toMatchObject({ code: 0 });
    await sleep(2_000);
    const { code, stdout } = await db('verify', '--data-source', 'default');
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^unfinished-step: The upgrade of b2 that ada started at \S+ was never finished: its runner died, or lost the database\./,
    );
    expect(stdout).toContain('`npx nest-cmd db stamp`');

    const checked = await db('check', '--verify', '--json', '--data-source', 'default');
    expect(checked.code).toBe(1);
    expect(JSON.parse(checked.stdout)).toMatchObject({
      error: { code: 'DATABASE_NOT_UP_TO_DATE' },
      answer: { operations: [], verify: [{ dataSource: 'default', findings: [{ kind: 'unfinished-step' }] }] },
    });
  });

  it('show what they know where one database is down', async () => {
    const { code, stdout, stderr } = await db('verify', '--data-source', 'db-2', '--data-source', 'down');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('1 of 2 data sources failed.');
  });
});
