import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { createConnection } from 'mysql2/promise';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { dialectOf } from '../../src/dialects/index.js';
import { MigrationEnvironment } from '../../src/service/environment.js';
import { MigrationService } from '../../src/service/migration.service.js';
import type { SchemaModel } from '../../src/schema/schema.model.js';
import { createMysqlDatabase, databases, hasMysql, type TestDatabase } from '../support/databases.js';

const directory = join(__dirname, '../../sample-app/migrations');

const sections = ['default', 'analytics'] as const;

/** The migrations of one of the shop's databases. */
function migrationsOf(dataSource: DataSource, section: string): MigrationService {
  const environment = new MigrationEnvironment(
    { command: 'db' },
    sections.map((name) => ({ entry: { name, directory, connectTimeout: 60_000 }, dataSource })),
    () => Promise.reject(new Error('the shop asks for no provider')),
  );
  return new MigrationService(environment, [section]);
}

/** A database that scripts are tried on. */
type ScriptDatabase = Pick<TestDatabase, 'url' | 'options' | 'drop'>;

const makers: readonly (readonly [name: string, make: () => Promise<ScriptDatabase>])[] = [
  ...databases,
  ...(hasMysql ? [['mysql', createMysqlDatabase] as const] : []),
];

/** Runs a script as psql, the sqlite3 shell and the client of MySQL do. */
async function runText({ url }: ScriptDatabase, sql: string): Promise<void> {
  if (url.startsWith('mysql:')) {
    const client = await createConnection({ uri: url, multipleStatements: true });
    await client.query(sql);
    await client.end();
    return;
  }
  if (!url.includes('://')) {
    const file = new Sqlite(url);
    file.exec(sql);
    file.close();
    return;
  }
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(sql);
  await client.end();
}

/** Everything but the tables of history and journal, which scripts do not write. */
async function catalogOf(database: ScriptDatabase): Promise<{ schema: SchemaModel; rows: unknown }> {
  const dataSource = await new DataSource(database.options).initialize();
  const runner = dataSource.createQueryRunner();
  const exclude = ['history', 'journal'].map((kind) => ({ name: `migrate_version_${kind}` }));
  const found = await dialectOf(dataSource).reflect(runner, { schemas: [], exclude });
  // A rebuild makes a table the last of the catalog, and a script of SQLite has one where a run changes the table in place.
  const schema = { ...found, tables: [...found.tables].sort((one, other) => (one.name < other.name ? -1 : 1)) };
  const rows = await runner.query('SELECT * FROM migrate_version');
  await runner.release();
  await dataSource.destroy();
  return { schema, rows };
}

describe.each(makers)("the sample application's history as a script for %s", (_name, make) => {
  it.each(sections)('makes the catalog of %s that running it makes, all at once and in two parts', async (section) => {
    const [online, whole, parts] = [await make(), await make(), await make()];
    const connected = migrationsOf(new DataSource(online.options), section);
    await connected.upgrade();
    await connected.close();

    const unconnected = migrationsOf(new DataSource(online.options), section);
    const middle = 'c389c1b10515';
    const script = async (target: string): Promise<string> =>
      (await unconnected.upgrade(target, { sql: true }))[0]?.sql ?? '';
    await runText(whole, await script('head'));
    await runText(parts, await script(middle));
    await runText(parts, await script(`${middle}:head`));

    const expected = await catalogOf(online);
    expect(expected.schema.tables.length).toBe({ default: 8, analytics: 4 }[section]);
    expect(await catalogOf(whole)).toEqual(expected);
    expect(await catalogOf(parts)).toEqual(expected);
    await Promise.all([online, whole, parts].map((database) => database.drop()));
  });
});
