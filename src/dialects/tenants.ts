import type { DataSource, DataSourceOptions, QueryRunner } from 'typeorm';
import type { QualifiedName } from '../schema/schema.model.js';

/** How the tenants of a fleet are reached: each in a schema, a database or a file of its own. */
export interface DialectTenants {
  /** The server of a data source, whose sessions are counted: `localhost:5432`. Files are all on one, this machine. */
  serverOf(options: DataSourceAddress): string;
  /**
   * Where one connection reads the version tables of many tenants: the options that differ from those of a tenant, and the schema
   * in which its table is found there.
   */
  readingOf(options: DataSourceAddress, schema: string | undefined): ReadingPlace;
  /**
   * Reads version tables, in as few queries as it takes. A table that cannot be read keeps no other from being read.
   *
   * @returns an answer for each table, in their order
   * @throws what the driver throws when the connection is lost
   */
  readVersions(runner: QueryRunner, tables: readonly QualifiedName[]): Promise<readonly VersionsFound[]>;
  /** Options with which the driver connects to what exists, and makes nothing that does not. */
  openingOf(options: DataSourceAddress): Partial<DataSourceOptions>;
  /** Why there is nothing to connect to, where that is known without connecting. */
  missing?(options: DataSourceAddress): string | undefined;
  /** Whether an error of connecting means that the database does not exist. */
  isGone(error: unknown): boolean;
  /** Whether an error of connecting means that the server has too many clients. */
  isFull(error: unknown): boolean;
  /** A schema's name as the database keeps it. Absent where it keeps every name as it is, or has no schemas. */
  keptName?(schema: string): string;
  /** Names of schemas that mean something else on a search path. Absent where there are none. */
  readonly reservedSchemas?: readonly string[];
  /** Points a connected data source at another schema of its database. Absent where a data source is for one database only. */
  enter?(dataSource: DataSource, schema: string): void;
}

/** Options of a data source, whatever its type. */
export interface DataSourceAddress {
  readonly type: string;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly username?: string | undefined;
  readonly database?: string | undefined;
  readonly socketPath?: string | undefined;
}

/** Where the version table of a tenant is read. */
export interface ReadingPlace {
  readonly options: Partial<DataSourceOptions>;
  readonly schema?: string | undefined;
}

/** What became of reading one version table. */
export type VersionsFound =
  /** Its rows; none where the table does not exist. */
  | { readonly rows: readonly string[] }
  /** The schema does not exist; a message about it. */
  | { readonly gone: string }
  | { readonly error: unknown };
