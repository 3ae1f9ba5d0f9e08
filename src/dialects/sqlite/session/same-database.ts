import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import type { DataSource, QueryRunner } from 'typeorm';

/** Numbers of the data sources whose databases are in memory, where each data source has its own. */
const inMemory = new WeakMap<DataSource, number>();
let lastInMemory = 0;

/**
 * The file of the database, by its real path.
 *
 * The version table is not part of it: a file has only one writer at a time, so a second one would wait for the first even
 * with different version tables.
 */
export async function databaseKey({ connection }: QueryRunner): Promise<string> {
  const { database, location } = connection.options as { database?: unknown; location?: string };
  const file = typeof database === 'string' ? database : (location ?? '');
  if (file === '' || file.includes(':memory:')) return `memory ${numberOf(connection)}`;
  try {
    return realpathSync(file);
  } catch {
    // sql.js writes its file with the first commit.
    return resolve(file);
  }
}

/** Equal paths are one file. */
export async function isSameDatabase(): Promise<boolean> {
  return true;
}

function numberOf(dataSource: DataSource): number {
  const known = inMemory.get(dataSource);
  if (known !== undefined) return known;
  lastInMemory += 1;
  inMemory.set(dataSource, lastInMemory);
  return lastInMemory;
}
