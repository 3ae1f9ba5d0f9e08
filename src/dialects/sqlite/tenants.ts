import { existsSync } from 'node:fs';
import type { DataSourceOptions, QueryRunner } from 'typeorm';
import type { QualifiedName } from '../../schema/schema.model.js';
import type { DataSourceAddress, DialectTenants, VersionsFound } from '../tenants.js';
import { quote, quoteString } from './text.js';

/** Flags of sqlite3 for a file that exists. */
const OPEN_READWRITE = 2;

/** A file of each tenant. */
export const tenants: DialectTenants = {
  serverOf: () => 'files',
  // A file is opened to be read only: its journal mode is not that of a reader to choose.
  readingOf: () => ({ options: { enableWAL: false } as Partial<DataSourceOptions> }),
  readVersions,
  openingOf: ({ type }) =>
    (type === 'better-sqlite3' ? { fileMustExist: true } : { flags: OPEN_READWRITE }) as Partial<DataSourceOptions>,
  missing: (options) => {
    const file = fileOf(options);
    return file === undefined || existsSync(file) ? undefined : `There is no file ${file}.`;
  },
  isGone: (error) => /unable to open database file|SQLITE_CANTOPEN/.test(String(error)),
  isFull: () => false,
};

/** sql.js has its file in `location`. */
function fileOf(options: DataSourceAddress): string | undefined {
  const { type, database, location } = options as DataSourceAddress & { readonly location?: string };
  return type === 'sqljs' ? location : database;
}

async function readVersions(runner: QueryRunner, tables: readonly QualifiedName[]): Promise<readonly VersionsFound[]> {
  const answers: VersionsFound[] = [];
  for (const { name } of tables) answers.push(await readOne(runner, name).catch((error: unknown) => ({ error })));
  return answers;
}

async function readOne(runner: QueryRunner, name: string): Promise<VersionsFound> {
  const found = (await runner.query(
    `SELECT 1 FROM sqlite_master WHERE name = ${quoteString(name)} COLLATE NOCASE AND type IN ('table', 'view')`,
  )) as unknown[];
  if (found.length === 0) return { rows: [] };
  const rows = (await runner.query(`SELECT version_num FROM ${quote(name)}`)) as { version_num: unknown }[];
  return { rows: rows.map(({ version_num }) => String(version_num)).sort() };
}
