import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { type DatabaseTemplates, templatesFor } from '../dialects/index.js';
import { TestDatabaseError } from '../errors/index.js';
import { settleNames } from '../module/migrate.data-sources.js';
import type { MigrateModuleOptions } from '../service/options/options.js';
import type { ProviderResolver } from '../service/provider-resolver.js';
import { MigrationEnvironment } from '../service/environment.js';
import { MigrationService } from '../service/migration.service.js';
import type { RevisionInfo } from '../results.js';
import { version } from '../version.js';

/**
 * Which database to make.
 *
 * @example
 *     const request: TestDatabaseRequest = { dataSource: { type: 'better-sqlite3', database: 'app.sqlite' }, target: 'ae10' };
 */
export interface TestDatabaseRequest<Options extends DataSourceOptions = DataSourceOptions> {
  /**
   * The options of the data source, as `TypeOrmModule.forRoot` gets them.
   *
   * PostgreSQL: the database that they name is connected to and left alone; the role needs CREATEDB. MySQL and
   * MariaDB: likewise; the user may do all in databases `migrate_test_…`. SQLite: the file that they name is not touched.
   *
   * @example dataSource: { type: 'postgres', url: process.env['DATABASE_URL'] }
   */
  readonly dataSource: Options;
  /** What `MigrateModule.forRoot` gets: directory, names of the data sources, version table. @default {} @example migrate: { directory: 'migrations' } */
  readonly migrate?: MigrateModuleOptions;
  /** Which of `migrate.dataSources` this is. @default the first @example name: 'analytics' */
  readonly name?: string;
  /** The revisions to run, in the target grammar. @default 'heads' @example target: 'ae10' */
  readonly target?: string;
  /**
   * Finds the providers that revisions ask for with `op.get`.
   *
   * @default none: a revision that asks fails
   * @example get: async () => ({ hash: (text: string) => text }) as never
   */
  readonly get?: ProviderResolver;
  /**
   * Where SQLite files are kept.
   *
   * @default 'node_modules/.cache/nestjs-migrate/test-databases'
   * @example cacheDirectory: '/tmp/test-databases'
   */
  readonly cacheDirectory?: string;
}

/** A database of its own for one test file. */
export interface TestDatabase<Options extends DataSourceOptions = DataSourceOptions> {
  /** The options of the request, leading to this database. */
  readonly options: Options;
  /** `postgres://…`, `mysql://…`, or the path of the SQLite file. */
  readonly url: string;
  /** Drops the database, even if others are still connected to it. */
  drop(): Promise<void>;
}

const CACHE = 'node_modules/.cache/nestjs-migrate/test-databases';

/**
 * A new database at head, without running the revisions: the copy of a template.
 *
 * The template is made by the first call after a revision file was added or changed, and kept: on SQLite as a file, else as a
 * database of the server. Jest workers may call this at once. Configure hooks and listeners of the application
 * are not asked, since there is no application yet.
 *
 * @throws TestDatabaseError when the server does not let databases be made, and what `upgrade` throws
 * @example
 *     const database = await createTestDatabase({ dataSource: { type: 'postgres', url: process.env.DATABASE_URL } });
 *     process.env.DATABASE_URL = database.url; // before the application reads it
 *     await database.drop();
 */
export async function createTestDatabase<Options extends DataSourceOptions>(
  request: TestDatabaseRequest<Options>,
): Promise<TestDatabase<Options>> {
  const subject = subjectOf(request);
  const copy = await templatesOf(subject).copy(await keyOf(subject), (options) => upgrade(subject, options));
  return { ...copy, options: copy.options as Options };
}

/**
 * Drops what test runs of this repository left behind when they were killed, and with `templates` the templates too.
 *
 * It takes databases away from tests that are running: call it in Jest's `globalSetup` or `globalTeardown`.
 *
 * @throws TestDatabaseError when the server does not let databases be dropped
 * @example
 *     await dropTestDatabases({ dataSource: { type: 'postgres', url: process.env['DATABASE_URL'] } }, { templates: true });
 */
export function dropTestDatabases(
  request: TestDatabaseRequest,
  { templates = false }: { readonly templates?: boolean } = {},
): Promise<void> {
  return templatesOf(subjectOf(request)).drop({ templates });
}

/** A request with its defaults filled in. */
interface Subject {
  readonly request: TestDatabaseRequest;
  readonly migrate: MigrateModuleOptions;
  /** The entries of `forRoot`; the first is the one that plain functions in revisions are for. */
  readonly entries: ReturnType<typeof settleNames>;
  readonly name: string;
  readonly target: string;
}

function subjectOf(request: TestDatabaseRequest): Subject {
  const { migrate = {}, target = 'heads' } = request;
  const entries = settleNames(migrate.dataSources);
  return { request, migrate, entries, name: request.name ?? entries[0]?.name ?? 'default', target };
}

function environmentOf({ request, migrate, entries, name }: Subject, dataSource?: DataSource): MigrationEnvironment {
  const found = entries.map(({ dataSource: _own, ...entry }) => ({
    entry,
    ...(entry.name === name && dataSource !== undefined ? { dataSource } : {}),
  }));
  // Many workers may come to the server at once.
  const options = { command: 'db', connectTimeout: 60_000, ...migrate };
  return new MigrationEnvironment(options, found, request.get ?? refuse);
}

function refuse(token: unknown): Promise<never> {
  const asked = typeof token === 'function' ? token.name : String(token);
  throw new TestDatabaseError(`A revision asks for the provider ${asked}, and a test database has no application.`, {
    hint: 'Pass `get` to createTestDatabase(): (token) => a provider, real or made for the test.',
  });
}

async function upgrade(subject: Subject, options: DataSourceOptions): Promise<void> {
  const environment = environmentOf(subject, new DataSource(options));
  const service = new MigrationService(environment, [subject.name]);
  try {
    await service.upgrade(subject.target);
  } finally {
    await service.close();
  }
}

function templatesOf(subject: Subject): DatabaseTemplates {
  const { request, name } = subject;
  return templatesFor(request.dataSource, {
    family: `migrate_test_${digest([environmentOf(subject).directoryOf(name), name]).slice(0, 8)}`,
    directory: resolve(request.cacheDirectory ?? CACHE),
  });
}

/** What a template holds: everything that decides what the upgrade makes. */
async function keyOf(subject: Subject): Promise<string> {
  const { request, migrate, entries, name, target } = subject;
  const { dataSource } = request;
  const revisions = await new MigrationService(environmentOf(subject), [name]).history();
  const files = await Promise.all(revisions.map(contentOf));
  const { versionTable, versionTableSchema } = { ...migrate, ...entries.find((entry) => entry.name === name) };
  const names = entries.map((entry) => entry.name);
  const place = [dataSource.type, 'schema' in dataSource ? dataSource.schema : '', versionTable, versionTableSchema];
  return digest([version, names, name, place, migrate.xArgs, target, files.sort()]).slice(0, 12);
}

async function contentOf({ revision, path }: RevisionInfo): Promise<string> {
  return `${revision}:${createHash('sha256')
    .update(await readFile(path))
    .digest('hex')}`;
}

function digest(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
