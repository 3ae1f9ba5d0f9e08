import type { QueryRunner } from 'typeorm';
import { OtherDriverPackageError, UnsupportedServerError } from './errors.js';
import { literal } from './text.js';

/** MariaDB or MySQL. They began as one, and differ in what they print and accept. */
export interface Server {
  readonly isMariaDb: boolean;
  /** Major, minor and patch. */
  readonly version: readonly [number, number, number];
}

/** A server as a connection sees it, and the settings of its session that change what the catalog prints. */
export interface Connection extends Server {
  /** The database that names without one mean. */
  readonly database: string;
  /** The collation that new tables in it get. */
  readonly collation: string;
  /** How the names of tables and databases are kept. */
  readonly tableNames: TableNames;
  /** What the application's own statements mean, where it is not what those of this package mean. */
  readonly application: ApplicationWords;
}

/**
 * The `lower_case_table_names` of a server: names are kept as they are written (0, usual on Linux), in small letters (1, Windows), or as
 * they are written though `User` and `user` are one (2, macOS).
 */
export type TableNames = 'exact' | 'lower' | 'folded';

const TABLE_NAMES: readonly TableNames[] = ['exact', 'lower', 'folded'];

/** Settings of the application's sessions by which the SQL in its entities is to be read. */
export interface ApplicationWords {
  /** Double quotes are around names. */
  readonly ansiQuotes: boolean;
  /** `||` joins texts. */
  readonly pipesAsConcat: boolean;
}

/** What decides about the printed text of the catalog. */
interface Words {
  readonly sql_mode: string;
  readonly sql_quote_show_create: number;
  readonly time_zone: string;
}

interface ConnectionRow extends Words {
  readonly version: string;
  readonly database: string;
  readonly collation: string;
  readonly table_names: number;
  readonly system_zone: string;
  /** That of the application's sessions: in a run the session has another one. */
  readonly application_zone: string;
}

/**
 * The sql_mode of everything that this package sends: strict, and without modes that give SQL another meaning (`ANSI_QUOTES`,
 * `NO_BACKSLASH_ESCAPES`, `PIPES_AS_CONCAT`).
 *
 * Zeros in dates are allowed, as MariaDB does: with NO_ZERO_DATE no table could be copied that has `0000-00-00` in a default
 * (error 1067), and each column with ON UPDATE has, unless it has another one.
 */
export const SQL_MODE = 'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,NO_AUTO_VALUE_ON_ZERO';

/** The variable of a run's session that has the `time_zone` of the application's sessions. */
export const APPLICATION_ZONE = '@nestjs_migrate_time_zone';

/** The `time_zone` of the application's sessions, in SQL, also in a run. */
export const APPLICATION_ZONE_SQL = `COALESCE(${APPLICATION_ZONE}, @@time_zone)`;

const CONNECTION = `SELECT VERSION() AS version, DATABASE() AS ${'`database`'}, @@collation_database AS collation,
  @@sql_mode AS sql_mode, @@sql_quote_show_create AS sql_quote_show_create, @@time_zone AS time_zone,
  @@lower_case_table_names AS table_names, @@system_time_zone AS system_zone, ${APPLICATION_ZONE_SQL} AS application_zone`;

/**
 * Does work while the session prints the catalog in one and the same words, whatever its settings are; they are put back. The texts of
 * timestamps are those that the application's sessions read.
 *
 * @throws UnsupportedServerError, OtherDriverPackageError
 */
export async function inPinnedWords<T>(runner: QueryRunner, work: (connection: Connection) => Promise<T>): Promise<T> {
  await requireMysql2(runner);
  const [row] = (await runner.query(CONNECTION)) as ConnectionRow[];
  if (row === undefined) throw new Error('The server returned no row for its version.');
  const server = supportedServer(row.version);
  const { database, collation } = row;
  const given: Words = {
    sql_mode: row.sql_mode,
    sql_quote_show_create: Number(row.sql_quote_show_create),
    time_zone: row.time_zone,
  };
  const isUtc = isUtcZone(row.application_zone, row) && isUtcZone(row.time_zone, row);
  const pinned: Words = {
    sql_mode: SQL_MODE,
    sql_quote_show_create: 1,
    time_zone: isUtc ? row.time_zone : row.application_zone,
  };
  const names = (Object.keys(pinned) as (keyof Words)[]).filter((name) => !isEqual(given[name], pinned[name]));
  await set(runner, names, pinned);
  try {
    const tableNames = TABLE_NAMES[Number(row.table_names)] ?? 'exact';
    return await work({ ...server, database, collation, tableNames, application: applicationWords(row) });
  } finally {
    await set(runner, names, given);
  }
}

