import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Dialect } from './dialects/index.js';
import { InvalidTargetError, OfflineUnavailableError } from './errors/index.js';
import { runWatched } from './events/watched-runs.js';
import type { BoundDataSource } from './migrate.options.js';
import { type MigrationEnvironment, versionTableOf } from './migration.environment.js';
import type { MigrationOverrides, RunOptions } from './migration.requests.js';
import type { RunResult } from './migration.results.js';
import {
  ambiguousDowngrade,
  parseOfflineRange,
  parseOfflineStamp,
  planDowngrade,
  planStamp,
  planUpgrade,
  type PlanStep,
  type Repository,
  type Revision,
  type RevisionGraph,
} from './repository/index.js';
import { loadRevision } from './repository/files/revision-module.js';
import { type LoadedRevision, runAll, type RunRequest, type RunSettings, writeScript } from './runtime/index.js';

export type RunCommand = 'upgrade' | 'downgrade' | 'stamp' | 'ensureVersion';

export interface Run extends RunOptions {
  readonly command: RunCommand;
  /** One target; several for a stamp. */
  readonly targets: readonly string[];
  readonly purge?: boolean;
}

/** What a run works with, whatever its command. */
export interface RunScene {
  readonly environment: MigrationEnvironment;
  readonly repository: Repository;
  readonly overrides: MigrationOverrides;
  /** Several data sources share the repository: files hold objects keyed by data source name. */
  readonly shared: boolean;
  /** The first of them: plain functions in a file are for it. */
  readonly owner: string;
}

/** Runs a plan on one data source: on its database, or as a script. */
export async function runOn(scene: RunScene, bound: BoundDataSource, request: Run): Promise<RunResult> {
  const result = await (request.sql === true ? writeRun : runOnline)(scene, bound, request);
  for (const message of result.notices) {
    scene.overrides.onNotice?.({ level: 'warning', dataSource: bound.name, message });
  }
  return result;
}

async function runOnline(scene: RunScene, bound: BoundDataSource, request: Run): Promise<RunResult> {
  const { overrides } = scene;
  const range = request.targets.find((target) => target.includes(':'));
  if (range !== undefined) {
    throw new InvalidTargetError(`"${range}" is a range, and only a script (\`--sql\`) has a start of its own`, {
      hint: `A run starts where the database stands: name the end alone, "${range.split(':').at(-1) ?? ''}".`,
    });
  }
  const dialect = await scene.environment.connect(bound);
  const prepared: RunRequest = {
    ...basis(scene, bound, dialect, request),
    plan: (rows) => {
      warnOfAmbiguity(scene, bound, request, rows);
      return planOf(scene.repository, request, request.targets, rows);
    },
    ...(request.purge === true ? { purge: true } : {}),
    onWait: () => overrides.onWait?.(bound.name),
  };
  const results = await runWatched(scene, request, [{ bound, request: prepared }], runAll);
  return results[0] as RunResult;
}

async function writeRun(scene: RunScene, bound: BoundDataSource, request: Run): Promise<RunResult> {
  if (request.purge === true) {
    throw new OfflineUnavailableError('A script cannot purge the version table: it would not know what it deletes.', {
      hint: 'Run `stamp --purge` on the database itself.',
    });
  }
  const { graph } = scene.repository;
  const { startRows, targets } = offlineRange(graph, request);
  return writeScript({
    ...basis(scene, bound, await scene.environment.dialect(bound), request),
    startRows,
    ensureVersionTable: request.command === 'ensureVersion',
    plan: planOf(scene.repository, request, targets, startRows),
    history: planTo(scene.repository, startRows),
  });
}

function offlineRange(
  graph: RevisionGraph,
  { command, targets }: Run,
): { readonly startRows: readonly string[]; readonly targets: readonly string[] } {
  if (command === 'ensureVersion') return { startRows: [], targets: [] };
  if (command === 'stamp') return parseOfflineStamp(graph, targets);
  const { startRows, target } = parseOfflineRange(graph, targets[0] ?? '', command);
  return { startRows, targets: [target] };
}

function warnOfAmbiguity(scene: RunScene, bound: BoundDataSource, request: Run, rows: readonly string[]): void {
  const [target = ''] = request.targets;
  const message =
    request.command === 'downgrade' ? ambiguousDowngrade(scene.repository.graph, target, rows) : undefined;
  if (message !== undefined) scene.overrides.onNotice?.({ level: 'warning', dataSource: bound.name, message });
}

function planOf(
  { graph }: Repository,
  { command, purge }: Run,
  targets: readonly string[],
  rows: readonly string[],
): readonly PlanStep[] {
  const [target = ''] = targets;
  if (command === 'upgrade') return planUpgrade(graph, target, rows);
  if (command === 'downgrade') return planDowngrade(graph, target, rows);
  // A run without steps still makes the version table.
  if (command === 'ensureVersion') return [];
  return planStamp(graph, targets, rows, { purge: purge === true });
}

/** The upgrade steps that lead from base to these version rows. */
function planTo({ graph }: Repository, rows: readonly string[]): readonly PlanStep[] {
  const steps: PlanStep[] = [];
  for (const row of rows) steps.push(...planUpgrade(graph, row, steps.at(-1)?.rows ?? []));
  return steps;
}

function basis(
  { environment, overrides, owner }: RunScene,
  bound: BoundDataSource,
  dialect: Dialect,
  request: Run,
): Omit<RunRequest, 'plan'> {
  return {
    dataSource: bound.dataSource,
    dataSourceName: bound.name,
    dialect,
    settings: settingsOf(bound, request.tag),
    load: (revision) => loadFor(revision, bound.name, owner),
    get: environment.providers,
    onStep: ({ kind, from, to, revision }) =>
      overrides.onStep?.({ dataSource: bound.name, kind, from, to, message: revision?.message ?? '' }),
  };
}

function settingsOf(bound: BoundDataSource, tag: string | undefined): RunSettings {
  const { transactionPerMigration, lockTimeout, statementTimeout, runnerTimeout, xArgs } = bound.config;
  return {
    versionTable: versionTableOf(bound),
    transactionPerMigration,
    lockTimeout,
    statementTimeout,
    runnerTimeout,
    xArgs,
    ...(tag === undefined ? {} : { tag }),
  };
}

/**
 * Loads a revision, narrowed to one data source.
 *
 * Where it exports plain functions in a repository of several databases, it was written when there was but one: the
 * functions belong to the first data source, and the ones added later have nothing to do there.
 */
async function loadFor(revision: Revision, dataSource: string, owner: string): Promise<LoadedRevision> {
  const [module, source] = await Promise.all([loadRevision(revision), readFile(revision.path ?? '')]);
  const narrow = (exported: typeof module.upgrade): LoadedRevision['upgrade'] => {
    if (typeof exported !== 'function') return exported?.[dataSource];
    return dataSource === owner ? exported : undefined;
  };
  const upgrade = narrow(module.upgrade);
  const downgrade = narrow(module.downgrade);
  return {
    checksum: createHash('sha256').update(source).digest('hex'),
    ...(upgrade === undefined ? {} : { upgrade }),
    ...(downgrade === undefined ? {} : { downgrade }),
  };
}
