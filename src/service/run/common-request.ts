import type { Dialect } from '../../dialects/index.js';
import { planUpgrade, type PlanStep, type Repository } from '../../repository/index.js';
import type { RunRequest, RunSettings, StepPlace } from '../../runtime/index.js';
import { versionTableOf } from '../environment.js';
import type { RevisionLoader } from '../loader.js';
import type { BoundDataSource } from '../options/options.js';
import type { CommandContext, RunCommand } from './command-context.js';

/** The upgrade steps that lead from base to these version rows. */
export function planTo({ graph }: Repository, rows: readonly string[]): readonly PlanStep[] {
  const steps: PlanStep[] = [];
  for (const row of rows) steps.push(...planUpgrade(graph, row, steps.at(-1)?.rows ?? []));
  return steps;
}

/** What runs, scripts and plans on a data source have in common. */
export function commonRequest(
  { environment, overrides }: CommandContext,
  bound: BoundDataSource,
  dialect: Dialect,
  request: Pick<RunCommand, 'tag'>,
  loader: RevisionLoader,
): Omit<RunRequest, 'plan'> {
  const { onStep } = overrides;
  return {
    dataSource: bound.dataSource,
    dataSourceName: bound.name,
    dialect,
    settings: settingsOf(bound, request.tag),
    load: (revision) => loader.load(revision, bound.name),
    get: environment.providers,
    ...(onStep && {
      onStep: ({ kind, from, to, revision }: PlanStep, place: StepPlace) =>
        onStep({ dataSource: bound.name, kind, from, to, message: revision?.message ?? '', ...place }),
    }),
  };
}

/** The same for a script that reports no step as running. */
export function quietRequest(
  ...given: Parameters<typeof commonRequest>
): Omit<ReturnType<typeof commonRequest>, 'onStep'> {
  const { onStep: _onStep, ...request } = commonRequest(...given);
  return request;
}

/** The settings of runs on a data source. */
export function settingsOf(bound: BoundDataSource, tag: string | undefined): RunSettings {
  const {
    transactionPerMigration,
    lockTimeout,
    lockAttempts,
    statementTimeout,
    revisionTimeout,
    runnerTimeout,
    connectTimeout,
    waitForDatabase,
    lock,
    xArgs,
  } = bound.config;
  return {
    versionTable: versionTableOf(bound),
    transactionPerMigration,
    lockTimeout,
    lockAttempts,
    statementTimeout: shorter(statementTimeout, revisionTimeout),
    revisionTimeout,
    runnerTimeout,
    connectTimeout,
    waitForDatabase,
    lock,
    xArgs,
    ...(tag === undefined ? {} : { tag }),
  };
}

/** The shorter of two times of which 0 is no limit. */
function shorter(one: number, other: number): number {
  return one === 0 || other === 0 ? Math.max(one, other) : Math.min(one, other);
}
