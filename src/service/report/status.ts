import type { DataSource, QueryRunner } from 'typeorm';
import type { Dialect } from '../../dialects/index.js';
import { RunAbortedError } from '../../errors/abort.errors.js';
import { MigrateError } from '../../errors/migrate.error.js';
import type { BoundDataSource } from '../options/options.js';
import { unreachable } from '../connect/unreachable.js';
import { type MigrationEnvironment, versionTableOf } from '../environment.js';
import { repositorySettingsOf } from '../options/repository-settings.js';
import type { StatusOptions } from '../requests.js';
import type { MigrationState, MigrationStatus } from '../../results.js';
import { planUpgrade, type Repository, type RevisionGraph } from '../../repository/index.js';
import { RepositoryCache } from '../../repository/repository-cache.js';

/** Longest wait for the answer of a database, ms: a health check has to answer soon. */
const STATUS_TIMEOUT = 3_000;

/**
 * Compares the version rows of each data source with the revision files, all at once.
 *
 * @throws UnsupportedDriverError, RunAbortedError; a database that cannot be asked is one of the results
 */
export async function readStatus(
  environment: MigrationEnvironment,
  sources: readonly [BoundDataSource, ...BoundDataSource[]],
  { timeout = STATUS_TIMEOUT, halfDone = false }: StatusOptions = {},
): Promise<readonly MigrationStatus[]> {
  const { graph } = await openRepository(environment, sources[0]);
  // Before the clock of the databases runs: reading our own files the first time is no fault of theirs.
  const runtime = await import('../../runtime/index.js');
  const heads = graph.realHeads().map(({ id }) => id);
  return Promise.all(
    sources.map(async (bound): Promise<MigrationStatus> => {
      await environment.dialect(bound);
      try {
        return await environment.withRunner(
          bound,
          async (runner, dialect) => {
            const answer = await ask(runtime, bound, graph, heads, runner, dialect);
            const left = halfDone ? await runtime.readHalfDone(runner, dialect, versionTableOf(bound)) : [];
            return { ...statusOf(graph, heads, bound, answer), ...(left.length > 0 && { halfDone: left }) };
          },
          timeout,
        );
      } catch (error) {
        if (error instanceof RunAbortedError) throw error;
        return down(bound, heads, error);
      }
    }),
  );
}

/** The repositories that were read for the status of an application's databases, kept for the next time. */
const repositories = new WeakMap<MigrationEnvironment, RepositoryCache>();

function openRepository(environment: MigrationEnvironment, bound: BoundDataSource): Promise<Repository> {
  const cache = repositories.get(environment) ?? new RepositoryCache();
  repositories.set(environment, cache);
  return cache.open(bound.config.directory, repositorySettingsOf(bound));
}

/** What a database answered. */
interface Answer {
  readonly rows: readonly string[];
  readonly unknown: readonly string[];
  /** The unknown rows are revisions above all that the files have. */
  readonly superseded: boolean;
}

/** What the history table says of rows that no file has, by database: it does not change, so it is asked once. */
const superseded = new WeakMap<DataSource, { readonly of: string; readonly answer: boolean }>();

async function ask(
  { areHeadsSuperseded, readRows }: typeof import('../../runtime/index.js'),
  bound: BoundDataSource,
  graph: RevisionGraph,
  heads: readonly string[],
  runner: QueryRunner,
  dialect: Dialect,
): Promise<Answer> {
  const versionTable = versionTableOf(bound);
  const rows = (await readRows(runner, dialect, versionTable)) ?? [];
  const unknown = rows.filter((row) => !graph.has(row));
  if (unknown.length === 0) return { rows, unknown, superseded: false };
  const of = JSON.stringify([versionTable, rows, heads]);
  const known = superseded.get(bound.dataSource);
  if (known?.of === of) return { rows, unknown, superseded: known.answer };
  const answer = await areHeadsSuperseded(runner, dialect, versionTable, { rows, unknown, heads });
  superseded.set(bound.dataSource, { of, answer });
  return { rows, unknown, superseded: answer };
}

function statusOf(
  graph: RevisionGraph,
  heads: readonly string[],
  { name }: BoundDataSource,
  { rows, unknown, superseded }: Answer,
): MigrationStatus {
  const isKnown = unknown.length === 0;
  const pending = isKnown ? planUpgrade(graph, 'heads', rows).flatMap(({ revision }) => revision?.id ?? []) : [];
  const state = isKnown ? stateOfKnown(pending) : stateOfUnknown(superseded);
  return {
    dataSource: name,
    state,
    current: rows,
    heads,
    unknown,
    pending,
    upToDate: state === 'current',
  };
}

function stateOfKnown(pending: readonly string[]): MigrationState {
  return pending.length === 0 ? 'current' : 'behind';
}

function stateOfUnknown(superseded: boolean): MigrationState {
  return superseded ? 'ahead' : 'unknown';
}

function down(bound: BoundDataSource, heads: readonly string[], cause: unknown): MigrationStatus {
  const { code, message } = cause instanceof MigrateError ? cause : unreachable(bound, cause);
  return {
    dataSource: bound.name,
    state: 'down',
    current: [],
    heads,
    unknown: [],
    pending: [],
    upToDate: false,
    error: { code, message },
  };
}
