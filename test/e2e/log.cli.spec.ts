import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { createPostgresDatabase, type TestDatabase } from '../support/databases.js';
import { CliWorkspace, type CommandRun, nestCmd } from './cli.workspace.js';

describe('nest-cmd db log', () => {
  const workspace = new CliWorkspace();
  let app: string;
  let postgres: TestDatabase;

  const env = (): Record<string, string> => ({ DATABASE_URL: postgres.url, NEST_DB_USER: 'ada\x1b[31m' });
  const db = (...args: string[]): Promise<CommandRun> => nestCmd(app, ['db', ...args], env());
  const both = ['--data-source', 'default', '--data-source', 'db-2'];

  beforeAll(async () => {
    postgres = await createPostgresDatabase();
    app = workspace.add('several');
    await db('init');
    const marks = ['branchLabels', 'dependsOn'].map((mark) => `export const ${mark} = null;`).join('\n');
    const write = (id: string, down: string | null, upgrade: string): void =>
      writeFileSync(
        join(app, 'migrations/versions', `${id}.ts`),
        `export const revision = '${id}';\nexport const downRevision = ${JSON.stringify(down)};\n${marks}
         const run = async (op) => { ${upgrade} };
         export const upgrade = { default: run, 'db-2': run };
         export const downgrade = {};`,
      );
    write('a1', null, `await op.execute('CREATE TABLE "visit" ("id" integer)');`);
    write('b2', 'a1', `throw new Error('first line\\nsecond \\x1b[2J line');`);
  });

  afterAll(async () => {
    workspace.remove();
    await postgres.drop();
  });

  it('shows that nothing was run', async () => {
    expect(await db('log', ...both)).toMatchObject({
      code: 0,
      stdout: '',
      stderr: expect.stringContaining('Nothing was run yet.'),
    });
    expect(await db('log', '--json', ...both)).toMatchObject({ code: 0, stdout: '[]\n' });
  });

  it('prints a line for each step of each data source, the error below, and no control character', async () => {
    for (const name of ['default', 'db-2']) {
      await db('upgrade', 'a1', '--data-source', name);
      expect(await db('upgrade', '--data-source', name)).toMatchObject({ code: 1 });
    }
    const { code, stdout, stderr } = await db('log', ...both);
    expect({ code, stderr: stderr.replace(/^INFO .*\n(?: .*\n)*/gm, '') }).toEqual({ code: 0, stderr: '' });
    const time = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ`;
    const who = String.raw`by ada\\x1b\[31m \(nestjs-migrate \S+\)`;
    const linesOf = (name: string): string =>
      String.raw`\[${name}\] ${time} upgrade   b2 failed after \d+ ms, 0 statements kept, ${who}\n    first line\n    second \\x1b\[2J line\n` +
      String.raw`\[${name}\] ${time} upgrade   a1 done in \d+ ms, 1 statement, ${who}\n`;
    expect(stdout).toMatch(new RegExp(`^${linesOf('default')}${linesOf('db-2')}$`));
  });

  it('prints as many as are asked for, of each data source, and one document with --json', async () => {
    const { stdout } = await db('log', '-n', '1', '--json', ...both);
    expect(JSON.parse(stdout)).toMatchObject([
      { dataSource: 'default', revision: 'b2', result: 'failed', ms: expect.any(Number) },
      { dataSource: 'db-2', revision: 'b2', result: 'failed', error: 'first line\nsecond \x1b[2J line' },
    ]);
    expect(stdout).not.toContain('\x1b');
    const one = await db('log', '--limit', '1', '--data-source', 'db-2');
    expect(one.stdout).toMatch(/^\d{4}.* b2 failed/);
    expect(await db('log', '-n', '0')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--limit is "0", which is no whole number of at least 1.'),
    });
  });

  it('shows a step without an end as that, and the others where one database is down', async () => {
    const file = new Database(join(app, 'db-2.sqlite'));
    file.exec(
      `INSERT INTO migrate_version_history (revision, direction, started_at, statements_done, applied_by)
       VALUES ('c3', 'upgrade', '2026-03-01T12:00:00.250Z', 4, 'bob' || char(10) || 'eve')`,
    );
    file.close();
    const { code, stdout, stderr } = await db('log', '-n', '1', '--data-source', 'down', '--data-source', 'db-2');
    expect(code).toBe(1);
    expect(stdout).toBe(
      '[db-2] 2026-03-01 12:00:00Z upgrade   c3 not finished, at least 4 statements done, by bob\\neve\n' +
        '    Its runner is still at work, or died: only who gets the lock knows.\n',
    );
    expect(stderr).toContain('1 of 2 data sources failed.');
  });
});
