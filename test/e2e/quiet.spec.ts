import { join } from 'node:path';
import { createPostgresDatabase, type TestDatabase } from '../support/databases.js';
import { writeRevisions } from '../support/write-revisions.js';
import { CliWorkspace, nestCmd } from './cli.workspace.js';

describe('nest-cmd db', () => {
  let workspace: CliWorkspace;
  let database: TestDatabase;
  let app: string;

  beforeAll(async () => {
    workspace = new CliWorkspace();
    database = await createPostgresDatabase();
    app = workspace.add('commonjs');
    await nestCmd(app, ['db', 'init']);
    writeRevisions(join(app, 'migrations'), {
      a1: { upgrade: `await op.execute('CREATE TABLE t (n integer)');`, downgrade: `await op.dropTable('t');` },
      b2: { upgrade: `await op.execute('SELECT * FROM nowhere');` },
    });
  });
  afterAll(async () => {
    workspace.remove();
    await database.drop();
  });

  const run = (...args: string[]) => nestCmd(app, ['db', ...args], { DATABASE_URL: database.url });

  it('upgrade -q prints nothing, an error all the same, and scripts and documents whole', async () => {
    for (const args of [
      ['upgrade', 'a1', '-q'],
      ['-q', 'upgrade', 'a1'],
      ['current', '--quiet'],
    ]) {
      const { code, stdout, stderr } = await run(...args);
      expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
      // What the application itself prints is its own.
      expect(stderr).not.toMatch(/INFO|Running|Already/);
    }
    const failed = await run('upgrade', '-q');
    expect(failed).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('upgrade of b2 failed') });
    expect(failed.stderr).not.toContain('INFO');
    expect((await run('upgrade', 'a1', '--sql', '-q')).stdout).toContain('CREATE TABLE t');
    expect(JSON.parse((await run('heads', '-q', '--json')).stdout)).toMatchObject([{ revision: 'b2' }]);
  });

  it('current -v says where the database is, and no password', async () => {
    const { hostname, port, pathname } = new URL(database.url);
    const { code, stdout } = await run('current', '-v');
    expect(code).toBe(0);
    expect(stdout).toContain(
      `Current revision(s) for data source default (postgres at ${hostname}:${port}${pathname}):`,
    );
    expect(stdout).not.toMatch(/password|postgres:\/\//);
    const [standing] = JSON.parse((await run('current', '-v', '--json')).stdout);
    expect(standing).toMatchObject({ database: `postgres at ${hostname}:${port}${pathname}` });
  });
});
