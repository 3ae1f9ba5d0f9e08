import { readFileSync } from 'node:fs';
import type { Dialect } from '../../dialects/index.js';
import type { PlanFacts, Reading } from '../../effects/plan-report.js';
import { closest } from '../../errors/closest.js';
import type { MigrateError } from '../../errors/migrate.error.js';
import { UnsupportedOperationError } from '../../errors/operations.errors.js';
import { MigrateOptionsError } from '../../errors/service.errors.js';
import { lintRevisions } from '../../lint/lint.js';
import { CODES, UNEXPLAINED_ALLOWANCE, UNUSED_ALLOWANCE } from '../../lint/registry.js';
import type { LintStep } from '../../lint/run.js';
import { tablesNamed } from '../../lint/tables-named.js';
import { urlOf } from '../../lint/url.js';
import {
  parseOfflineRange,
  planUpgrade,
  planUpgradeRange,
  type PlanStep,
  type RevisionGraph,
} from '../../repository/index.js';
import type { LintFinding } from '../../results.js';
import { readOpenJournals, readRows, type RecordedPlanStep, recordPlan } from '../../runtime/index.js';
import { lineIn } from '../../runtime/revision/call-sites.js';
import { versionTableOf } from '../environment.js';
import { RevisionLoader } from '../loader.js';
import { readKnownBefore } from './known-before.js';
import type { BoundDataSource } from '../options/options.js';
import type { LintOptions } from '../requests.js';
import type { CommandContext } from '../run/command-context.js';
import { quietRequest } from '../run/common-request.js';
import { answerOf, settleAll } from '../settle.js';
import { revisionsSince } from './since.js';
import { unknownRest } from './unknown-rest.js';

/** Which revisions are linted: those of `ids`, with the steps that are before and between them. */
interface Selection {
  readonly ids: ReadonlySet<string>;
  /** Each of them is a run by itself: they are no pending ones. */
  readonly isRunEach: boolean;
}

/**
 * What is dangerous in revisions to a database that serves: in those that are pending where each database is, or in others, for which no
 * database is asked.
 */
export async function readLint(
  context: CommandContext,
  sources: readonly BoundDataSource[],
  options: LintOptions,
): Promise<readonly LintFinding[]> {
  refuseSeveral(options);
  for (const { config } of sources) refuseUnknownCodes(config.lint);
  const loader = new RevisionLoader(context.sharing);
  const selection = await selectionOf(context.repository.graph, options);
  const settled = await settleAll(sources, (bound) => {
    const asked = { context, bound, loader, options };
    return selection === undefined ? lintPending(asked) : lintSelected(asked, selection);
  });
  return answerOf(settled, (findings) => withoutUsedElsewhere(findings, context.sharing.length));
}

/**
 * The findings without comments that allow something in the part of another data source of the same file: what is left over is so for all
 * that share the repository, and is reported once.
 */
function withoutUsedElsewhere(findings: readonly (readonly LintFinding[])[], sharing: number): readonly LintFinding[] {
  const placeOf = ({ path, line, target }: LintFinding): string => `${path}:${line} ${target}`;
  const isUnused = ({ code }: LintFinding): boolean => code === UNUSED_ALLOWANCE.code;
  const isComment = (one: LintFinding): boolean => isUnused(one) || one.code === UNEXPLAINED_ALLOWANCE.code;
  const all = findings.flat();
  const seen = new Set<string>();
  return all.filter((finding) => {
    if (!isComment(finding)) return true;
    const place = placeOf(finding);
    const isFirst = !seen.has(place);
    seen.add(place);
    if (!isFirst || !isUnused(finding)) return isFirst;
    return all.filter((each) => isUnused(each) && placeOf(each) === place).length === sharing;
  });
}

interface Asked {
  readonly context: CommandContext;
  readonly bound: BoundDataSource;
  readonly loader: RevisionLoader;
  readonly options: LintOptions;
}

function refuseSeveral({ all, range, since }: LintOptions): void {
  const given = Object.entries({ all: all === true ? all : undefined, range, since }).filter(
    ([, value]) => value !== undefined,
  );
  if (given.length < 2) return;
  const names = given.map(([name]) => name).join(' and ');
  throw new MigrateOptionsError(`lint takes one of range, all and since, and has ${names}`, {
    hint: 'Leave all out for the revisions that are pending.',
  });
}

function refuseUnknownCodes(rules: BoundDataSource['config']['lint']): void {
  const unknown = [...(rules?.allow ?? []), ...Object.keys(rules?.levels ?? {})].find((code) => !CODES.has(code));
  if (unknown === undefined) return;
  const meant = closest(unknown, [...CODES]);
  throw new MigrateOptionsError(`The migration option "lint" names a rule that does not exist: '${unknown}'.`, {
    hint: meant === undefined ? `The rules are listed in ${urlOf('README')}.` : `Did you mean '${meant}'?`,
  });
}

