import { rmSync } from 'node:fs';
import { createConnection } from 'mysql2/promise';
import { Client } from 'pg';
import { DataSource, type DataSourceOptions, TypeORMError } from 'typeorm';
import type { TestDatabase } from '../../support/databases.js';
import type { Entity } from '../change.js';
import { dump, type Dump } from '../dump.js';
import { OTHER_SCHEMA } from './names.js';

const RESET = `DROP SCHEMA public CASCADE; DROP SCHEMA IF EXISTS "${OTHER_SCHEMA}" CASCADE; CREATE SCHEMA public`;

/** Empties a database of what a pair left. */
export async function clear({ dialect, url }: TestDatabase): Promise<void> {
  if (dialect === 'sqlite') return rmSync(url, { force: true });
  if (dialect === 'mysql') return clearMysql(url);
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(RESET).finally(() => client.end());
}

async function clearMysql(url: string): Promise<void> {
  const connection = await createConnection(url);
  try {
    await connection.query('SET foreign_key_checks = 0');
    const [rows] = await connection.query(
      `SELECT table_name AS name, table_type AS kind FROM information_schema.tables WHERE table_schema = DATABASE()`,
    );
    for (const { name, kind } of rows as { name: string; kind: string }[]) {
      await connection.query(`DROP ${kind === 'VIEW' ? 'VIEW' : 'TABLE'} \`${name}\``);
    }
  } finally {
    await connection.end();
  }
}

/** The catalog that TypeORM's `synchronize` makes in the database, once it is empty; undefined where it fails. */
export async function synchronized(database: TestDatabase, entities: readonly Entity[]): Promise<Dump | undefined> {
  await clear(database);
  const dataSource = new DataSource({ ...database.options, entities: [...entities] } as DataSourceOptions);
  await dataSource.initialize();
  try {
    // It makes no schemas.
    if (database.dialect === 'postgres') await dataSource.query(`CREATE SCHEMA "${OTHER_SCHEMA}"`);
    await dataSource.synchronize();
    return await dump(dataSource);
  } catch (error) {
    // Of a quote in a label of an enum, and on SQLite of a bigint that counts.
    if (error instanceof TypeORMError) return undefined;
    throw error;
  } finally {
    await dataSource.destroy();
  }
}

/** A catalog without what is kept beside the entities: TypeORM's notes, what was made by hand, extensions and schemas. */
export function ofEntities(catalog: Dump): Dump {
  // TypeORM makes no checks on MySQL.
  return catalog.filter(
    (line) => !/^extension |^schema |\btypeorm_metadata\b|\bby hand\b|: CONSTRAINT `[^`]+` CHECK/.test(line),
  );
}
