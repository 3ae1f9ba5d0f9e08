import type { Dialect } from '../../dialects/index.js';
import { InvalidTargetError, OfflineUnavailableError, ResumeFromError } from '../../errors/index.js';
import type { CommandContext, RunCommand } from './command-context.js';
import { commonRequest, planTo } from './common-request.js';
import { confirmDataLoss } from './data-loss.js';
import { runWatched } from './watched-runs.js';
import type { BoundDataSource } from '../options/options.js';
import type { RunResult } from '../../results.js';
import {
  ambiguousDowngrade,
  parseOfflineRange,
  parseOfflineStamp,
  planDowngrade,
  planDowngradeRange,
  planStamp,
  planUpgrade,
  planUpgradeRange,
  type PlanStep,
  type Repository,
  type RevisionGraph,
} from '../../repository/index.js';
import { RevisionLoader } from '../loader.js';
import { warnOfTypeorm } from '../connect/typeorm-options.js';
import { runAll, type RunRequest, type StopOptions, writeScript } from '../../runtime/index.js';

/** Runs a plan on each data source: on their databases, all as one run, or as a script for each. */
export async function runOn(
  context: CommandContext,
  sources: readonly BoundDataSource[],
  request: RunCommand,
): Promise<readonly RunResult[]> {
  const { onNotice } = context.overrides;
  const loader = new RevisionLoader(context.sharing);
  const results = await (request.sql === true ? writeScripts : runOnline)(context, sources, request, loader);
  for (const { dataSource, notices } of results) {
    for (const message of notices) onNotice?.({ level: 'warning', dataSource, message });
  }
  for (const message of loader.notices) onNotice?.({ level: 'warning', message });
  return results;
}

async function runOnline(
  context: CommandContext,
  sources: readonly BoundDataSource[],
  request: RunCommand,
  loader: RevisionLoader,
): Promise<readonly RunResult[]> {
  const range = request.targets.find((target) => target.includes(':'));
  if (range !== undefined) {
    const end = range.split(':').at(-1) || (request.command === 'downgrade' ? 'base' : 'head');
    throw new InvalidTargetError(`"${range}" is a range, and only a script (\`--sql\`) has a start of its own`, {
      hint: `A run starts where the database is: name only the end, "${end}".`,
    });
  }
  refuseResume(request, sources);
  await confirmDataLoss(context, sources, request);
  const dialects = await connectAll(context, sources);
  if (request.command === 'upgrade') sources.forEach(warnOfTypeorm);
  const prepared = sources.map((bound, index) => ({
    bound,
    request: onlineRequest(
      context,
      bound,
      request,
      commonRequest(context, bound, dialects[index] as Dialect, request, loader),
    ),
  }));
  // As for what concerns the files, the first one's config decides what concerns all databases.
  const twoPhase = sources[0]?.config.twoPhase === true;
  return runWatched(context, request, prepared, (requests) => runAll(requests, { twoPhase }));
}

/** @throws ResumeFromError for several data sources: a number is that of one revision on one database */
function refuseResume({ resumeFrom }: RunCommand, sources: readonly BoundDataSource[]): void {
  if (resumeFrom === undefined || sources.length < 2) return;
  throw new ResumeFromError('--resume-from is about one database, and this runs on several.', {
    hint: `Name one with --data-source: ${sources.map(({ name }) => name).join(', ')}.`,
  });
}

/** Opens all at once, so that those which are down are waited for together. @throws the error of the first that is down */
async function connectAll(
  { environment }: CommandContext,
  sources: readonly BoundDataSource[],
): Promise<readonly Dialect[]> {
  const settled = await Promise.allSettled(sources.map((bound) => environment.connect(bound)));
  return settled.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
}

/** The request of a run on a database. */
export function onlineRequest(
  context: CommandContext,
  bound: BoundDataSource,
  request: RunCommand,
  common: Omit<RunRequest, 'plan'>,
): RunRequest {
  const { onStatement } = context.overrides;
  return {
    ...common,
    plan: (rows) => {
      warnOfAmbiguity(context, bound, request, rows);
      return planOf(context.repository, request, request.targets, rows);
    },
    areRelated: (one, other) => context.repository.graph.areRelated(one, other),
    ...(request.purge === true ? { purge: true } : {}),
    ...(request.resumeFrom === undefined ? {} : { resumeFrom: request.resumeFrom }),
    ...(request.abandon === true && { abandon: true }),
    onWait: (...wait) => context.overrides.onWait?.(bound.name, ...wait),
    onResume: (message) => context.overrides.onNotice?.({ level: 'info', dataSource: bound.name, message }),
    onLockWait: (message) => context.overrides.onNotice?.({ level: 'info', dataSource: bound.name, message }),
    ...(onStatement && { onStatement: (report) => onStatement({ dataSource: bound.name, ...report }) }),
    ...(bound.onQuery && { onQuery: bound.onQuery }),
    ...(bound.queryRunner && { queryRunner: bound.queryRunner }),
    ...stopOptionsOf(bound),
  };
}

