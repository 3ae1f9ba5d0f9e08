import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { CliWorkspace, nestCmd } from './cli.workspace.js';

describe('nest-cmd db migrate --from-database and db adopt --from database', () => {
  let workspace: CliWorkspace;
  let app: string;

  beforeEach(() => {
    workspace = new CliWorkspace();
    app = workspace.add('commonjs');
    const database = new Database(join(app, 'shop.sqlite'));
    database.exec('CREATE TABLE "old" ("id" integer PRIMARY KEY NOT NULL); INSERT INTO "old" VALUES (1)');
    database.exec('CREATE TRIGGER "old_in" AFTER INSERT ON "old" BEGIN SELECT 1; END; PRAGMA user_version = 3');
    database.close();
  });

  afterEach(() => workspace.remove());

  const source = (): string => {
    const versions = join(app, 'migrations/versions');
    const [file = ''] = readdirSync(versions).filter((name) => name.endsWith('.ts'));
    return readFileSync(join(versions, file), 'utf8');
  };

  it('write what the database holds, and print what was left out', async () => {
    expect(await nestCmd(app, ['db', 'init'])).toMatchObject({ code: 0 });
    const { code, stdout, stderr } = await nestCmd(app, ['db', 'migrate', '--from-database', '-m', 'what is there']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^Generating .*_what_is_there\.ts/) });
    expect(stderr).toContain('INFO  Read from the database: 1 table, 1 object written as SQL');
    expect(stderr).toContain('WARN  Left out: PRAGMA user_version = 3: it is a setting of the file');
    expect(stderr).toContain('INFO  Rows are not written. The database has some in: old (1).');
    expect(source()).toMatch(/await op\.createTable\(\{\s+name: .old./);
    expect(source()).toContain('CREATE TRIGGER "old_in"');
    const again = await nestCmd(app, ['db', 'migrate', '--from-database']);
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('has revisions already') });
  });

  it('note the database at the revision', async () => {
    const { code, stdout } = await nestCmd(app, ['db', 'adopt', '--from', 'database']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Generating .*\nNoted the database at revision \w+\.\n$/);
    expect(await nestCmd(app, ['db', 'current'])).toMatchObject({ stdout: expect.stringContaining('(head)') });
    expect(await nestCmd(app, ['db', 'adopt'], { NEST_DB_ADOPT_FROM: 'database' })).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('Nothing to do'),
    });
  });

  it.each([
    [['migrate', '--from-database', '--rename', 'a:b'], '--rename makes no sense with --from-database'],
    [['migrate', '--from-database', '--no-renames'], '--no-renames makes no sense with --from-database'],
    [['migrate', '--from-database', '--rename-file', 'r.txt'], '--rename-file makes no sense with --from-database'],
    [['migrate', '--from-database', '--sql-body'], '--sql-body makes no sense with --from-database'],
    [['migrate', '--from-database', '--sql'], '--sql makes no sense here'],
    [['revision', '--from-database'], '--from-database makes no sense here'],
    [['adopt', '--from', 'entities'], '--from entities: it is one of migrations, database.'],
    [['adopt', '--from', 'database', '--move'], '--move makes no sense with --from database'],
    [['adopt', '--from', 'database', '--folder', 'old'], '--folder makes no sense with --from database'],
  ])('refuse %j as wrong usage', async (args, message) => {
    expect(await nestCmd(app, ['db', ...args])).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  });
});
