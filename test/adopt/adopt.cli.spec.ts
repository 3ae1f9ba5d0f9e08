import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import ts from 'typescript';
import { build, CliWorkspace, nestCmd } from '../e2e/cli.workspace.js';

const fixtures = join(__dirname, '../fixtures/adopt');

/** A database at the last old migration, as TypeORM left it: what matters is in its table. */
function production(path: string, table: string, names: readonly string[], sql: string): void {
  const database = new Database(path);
  database.exec(sql);
  database.exec(
    `CREATE TABLE ${table} (id integer PRIMARY KEY AUTOINCREMENT NOT NULL, timestamp bigint NOT NULL, name varchar NOT NULL)`,
  );
  const insert = database.prepare(`INSERT INTO ${table} (timestamp, name) VALUES (?, ?)`);
  for (const name of names) insert.run(Number(name.slice(-13)), name);
  database.close();
}

function rows(path: string, sql: string): unknown[] {
  const database = new Database(path);
  try {
    return database.prepare(sql).all();
  } finally {
    database.close();
  }
}

describe('nest-cmd db adopt', () => {
  let workspace: CliWorkspace;
  beforeAll(() => {
    workspace = new CliWorkspace();
  });
  afterAll(() => workspace.remove());

  const add = (fixture: string, folder: string): string => {
    const target = join(workspace.root, folder);
    cpSync(join(fixtures, fixture), target, { recursive: true });
    return target;
  };

  describe('on an application whose data source lists its migrations', () => {
    const names = ['CreateTasks1700000000001', 'LogTasks1700000000002', 'Seed1700000000003'];
    const made =
      'CREATE TABLE task (id integer PRIMARY KEY AUTOINCREMENT NOT NULL, title varchar(80) NOT NULL); CREATE TABLE task_log (title varchar(80) NOT NULL, event varchar(10) NOT NULL)';
    let app: string;
    const db = (...args: string[]) => nestCmd(app, ['db', ...args]);

    beforeAll(() => {
      app = add('tasks', 'my tasks');
      production(join(app, 'tasks.sqlite'), 'schema_history', names, made);
    });

    it('prints in a dry run what it found, and makes no folder', async () => {
      const { code, stdout } = await db('adopt', '--dry-run');
      expect(code).toBe(0);
      expect(stdout).toContain('Found 3 migrations in `migrations` of data source "default"; table "schema_history".');
      expect(existsSync(join(app, 'migrations'))).toBe(false);
    });

    it('is named by init, and by the first migrate, which it has to come before', async () => {
      const repository = ['-d', 'for a while'];
      const made = await db(...repository, 'init');
      expect(made.stderr).toContain('TypeORM has migrations here (`migrations` of data source "default")');
      expect(made.stderr).toMatch(/Next: `.*db -d "for a while" adopt`; or, to leave them: `.*migrate/);
      const first = await db(...repository, 'migrate', '-m', 'first');
      expect(first.stderr).toMatch(/WARN .*TypeORM has migrations here .*`npx nest-cmd db adopt` takes them over/);
      rmSync(join(app, 'for a while'), { recursive: true });
    });

    it('refuses --sql and a mode that does not exist, as wrong usage', async () => {
      const sql = await db('adopt', '--sql');
      expect(sql).toMatchObject({ code: 2, stdout: '' });
      expect(sql.stderr).toContain('known only when it runs');
      expect(await db('adopt', '--transaction', 'some')).toMatchObject({ code: 2 });
    });

    it('writes the revision, notes the database, and says the second time that all is done', async () => {
      const first = await db('adopt', '--rev-id', 'old');
      expect(first).toMatchObject({ code: 0 });
      expect(first.stdout).toMatch(
        /Generating .*old_adopt_the_migrations_of_typeorm\.ts .*done\nNoted the database at revision old\.\n$/,
      );
      expect(first.stderr).toContain(
        '`npx nest-cmd db downgrade` from here would undo all of it, the tables with their rows',
      );
      const [file = ''] = readdirSync(join(app, 'migrations/versions'));
      const before = readFileSync(join(app, 'migrations/versions', file), 'utf8');
      const second = await db('adopt');
      expect(second).toMatchObject({ code: 0, stdout: '' });
      expect(second.stderr).toContain('Nothing to do');
      expect(readFileSync(join(app, 'migrations/versions', file), 'utf8')).toBe(before);
      const json = JSON.parse((await db('adopt', '--json')).stdout) as unknown;
      expect(json).toMatchObject({ done: true, written: false, dataSources: [{ migrations: names, stamped: false }] });
    });

    it('makes a new database from the sources, and in an image that has the build and no sources', async () => {
      const inSources = await nestCmd(app, ['db', 'upgrade'], { DATABASE_URL: 'sources.sqlite' });
      expect(inSources).toMatchObject({ code: 0 });
      build(app, ts.ModuleKind.CommonJS);
      rmSync(join(app, 'src'), { recursive: true });
      const inImage = await nestCmd(app, ['db', 'upgrade'], { DATABASE_URL: 'image.sqlite' });
      expect(inImage).toMatchObject({ code: 0 });
      for (const path of ['sources.sqlite', 'image.sqlite']) {
        expect(rows(join(app, path), 'SELECT title FROM task_log ORDER BY rowid')).toEqual([
          { title: 'Water the plants' },
          { title: `Say "it's done"` },
        ]);
        expect(rows(join(app, path), 'SELECT name FROM schema_history ORDER BY id')).toEqual(
          names.map((name) => ({ name })),
        );
      }
    });
  });

  describe.each(['module', 'commonjs'])(
    'on an application (%s) with a data source file for the command line',
    (type) => {
      const names = ['MakeAccounts1650000000001', 'AddCash1650000000002'];
      const made = 'CREATE TABLE account (id integer PRIMARY KEY AUTOINCREMENT NOT NULL, name varchar(40) NOT NULL)';
      let app: string;

      beforeAll(() => {
        app = add('ledger', `ledger ${type}`);
        const manifest = join(app, 'package.json');
        writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('"module"', `"${type}"`));
        production(join(app, 'ledger.sqlite'), 'typeorm_log', names, made);
      });

      it('finds the file by the scripts of package.json, with its table and its transaction mode', async () => {
        const adopted = await nestCmd(app, ['db', 'adopt', '--rev-id', 'old', '--json']);
        expect(adopted).toMatchObject({ code: 0 });
        expect(JSON.parse(adopted.stdout)).toMatchObject({
          dataSources: [
            {
              origin: join(app, 'src/db/cli-source.ts'),
              table: 'typeorm_log',
              transaction: 'each',
              migrations: names,
              stamped: true,
            },
          ],
        });
      });

      it('runs classes that import entities, from the sources', async () => {
        const upgraded = await nestCmd(app, ['db', 'upgrade'], { DATABASE: 'sources.sqlite' });
        expect(upgraded).toMatchObject({ code: 0 });
        expect(rows(join(app, 'sources.sqlite'), 'SELECT name FROM account')).toEqual([{ name: 'Cash' }]);
        expect(await nestCmd(app, ['db', 'check'], { DATABASE: 'sources.sqlite' })).toMatchObject({ code: 0 });
      });

      it('runs them in an image that has the build and no sources', async () => {
        build(app, type === 'module' ? ts.ModuleKind.ESNext : ts.ModuleKind.CommonJS);
        rmSync(join(app, 'src'), { recursive: true });
        const env = { DATABASE: 'image.sqlite' };
        expect(await nestCmd(app, ['db', 'upgrade'], env)).toMatchObject({ code: 0 });
        expect(rows(join(app, 'image.sqlite'), 'SELECT name FROM account')).toEqual([{ name: 'Cash' }]);
        expect(await nestCmd(app, ['db', 'downgrade', 'base'], env)).toMatchObject({ code: 0 });
        expect(
          rows(join(app, 'image.sqlite'), `SELECT name FROM sqlite_master WHERE name IN ('account', 'typeorm_log')`),
        ).toEqual([]);
      });
    },
  );

  it('names the file and the cause when a data source file does not load, and the way out', async () => {
    const app = add('ledger', 'broken');
    writeFileSync(join(app, 'src/db/cli-source.ts'), `import './nowhere.js';`);
    const { code, stderr } = await nestCmd(app, ['db', 'adopt']);
    expect(code).toBe(1);
    expect(stderr).toContain('src/db/cli-source.ts');
    expect(stderr).toContain('nowhere');
    production(
      join(app, 'ledger.sqlite'),
      'migrations',
      ['MakeAccounts1650000000001', 'AddCash1650000000002'],
      'SELECT 1',
    );
    const byFolder = await nestCmd(app, ['db', 'adopt', '--folder', 'src/db/migrations', '--transaction', 'each']);
    expect(byFolder).toMatchObject({ code: 0 });
  });
});