async function writeScripts(
  context: CommandContext,
  sources: readonly BoundDataSource[],
  request: RunCommand,
  loader: RevisionLoader,
): Promise<readonly RunResult[]> {
  if (request.resumeFrom !== undefined) {
    throw new OfflineUnavailableError(
      'A script runs each revision as a whole: it cannot be resumed from a statement.',
      {
        hint: 'Leave --sql or --resume-from out.',
      },
    );
  }
  if (request.purge === true) {
    throw new OfflineUnavailableError('A script cannot purge the version table: it would not know what it deletes.', {
      hint: 'Run `npx nest-cmd db stamp --purge` on the database itself.',
    });
  }
  const { graph } = context.repository;
  const { startRows, targets } = offlineRange(graph, request);
  const plan = scriptPlanOf(context.repository, request, targets, startRows);
  const scripts: RunResult[] = [];
  for (const bound of sources) {
    const script = await writeScript({
      ...commonRequest(context, bound, await context.environment.dialect(bound), request, loader),
      startRows,
      ensureVersionTable: request.command === 'ensureVersion',
      plan,
      history: planTo(context.repository, startRows),
    });
    scripts.push(script);
  }
  return scripts;
}

function offlineRange(
  graph: RevisionGraph,
  { command, targets }: RunCommand,
): { readonly startRows: readonly string[]; readonly targets: readonly string[] } {
  if (command === 'ensureVersion') return { startRows: [], targets: [] };
  if (command === 'stamp') return parseOfflineStamp(graph, targets);
  const { startRows, target } = parseOfflineRange(graph, targets[0] ?? '', command);
  return { startRows, targets: [target] };
}

function warnOfAmbiguity(
  context: CommandContext,
  bound: BoundDataSource,
  request: RunCommand,
  rows: readonly string[],
): void {
  const [target = ''] = request.targets;
  const message =
    request.command === 'downgrade' ? ambiguousDowngrade(context.repository.graph, target, rows) : undefined;
  if (message !== undefined) context.overrides.onNotice?.({ level: 'warning', dataSource: bound.name, message });
}

function scriptPlanOf(
  repository: Repository,
  request: RunCommand,
  targets: readonly string[],
  startRows: readonly string[],
): readonly PlanStep[] {
  const { graph } = repository;
  const [target = ''] = targets;
  if (request.command === 'upgrade') return planUpgradeRange(graph, target, startRows);
  if (request.command === 'downgrade') return planDowngradeRange(graph, target, startRows);
  return planOf(repository, request, targets, startRows);
}

function planOf(
  { graph }: Repository,
  { command, purge }: RunCommand,
  targets: readonly string[],
  rows: readonly string[],
): readonly PlanStep[] {
  if (command === 'upgrade') return planAll(targets, rows, (target, from) => planUpgrade(graph, target, from));
  if (command === 'downgrade') {
    return planAll(targets, rows, (target, from) => (from.includes(target) ? [] : planDowngrade(graph, target, from)));
  }
  // A run without steps still makes the version table.
  if (command === 'ensureVersion') return [];
  return planStamp(graph, targets, rows, { purge: purge === true });
}

/** The steps to several targets, one after the other. */
function planAll(
  targets: readonly string[],
  rows: readonly string[],
  plan: (target: string, rows: readonly string[]) => readonly PlanStep[],
): readonly PlanStep[] {
  const steps: PlanStep[] = [];
  for (const target of targets) steps.push(...plan(target, steps.at(-1)?.rows ?? rows));
  return steps;
}

/** How a run on a data source is stopped. */
export function stopOptionsOf({ signal, grace }: BoundDataSource): StopOptions {
  return { ...(signal && { signal }), ...(grace !== undefined && { grace }) };
}
