import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { DataSource } from 'typeorm';
import { createPostgresDatabase, type TestDatabase } from '../support/databases.js';
import { CliWorkspace, type CommandRun, nestCmd } from './cli.workspace.js';

/** The data sources of the fixture, in its order, and where the tests bring them. */
const names = ['default', 'db-2', 'down', 'with space', '__proto__'];
const [behind, ahead, down, unknown, empty] = names as [string, string, string, string, string];

describe('nest-cmd with five data sources: one behind, one ahead, one down, one of an unknown revision, one new', () => {
  let workspace: CliWorkspace;
  let app: string;
  let postgres: TestDatabase;

  const db = (...args: string[]): Promise<CommandRun> =>
    nestCmd(app, ['db', ...args], { DATABASE_URL: postgres.url, NO_COLOR: '1', VISUAL: '', EDITOR: 'true' });
  const only = (...chosen: string[]): string[] => chosen.flatMap((name) => ['--data-source', name]);

  /** A revision that makes or changes the table of visits on every data source. */
  function write(id: string, after: string | null, upgrade: string, downgrade: string): void {
    const part = (statement: string): string =>
      names.map((name) => `  [${JSON.stringify(name)}]: (op) => ${statement},\n`).join('');
    writeFileSync(
      join(app, 'migrations/versions', `${id}.ts`),
      [
        `export const revision = '${id}';`,
        `export const downRevision = ${JSON.stringify(after)};`,
        `export const upgrade = {\n${part(upgrade)}};`,
        `export const downgrade = {\n${part(downgrade)}};`,
      ].join('\n'),
    );
  }

  beforeAll(async () => {
    workspace = new CliWorkspace();
    app = workspace.add('several');
    postgres = await createPostgresDatabase();
    await db('init');
    const column = `{ name: 'id', type: 'integer', isPrimary: true }`;
    write('a1a1', null, `op.createTable({ name: 'visit', columns: [${column}] })`, `op.dropTable('visit')`);
    const note = `{ name: 'note', type: 'text', isNullable: true }`;
    write('b2b2', 'a1a1', `op.addColumn('visit', ${note})`, `op.dropColumn('visit', 'note')`);
    write('c3c3', 'b2b2', `op.execute('DELETE FROM visit')`, `op.execute('DELETE FROM visit')`);
    await db('upgrade', 'a1a1', ...only(behind));
    await db('upgrade', 'c3c3', ...only(ahead, unknown));
    rmSync(join(app, 'migrations/versions/c3c3.ts'));
    sqlite('with space.sqlite', (file) => file.exec(`UPDATE migrate_version SET version_num = 'f00d'`));
  });

  afterAll(async () => {
    workspace.remove();
    await postgres.drop();
  });

  function sqlite<T>(file: string, work: (database: Database.Database) => T): T {
    const database = new Database(join(app, file));
    try {
      return work(database);
    } finally {
      database.close();
    }
  }

  const isDown = 'Cannot reach the database of data source "down" (postgres at 127.0.0.1:1/nowhere)';

  it('current shows every database', async () => {
    const { code, stdout, stderr } = await db('current');
    expect(code).toBe(1);
    expect(stdout.split('\n')).toEqual(['default: a1a1', '__proto__: <base>', '']);
    expect(stderr).toMatch(/^Error: 3 of 5 data sources failed\.\n/);
    expect(stderr).toContain(`  ${down}: ${isDown}`);
    expect(stderr).toContain(
      `  ${ahead}: The version table has the revision "c3c3", but no revision file declares it.`,
    );
    expect(stderr).toContain(`  ${unknown}: The version table has the revision "f00d"`);

    const document = await db('current', '--json');
    expect(document.code).toBe(1);
    expect(JSON.parse(document.stdout)).toMatchObject({
      error: {
        code: 'DATA_SOURCES_FAILED',
        failures: [
          { dataSource: ahead, code: 'REVISION_NOT_FOUND' },
          { dataSource: down, code: 'DATABASE_UNREACHABLE' },
          { dataSource: unknown, code: 'REVISION_NOT_FOUND' },
        ],
      },
      answer: [
        { dataSource: behind, revisions: [{ revision: 'a1a1' }] },
        { dataSource: empty, revisions: [] },
      ],
    });
  });

  it('current --check-heads fails for those that are not at the heads, and shows them', async () => {
    const { code, stdout, stderr } = await db('current', '--check-heads', ...only(behind, empty));
    expect(code).toBe(1);
    expect(stdout.split('\n')).toEqual(['default: a1a1', '__proto__: <base>', '']);
    expect(stderr).toMatch(/2 of 2 data sources failed\.\n {2}default: .*is at a1a1.*\n {2}__proto__: .*is at <base>/);
  });

  it('history -i and show current mark what the others are at', async () => {
    const history = await db('history', '-i');
    expect(history.code).toBe(1);
    expect(history.stdout.split('\n')).toEqual([
      'a1a1 -> b2b2 (head), empty message',
      '<base> -> a1a1 (current: default), empty message',
      '',
    ]);
    expect(history.stderr).toContain(`  ${down}: ${isDown}`);
    const shown = await db('show', 'current');
    expect(shown.code).toBe(1);
    expect(shown.stdout).toContain('Rev: a1a1 (current: default)');
    expect(shown.stderr).toContain('3 of 5 data sources failed.');
  });

  it('check and migrate say of each why it cannot be compared, and no file is written', async () => {
    for (const command of ['check', 'migrate']) {
      const { code, stdout, stderr } = await db(command);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain('5 of 5 data sources failed.');
      expect(stderr).toContain(`  ${behind}: Target database is not up to date`);
      expect(stderr).toContain(`  ${down}: ${isDown}`);
    }
    expect(readdirSync(join(app, 'migrations/versions'))).toEqual(['a1a1.ts', 'b2b2.ts']);
  });

  it.each([['upgrade'], ['stamp', 'head'], ['ensure-version']])('%s runs nowhere when one is down', async (...args) => {
    const { code, stdout, stderr } = await db(...args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(`Error: ${isDown}`);
    expect(sqlite('new.sqlite', (file) => file.prepare('SELECT name FROM sqlite_master').all())).toEqual([]);
  });

  it('upgrade runs nowhere when one is at a revision that no file declares, and names it', async () => {
    const { code, stderr } = await db('upgrade', ...only(behind, ahead, empty));
    expect(code).toBe(1);
    expect(stderr).toContain('Error: [db-2] The version table has the revision "c3c3"');
    expect((await db('current', ...only(behind))).stdout).toBe('a1a1\n');
  });

  it('commands that look at files need no database', async () => {
    expect(await db('heads')).toMatchObject({ code: 0, stdout: 'b2b2 (head)\n' });
  });

  it.each(['upgrade', 'check'])('%s knows no other data source', async (command) => {
    const { code, stderr } = await db(command, ...only(behind, 'analytics'));
    expect(code).toBe(2);
    expect(stderr).toContain('There is no data source "analytics" here.');
    expect(stderr).toContain('Known data sources: default, db-2, down, with space, __proto__.');
  });

  it('upgrade --sql writes a file for each, which the database runs as it is', async () => {
    const { code, stdout, stderr } = await db('upgrade', '--sql', '--output', 'scripts');
    expect({ code, stdout: stdout.split('\n').slice(0, -1) }).toEqual({
      code: 0,
      stdout: names.map((name) => `Writing scripts/${name}.sql ...  done`),
    });
    expect(stderr).toContain('[with space] Running upgrade a1a1 -> b2b2');
    expect(readdirSync(join(app, 'scripts'))).toHaveLength(5);

    sqlite('from script.sqlite', (file) => {
      file.exec(readFileSync(join(app, 'scripts/with space.sql'), 'utf8'));
      expect(file.prepare('SELECT version_num FROM migrate_version').all()).toEqual([{ version_num: 'b2b2' }]);
      expect(file.prepare('SELECT id, note FROM visit').all()).toEqual([]);
    });
    const other = await createPostgresDatabase();
    const dataSource = await new DataSource(other.options).initialize();
    await dataSource.query(readFileSync(join(app, 'scripts/default.sql'), 'utf8'));
    expect(await dataSource.query('SELECT version_num FROM migrate_version')).toEqual([{ version_num: 'b2b2' }]);
    await dataSource.destroy();
    await other.drop();
  });

  it('upgrade --sql writes into the folder of the application without --output, prints the script of one, and refuses --output without --sql', async () => {
    expect(await db('downgrade', 'b2b2:a1a1', '--sql', ...only(behind, ahead))).toMatchObject({ code: 0 });
    expect(readFileSync(join(app, 'default.sql'), 'utf8')).toContain('DROP COLUMN "note"');
    expect(readFileSync(join(app, 'db-2.sql'), 'utf8')).toContain('visit');
    const printed = await db('upgrade', '--sql', ...only(behind));
    expect(printed).toMatchObject({ code: 0, stdout: expect.stringMatching(/^BEGIN;/) });
    expect(await db('upgrade', '--output', 'scripts')).toMatchObject({ code: 2 });
    const refused = await db('upgrade', '--sql', '--output', 'package.json', ...only(behind));
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('package.json/default.sql') });
  });

  it('upgrade runs on those that it can run on, each from where it is, and each line names its data source', async () => {
    const { code, stderr } = await db('upgrade', ...only(behind, empty));
    expect(code).toBe(0);
    expect(stderr.split('\n').filter((line) => line.includes('Running'))).toEqual([
      expect.stringContaining('[default] Running upgrade a1a1 -> b2b2'),
      expect.stringContaining('[__proto__] Running upgrade  -> a1a1'),
      expect.stringContaining('[__proto__] Running upgrade a1a1 -> b2b2'),
    ]);
    const check = await db('check', ...only(behind, down, empty));
    expect(check.code).toBe(1);
    expect(check.stdout.split('\n')).toEqual([
      'New upgrade operations detected:',
      expect.stringContaining('[default] '),
      expect.stringContaining('[__proto__] '),
      '',
    ]);
    expect(check.stderr).toContain('1 of 3 data sources failed.');
  });

  it('migrate writes a part for each that changed, whatever its name, and it runs', async () => {
    const written = await db('migrate', '-m', 'drop the note', '--rev-id', 'd4d4', ...only(behind, empty));
    expect(written).toMatchObject({ code: 0 });
    const upgraded = await db('upgrade', ...only(behind, empty));
    expect(upgraded).toMatchObject({ code: 0 });
    expect(await db('check', ...only(behind, empty))).toMatchObject({ code: 0 });
    expect(sqlite('new.sqlite', (file) => file.pragma('table_info(visit)'))).toHaveLength(1);
    const back = await db('downgrade', ...only(empty));
    expect(back).toMatchObject({ code: 0 });
    expect(sqlite('new.sqlite', (file) => file.pragma('table_info(visit)'))).toHaveLength(2);
  });

  it('ensure-version and stamp work on the data sources that are named, and print them', async () => {
    expect(await db('ensure-version', ...only(behind, empty))).toMatchObject({ code: 0, stdout: '', stderr: '' });
    const stamp = await db('stamp', 'a1a1', ...only(empty));
    expect(stamp).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining('-> a1a1') });
    expect((await db('current', ...only(behind, empty))).stdout).toBe('default: d4d4 (head)\n__proto__: a1a1\n');
  });

  it('revision, merge, branches and edit ask no database', async () => {
    const side = await db('revision', '-m', 'side', '--rev-id', 'e5e5', '--head', 'a1a1', '--splice');
    const file = join(app, 'migrations/versions/e5e5_side.ts');
    expect(side).toMatchObject({ code: 0, stdout: `Generating ${file} ...  done\n` });
    expect(readFileSync(file, 'utf8')).toMatch(/upgrade = \{\};\n\nexport const downgrade = \{\};\n$/);
    expect(await db('merge', 'heads', '-m', 'join', '--rev-id', 'f6f6')).toMatchObject({ code: 0 });
    expect(await db('branches')).toMatchObject({
      code: 0,
      stdout: 'a1a1 (branchpoint)\n     -> b2b2\n     -> e5e5\n\n',
      stderr: '',
    });
    expect(await db('edit', 'f6f6')).toMatchObject({ code: 0, stdout: '', stderr: '' });
  });
});