/** Whether the server takes `User` and `user` for one table. */
export function foldsTableNames(runner: QueryRunner): Promise<boolean> {
  return inPinnedWords(runner, async ({ tableNames }) => tableNames !== 'exact');
}

/**
 * Refuses the package mysql, whose connections cannot be watched; only those of mysql2 have prepared statements.
 *
 * @throws OtherDriverPackageError
 */
export async function requireMysql2(runner: QueryRunner): Promise<void> {
  const connection = (await runner.connect()) as { readonly execute?: unknown } | undefined;
  if (typeof connection?.execute !== 'function') throw new OtherDriverPackageError();
}

function applicationWords({ sql_mode }: ConnectionRow): ApplicationWords {
  const modes = sql_mode.split(',');
  return { ansiQuotes: modes.includes('ANSI_QUOTES'), pipesAsConcat: modes.includes('PIPES_AS_CONCAT') };
}

function isUtcZone(zone: string, { system_zone }: ConnectionRow): boolean {
  return ['+00:00', 'UTC'].includes(zone === 'SYSTEM' ? system_zone : zone);
}

async function set(runner: QueryRunner, names: readonly (keyof Words)[], values: Words): Promise<void> {
  if (names.length === 0) return;
  await runner.query(`SET SESSION ${names.map((name) => `${name} = ${literal(values[name])}`).join(', ')}`);
}

/** Whether two settings are the same; the modes of an sql_mode have an order of the server's own. */
function isEqual(one: string | number, other: string | number): boolean {
  const sorted = (value: string | number): string => String(value).split(',').sort().join(',');
  return sorted(one) === sorted(other);
}

/** The oldest versions that are supported. */
const OLDEST = {
  // Single DDL statements are atomic from there on, also in a crash (MariaDB: "Atomic DDL").
  mariaDb: [10, 6, 0],
  // DROP CONSTRAINT (8.0.19), checks (8.0.16), expressions as defaults (8.0.13) (MySQL 8.0 manual, "ALTER TABLE Statement", "CHECK
  // Constraints", "Data Type Default Values").
  mysql: [8, 0, 19],
} as const;

/** Other products that speak the protocol of MySQL, by what they write into their version: they lack locks, temporary tables or keys. */
const OTHER_PRODUCTS: readonly (readonly [name: string, version: RegExp])[] = [
  ['TiDB', /tidb/i],
  ['Vitess', /vitess|planetscale/i],
  ['OceanBase', /oceanbase/i],
  ['PolarDB-X', /tddl|polardb-?x/i],
  ['SingleStore', /singlestore|memsql/i],
  ['MariaDB Xpand', /xpand|clustrix/i],
  ['Manticore Search', /manticore|columnar/i],
  ['ClickHouse', /clickhouse/i],
];

/**
 * The server that calls itself so. The type of the data source says nothing: `mysql` on a MariaDB is common.
 *
 * @param text the value of `VERSION()`: `10.11.6-MariaDB-log`, `8.4.2`
 * @throws UnsupportedServerError
 */
export function supportedServer(text: string): Server {
  const server = serverOf(text);
  const [other] = OTHER_PRODUCTS.find(([, version]) => version.test(text)) ?? [];
  if (other !== undefined) throw new UnsupportedServerError(text, other);
  const [product, oldest] = server.isMariaDb
    ? (['MariaDB', OLDEST.mariaDb] as const)
    : (['MySQL', OLDEST.mysql] as const);
  if (!isAtLeast(server, ...oldest)) throw new UnsupportedServerError(text, product);
  return server;
}

/** The server that calls itself so, whether it is supported or not. */
export function serverOf(text: string): Server {
  // Old clients expected a version of MySQL, which MariaDB wrote in front of its own.
  const [, major, minor, patch] = /^(?:5\.5\.5-)?(\d+)\.(\d+)\.(\d+)/.exec(text) ?? [];
  return { isMariaDb: /mariadb/i.test(text), version: [Number(major ?? 0), Number(minor ?? 0), Number(patch ?? 0)] };
}

export function isAtLeast({ version }: Server, ...least: readonly number[]): boolean {
  const at = least.findIndex((number, place) => version[place] !== number);
  return at === -1 || (version[at] ?? 0) > (least[at] ?? 0);
}
