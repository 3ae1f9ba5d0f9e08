import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createPostgresDatabase, type TestDatabase } from '../support/databases.js';
import { CliWorkspace, type CommandRun, nestCmd } from './cli.workspace.js';

describe('nest-cmd db status', () => {
  const workspace = new CliWorkspace();
  let app: string;
  let postgres: TestDatabase;

  const db = (...args: string[]): Promise<CommandRun> => nestCmd(app, ['db', ...args], { DATABASE_URL: postgres.url });
  const only = (...names: string[]): string[] => names.flatMap((name) => ['--data-source', name]);

  beforeAll(async () => {
    postgres = await createPostgresDatabase();
    app = workspace.add('several');
    await db('init');
    for (const revId of ['a1', 'b2', 'c3']) await db('revision', '--rev-id', revId);
    await db('upgrade', 'a1', ...only('default'));
    await db('upgrade', ...only('db-2'));
  });

  afterAll(async () => {
    workspace.remove();
    await postgres.drop();
  });

  it('has a line for each data source, and exits with 1 only where --exit-code asks for it', async () => {
    const lines = 'default: behind: at a1; 2 revisions are pending: b2, c3\ndb-2: current: at c3\n';
    expect(await db('status', ...only('default', 'db-2'))).toMatchObject({ code: 0, stdout: lines, stderr: '' });
    expect(await db('status', '-e', ...only('default', 'db-2'))).toMatchObject({ code: 1, stdout: lines, stderr: '' });
    expect(await db('status', '--exit-code', ...only('db-2'))).toMatchObject({ code: 0, stdout: 'current: at c3\n' });
    expect(await db('status', ...only('with space'))).toMatchObject({
      code: 0,
      stdout: 'behind: at <base>; 3 revisions are pending: a1, b2, c3\n',
    });
  });

  it('shows a database that is down beside the others, and exits with 1', async () => {
    const { code, stdout } = await db('status', ...only('default', 'down'));
    expect(code).toBe(1);
    expect(stdout).toMatch(/^default: behind: .*\ndown: down: Cannot reach the database of data source "down".*\n$/);
    const document = await db('status', '--json', ...only('default', 'down'));
    expect(document.code).toBe(1);
    expect(JSON.parse(document.stdout)).toMatchObject([
      { dataSource: 'default', state: 'behind', current: ['a1'], pending: ['b2', 'c3'], upToDate: false },
      { dataSource: 'down', state: 'down', error: { code: 'DATABASE_UNREACHABLE' } },
    ]);
  });

  it('names what no file declares', async () => {
    const file = join(app, 'migrations/versions');
    const kept = (await db('show', 'c3', '--json')).stdout;
    const [{ path }] = JSON.parse(kept) as [{ path: string }];
    expect(path.startsWith(file)).toBe(true);
    rmSync(path);
    expect(await db('status', '--exit-code', ...only('db-2'))).toMatchObject({
      code: 1,
      stdout: 'ahead: at c3; newer code ran c3, which no file declares\n',
    });
  });

  it('refuses a time that is none', async () => {
    expect(await db('status', '--timeout', 'soon')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--timeout is "soon", which is no number of milliseconds.'),
    });
  });
});
