import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { CliWorkspace, nestCmd } from '../e2e/cli.workspace.js';

const fixture = join(__dirname, '../fixtures/adopt/ledger');
const names = ['MakeAccounts1650000000001', 'AddCash1650000000002', 'SeedBank1650000000003'];
const seed = `import type { QueryRunner } from 'typeorm';
export class SeedBank1650000000003 {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query("INSERT INTO account (name) VALUES ('Bank')");
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query("DELETE FROM account WHERE name = 'Bank'");
  }
}
`;

/** A database at the last old migration. */
function production(path: string, table: string): void {
  const database = new Database(path);
  database.exec('CREATE TABLE account (id integer PRIMARY KEY AUTOINCREMENT NOT NULL, name varchar(40) NOT NULL)');
  database.exec(`CREATE TABLE ${table} (id integer PRIMARY KEY, timestamp bigint NOT NULL, name varchar NOT NULL)`);
  const insert = database.prepare(`INSERT INTO ${table} (timestamp, name) VALUES (?, ?)`);
  for (const name of names) insert.run(Number(name.slice(-13)), name);
  database.close();
}

function accounts(path: string): unknown[] {
  const database = new Database(path);
  try {
    return database.prepare('SELECT name FROM account ORDER BY name').pluck().all();
  } finally {
    database.close();
  }
}

describe('nest-cmd db adopt on migrations and seeds that share a table', () => {
  let workspace: CliWorkspace;
  let count = 0;
  beforeAll(() => {
    workspace = new CliWorkspace();
  });
  afterAll(() => workspace.remove());

  const add = (table: string, files: Readonly<Record<string, string>> = {}): string => {
    const app = join(workspace.root, `app ${(count += 1)}`);
    cpSync(fixture, app, { recursive: true });
    for (const [path, text] of Object.entries({ 'src/db/seeds/1650000000003-SeedBank.ts': seed, ...files })) {
      mkdirSync(dirname(join(app, path)), { recursive: true });
      writeFileSync(join(app, path), text);
    }
    production(join(app, 'ledger.sqlite'), table);
    return app;
  };
  const [migrations, seeds] = ['src/db/migrations', 'src/db/seeds'];
  const seedSource = (
    options: string,
  ): string => `import { SeedBank1650000000003 } from './seeds/1650000000003-SeedBank.js';
export const options = { type: 'better-sqlite3', migrations: [SeedBank1650000000003], ${options} };
`;

  it.each([
    ['each with the name of the data source', [`default=${migrations}`, `default=${seeds}`]],
    ['without it', [seeds, migrations]],
    ['once with it', [`default=${migrations}`, seeds]],
    ['one of them twice', [migrations, seeds, migrations]],
  ])('uses all folders that are given, %s', async (_how, folders) => {
    const app = add('migrations');
    const args = ['--transaction', 'each', ...folders.flatMap((folder) => ['--folder', folder])];
    const adopted = await nestCmd(app, ['db', 'adopt', ...args, '--json']);
    expect(adopted).toMatchObject({ code: 0 });
    expect(JSON.parse(adopted.stdout)).toMatchObject({ dataSources: [{ migrations: names, stamped: true }] });
    expect(await nestCmd(app, ['db', 'upgrade'], { DATABASE: 'new.sqlite' })).toMatchObject({ code: 0 });
    expect(accounts(join(app, 'new.sqlite'))).toEqual(['Bank', 'Cash']);
  });

  it('takes a folder whose name has an equals sign', async () => {
    const app = add('migrations', { 'src/a=b/1650000000003-SeedBank.ts': seed });
    const args = ['--folder', 'src/a=b', '--folder', `default=${migrations}`];
    const { code, stdout } = await nestCmd(app, ['db', 'adopt', '--dry-run', '--transaction', 'each', ...args]);
    expect(code).toBe(0);
    expect(stdout).toContain('Found 3 migrations in src/a=b and src/db/migrations');
  });

  it.each([
    ['each with the name of the data source', ['default=src/db/cli-source.ts', 'default=src/db/seed-source.ts']],
    ['without it', ['src/db/seed-source.ts', 'src/db/cli-source.ts']],
  ])('uses all data source files that are given, %s', async (_how, files) => {
    const options = `migrationsTableName: 'typeorm_log', migrationsTransactionMode: 'each'`;
    const app = add('typeorm_log', { 'src/db/seed-source.ts': seedSource(options) });
    const args = files.flatMap((file) => ['--typeorm-config', file]);
    const adopted = await nestCmd(app, ['db', 'adopt', ...args, '--json']);
    expect(adopted).toMatchObject({ code: 0 });
    expect(JSON.parse(adopted.stdout)).toMatchObject({
      dataSources: [{ migrations: names, table: 'typeorm_log', transaction: 'each' }],
    });
    expect(await nestCmd(app, ['db', 'upgrade'], { DATABASE: 'new.sqlite' })).toMatchObject({ code: 0 });
    expect(accounts(join(app, 'new.sqlite'))).toEqual(['Bank', 'Cash']);
  });

  it.each([
    ['another table', '', ['typeorm_log', '"migrations"']],
    ['another transaction mode', `migrationsTableName: 'typeorm_log'`, ['"each"', '"all"', '--transaction']],
  ])('refuses two data source files of which one has %s, and names both', async (_what, options, texts) => {
    const app = add('typeorm_log', { 'src/db/seed-source.ts': seedSource(options) });
    const args = ['cli-source.ts', 'seed-source.ts'].flatMap((file) => ['--typeorm-config', `src/db/${file}`]);
    const { code, stderr } = await nestCmd(app, ['db', 'adopt', ...args]);
    expect(code).toBe(1);
    for (const text of ['cli-source.ts', 'seed-source.ts', ...texts]) expect(stderr).toContain(text);
    expect(readdirSync(app)).not.toContain('revisions');
  });

  it('takes the table from the file, and the classes from the folders, where both are given', async () => {
    const app = add('typeorm_log');
    const args = ['--typeorm-config', 'src/db/cli-source.ts', '--folder', migrations, '--folder', seeds];
    expect(await nestCmd(app, ['db', 'adopt', ...args])).toMatchObject({ code: 0 });
    const [file = ''] = readdirSync(join(app, 'revisions/versions'));
    const revision = readFileSync(join(app, 'revisions/versions', file), 'utf8');
    for (const name of names) expect(revision).toContain(name);
    expect(revision).toMatch(/table: .typeorm_log./);
  });

  it('names a folder of several that has no migration', async () => {
    const app = add('migrations');
    mkdirSync(join(app, 'src/empty'));
    const args = ['--folder', migrations, '--folder', 'src/empty'];
    const { code, stderr } = await nestCmd(app, ['db', 'adopt', ...args]);
    expect(code).toBe(1);
    expect(stderr).toContain('src/empty');
  });
});
