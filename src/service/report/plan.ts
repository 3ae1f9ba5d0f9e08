import type { Dialect } from '../../dialects/index.js';
import { reportOf, tablesIn, type PlanFacts, type SentStep } from '../../effects/plan-report.js';
import type { TenantContext } from '../../operations/operations.interface.js';
import {
  parseOfflineRange,
  planDowngrade,
  planDowngradeRange,
  planUpgrade,
  planUpgradeRange,
  type PlanStep,
} from '../../repository/index.js';
import type { PlannedStep, PlanReport } from '../../results.js';
import {
  readOpenJournals,
  readRows,
  readTypeormTable,
  type RecordedPlanStep,
  recordPlan,
} from '../../runtime/index.js';
import { versionTableOf } from '../environment.js';
import { RevisionLoader } from '../loader.js';
import { readKnownBefore } from './known-before.js';
import type { BoundDataSource } from '../options/options.js';
import type { PlanOptions } from '../requests.js';
import type { CommandContext } from '../run/command-context.js';
import { planTo, quietRequest } from '../run/common-request.js';
import { answerOf, settleAll } from '../settle.js';
import { unknownRest } from './unknown-rest.js';

/** What a plan is asked for; one of a tenant is planned as its revisions see it. */
export type AskedPlan = PlanOptions & { readonly tenant?: TenantContext };

type Direction = NonNullable<PlanOptions['direction']>;

/**
 * What the revisions between where each database is and a target would do to it; a range has a start of its own, and no database is
 * asked.
 */
export async function readPlan(
  context: CommandContext,
  sources: readonly BoundDataSource[],
  target: string,
  options: AskedPlan,
): Promise<readonly PlanReport[]> {
  const loader = new RevisionLoader(context.sharing);
  // A range is the same for all data sources, and so is what is wrong with it.
  const range = target.includes(':') ? rangeOf(context, target, directionOf(options)) : undefined;
  const settled = await settleAll(sources, (bound) => {
    const asked = { context, bound, loader, target, options };
    return range === undefined ? livePlan(asked) : rangePlan(asked, range);
  });
  return answerOf(settled, (reports) => reports);
}

interface Asked {
  readonly context: CommandContext;
  readonly bound: BoundDataSource;
  readonly loader: RevisionLoader;
  readonly target: string;
  readonly options: AskedPlan;
}

async function livePlan(asked: Asked): Promise<PlanReport> {
  const { context, bound, loader, target, options } = asked;
  const { environment, repository } = context;
  const ask = async (runner: Parameters<Dialect['reflect']>[0], dialect: Dialect): Promise<PlanReport> => {
    const from = (await readRows(runner, dialect, versionTableOf(bound))) ?? [];
    const plan = stepsTo(repository.graph, directionOf(options), target, from);
    const left = await readOpenJournals(runner, dialect, versionTableOf(bound));
    const { startSchema, server } = await readKnownBefore(runner, dialect, bound, plan);
    const quiet = quietRequest(context, bound, dialect, options, loader);
    const settings = { ...quiet.settings, ...(options.tenant && { tenant: options.tenant }) };
    const request = { ...quiet, settings, withoutProviders: true };
    const typeormRows = async (table: string): Promise<readonly string[]> =>
      (await readTypeormTable(bound.dataSource, runner, table)) ?? [];
    const known = { startRows: from, history: [], startSchema, planned: server, left, typeormRows };
    const steps = await recordPlan({ ...request, ...known, plan });
    const sent = steps.flatMap(sentStep);
    const reading = { dialect, read: await dialect.reader() };
    const facts = {
      ...server,
      sizes: await dialect.sizes(runner, tablesIn(sent, reading)),
    };
    const answer = report(bound, from, sent, reading, facts);
    // Counting takes long where there are many tables.
    if (!answer.steps.some(isOpaque)) return answer;
    const sizes = [...(await dialect.sizes(runner, startSchema.tables)).values()];
    return { ...answer, isEmpty: sizes.every(({ rows }) => rows === 0) };
  };
  return environment.withRunner(bound, ask, options.timeout);
}

/** A plan that starts where the range says, whatever a database is at. */
interface Range {
  readonly startRows: readonly string[];
  readonly plan: readonly PlanStep[];
}

function rangeOf({ repository: { graph } }: CommandContext, target: string, direction: Direction): Range {
  const { startRows, target: end } = parseOfflineRange(graph, target, direction);
  const planScript = direction === 'upgrade' ? planUpgradeRange : planDowngradeRange;
  return { startRows, plan: planScript(graph, end, startRows) };
}

async function rangePlan(asked: Asked, { startRows, plan }: Range): Promise<PlanReport> {
  const { context, bound, loader, options } = asked;
  const dialect = await context.environment.dialect(bound);
  const request = { ...quietRequest(context, bound, dialect, options, loader), withoutProviders: true };
  const steps = await recordPlan({ ...request, startRows, plan, history: planTo(context.repository, startRows) });
  const reading = { dialect, read: await dialect.reader() };
  return report(bound, startRows, steps.flatMap(sentStep), reading, {}, false);
}

/** Whether a step may take away anything, for all that is known of it. */
export function isOpaque({ unknown, statements }: PlannedStep): boolean {
  return unknown !== undefined || statements.some(({ mayLose }) => mayLose !== undefined);
}

function directionOf({ direction = 'upgrade' }: PlanOptions): Direction {
  return direction;
}

function stepsTo(
  graph: CommandContext['repository']['graph'],
  direction: Direction,
  target: string,
  rows: readonly string[],
): readonly PlanStep[] {
  return direction === 'upgrade' ? planUpgrade(graph, target, rows) : planDowngrade(graph, target, rows);
}

function sentStep({ step, statements, unknown }: RecordedPlanStep): readonly SentStep[] {
  const { kind, revision } = step;
  if (kind === 'stamp' || revision === undefined) return [];
  return [
    {
      kind,
      revision: revision.id,
      message: revision.message,
      ...(revision.path !== undefined && { path: revision.path }),
      statements,
      ...(unknown !== undefined && { unknown: unknownRest(unknown) }),
    },
  ];
}

function report(
  bound: BoundDataSource,
  from: readonly string[],
  sent: readonly SentStep[],
  reading: Parameters<typeof reportOf>[1],
  facts: PlanFacts,
  isConnected = true,
): PlanReport {
  const ownSchema = reading.dialect.ownSchema(bound.dataSource)?.name;
  const steps = reportOf(sent, reading, { ...facts, ...(ownSchema !== undefined && { ownSchema }) });
  const transactions = new Set(
    steps.flatMap(({ statements }) => statements.flatMap(({ transaction }) => transaction ?? [])),
  );
  return { dataSource: bound.name, from, isConnected, steps, transactions: transactions.size };
}