/** The selected revisions; undefined for those that are pending, which a database knows. */
async function selectionOf(graph: RevisionGraph, { range, all, since }: LintOptions): Promise<Selection | undefined> {
  if (all === true) return { ids: new Set(graph.revisions().map(({ id }) => id)), isRunEach: true };
  if (since !== undefined) return { ids: await revisionsSince(graph.revisions(), since), isRunEach: false };
  if (range === undefined) return undefined;
  if (!range.includes(':')) return { ids: new Set(graph.resolve(range).map(({ id }) => id)), isRunEach: false };
  const { startRows, target } = parseOfflineRange(graph, range, 'upgrade');
  const plan = planUpgradeRange(graph, target, startRows);
  return { ids: new Set(plan.flatMap(({ revision }) => revision?.id ?? [])), isRunEach: false };
}

async function lintPending(asked: Asked): Promise<readonly LintFinding[]> {
  const { context, bound, loader, options } = asked;
  const { environment, repository } = context;
  const ask = async (runner: Parameters<Dialect['reflect']>[0], dialect: Dialect): Promise<readonly LintFinding[]> => {
    const from = (await readRows(runner, dialect, versionTableOf(bound))) ?? [];
    const plan = planUpgrade(repository.graph, 'heads', from);
    if (plan.length === 0) return [];
    const left = await readOpenJournals(runner, dialect, versionTableOf(bound));
    const { startSchema, server } = await readKnownBefore(runner, dialect, bound, plan);
    const request = quietRequest(context, bound, dialect, {}, loader);
    const known = { startRows: from, history: [], startSchema, planned: server, left };
    const recorded = await recordPlan({ ...request, ...known, plan }, { isRefusedKept: true, trustsRawSql: true });
    const steps = recorded.map((step) => lintStep(step, true));
    const reading = { dialect, read: await dialect.reader() };
    const facts = {
      ...server,
      sizes: await dialect.sizes(runner, tablesNamed(steps, reading, dialect.ownSchema(bound.dataSource)?.name)),
    };
    return findingsOf(asked, reading, steps, facts, false);
  };
  return environment.withRunner(bound, ask, options.timeout);
}

async function lintSelected(asked: Asked, { ids, isRunEach }: Selection): Promise<readonly LintFinding[]> {
  const { context, bound, loader } = asked;
  const dialect = await context.environment.dialect(bound);
  const { graph } = context.repository;
  // What another branch makes of the schema is nothing to these.
  const related = new Set([...ids].flatMap((id) => [id, ...graph.ancestors(id, { dependencies: true })]));
  const all = planUpgrade(graph, 'heads', []).filter(({ revision }) => revision && related.has(revision.id));
  const isSelected = ({ revision }: PlanStep): boolean => revision !== undefined && ids.has(revision.id);
  const [first, last] = [all.findIndex(isSelected), all.findLastIndex(isSelected)];
  if (first < 0) return [];
  const history = all.slice(0, first);
  const request = quietRequest(context, bound, dialect, {}, loader);
  const recorded = await recordPlan(
    {
      ...request,
      startRows: history.at(-1)?.rows ?? [],
      plan: all.slice(first, last + 1),
      history,
    },
    { isRefusedKept: true, trustsRawSql: true },
  );
  const steps = recorded.map((step) => lintStep(step, isSelected(step.step)));
  return findingsOf(asked, { dialect, read: await dialect.reader() }, steps, {}, isRunEach);
}

function findingsOf(
  { bound }: Asked,
  reading: Reading,
  steps: readonly LintStep[],
  facts: PlanFacts,
  isRunEach: boolean,
): readonly LintFinding[] {
  const ownSchema = reading.dialect.ownSchema(bound.dataSource)?.name;
  return lintRevisions({
    dataSource: bound.name,
    reading,
    facts: { ...facts, ...(ownSchema !== undefined && { ownSchema }) },
    steps,
    isRunEach,
    transactionPerMigration: bound.config.transactionPerMigration,
    lockTimeout: bound.config.lockTimeout,
    options: bound.config.lint ?? {},
    sourceOf: (path) => readFileSync(path, 'utf8'),
  });
}

function lintStep({ step, statements, unknown, refusedAt }: RecordedPlanStep, isLinted: boolean): LintStep {
  const { revision } = step;
  const path = revision?.path;
  return {
    kind: 'upgrade',
    revision: revision?.id ?? '',
    message: revision?.message ?? '',
    ...(path !== undefined && { path }),
    isLinted,
    statements: statements.map((statement) => ({
      ...statement,
      line: () => (path === undefined ? undefined : lineIn(statement.place?.text, path)),
    })),
    ...(unknown !== undefined && unknownOf(unknown, refusedAt?.text, path)),
  };
}

/** Why the rest of a revision is not known; what the database refuses in any case is an error in it. */
function unknownOf(
  error: MigrateError,
  place: string | undefined,
  path: string | undefined,
): Pick<LintStep, 'unknown' | 'refusedAt'> {
  if (!(error instanceof UnsupportedOperationError)) return { unknown: unknownRest(error) };
  const text = `This fails: ${error.message}${error.hint === undefined ? '' : ` ${error.hint}`}`;
  return { unknown: text, refusedAt: () => (path === undefined ? undefined : lineIn(place, path)) };
}
