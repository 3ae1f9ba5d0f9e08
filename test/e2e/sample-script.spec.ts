import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { dialectOf } from '../../src/dialects/index.js';
import { MigrationEnvironment } from '../../src/service/environment.js';
import { MigrationService } from '../../src/service/migration.service.js';
import type { SchemaModel } from '../../src/schema/schema.model.js';
import { databases, type TestDatabase } from '../support/databases.js';

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

/** Runs a script as psql and the sqlite3 shell do. */
async function runText({ dialect, url }: TestDatabase, sql: string): Promise<void> {
  if (dialect === 'sqlite') {
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

/** Everything but the history table, which scripts do not write. */
async function catalogOf(database: TestDatabase): Promise<{ schema: SchemaModel; rows: unknown }> {
  const dataSource = await new DataSource(database.options).initialize();
  const runner = dataSource.createQueryRunner();
  const exclude = [{ name: 'migrate_version_history' }];
  const schema = await dialectOf(dataSource).reflect(runner, { schemas: [], exclude });
  const rows = await runner.query('SELECT * FROM migrate_version');
  await runner.release();
  await dataSource.destroy();
  return { schema, rows };
}

describe.each(databases)("the sample application's history as a script for %s", (_name, make) => {
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
