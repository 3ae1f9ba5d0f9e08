import type { DataSource } from 'typeorm';
import { DatabaseNotAtHeadsError } from '../../errors/service.errors.js';
import type { BoundDataSource } from '../options/options.js';
import { type Attempt, answerOf, attemptAll } from '../attempts.js';
import { describeRevision } from './describe.js';
import { type MigrationEnvironment, versionTableOf } from '../environment.js';
import type { CurrentOptions, HistoryOptions } from '../requests.js';
import type { BranchInfo, CurrentInfo, RevisionInfo } from '../../results.js';
import { describeTarget } from '../connect/unreachable.js';
import type { RevisionGraph } from '../../repository/index.js';
import { currentRevisions } from '../../repository/plan/current.js';
import { history, rangeInvolvesCurrent } from '../../repository/plan/history.js';

/** A database and its version rows. */
interface Standing {
  readonly dataSource: string;
  readonly place: Pick<CurrentInfo, 'database' | 'schema'>;
  /** Sorted; empty also where there is no version table yet. */
  readonly rows: readonly string[];
  /** The same, to look them up. */
  readonly rowSet: ReadonlySet<string>;
}

/** The revisions that each data source stands at. */
export async function readCurrent(
  environment: MigrationEnvironment,
  graph: RevisionGraph,
  sources: readonly BoundDataSource[],
  { checkHeads = false, verbose = false }: CurrentOptions,
): Promise<readonly CurrentInfo[]> {
  const heads = graph.heads().map(({ id }) => id);
  const attempts = await attemptStanding(environment, sources, ({ dataSource, place, rows }) => ({
    rows,
    info: {
      dataSource,
      ...(verbose && place),
      revisions: currentRevisions(graph, rows).map((found) => describeRevision(graph, found)),
    },
  }));
  const checked = attempts.map((attempt) => {
    const { dataSource, value } = attempt;
    if (!checkHeads || value === undefined || isSameSet(value.rows, heads)) return attempt;
    return { ...attempt, error: new DatabaseNotAtHeadsError(dataSource, value.rows, heads) };
  });
  return answerOf(checked, (values) => values.map(({ info }) => info));
}

/** The revisions that several others revise, newest first, with those others. */
export function readBranches(graph: RevisionGraph): readonly BranchInfo[] {
  return history(graph)
    .filter((revision) => graph.children(revision.id).length > 1)
    .map((revision) => ({
      ...describeRevision(graph, revision),
      branches: graph.children(revision.id).map((child) => describeRevision(graph, graph.get(child))),
    }));
}

/** The revisions of a range, newest first, with the data sources that stand at each where that is asked for. */
export async function readHistory(
  environment: MigrationEnvironment,
  graph: RevisionGraph,
  sources: readonly BoundDataSource[],
  { range, indicateCurrent = false }: HistoryOptions,
): Promise<readonly RevisionInfo[]> {
  const asksDatabase = indicateCurrent || (range !== undefined && rangeInvolvesCurrent(range));
  const attempts = asksDatabase ? await attemptStanding(environment, sources, (standing) => standing) : [];
  return answerOf(attempts, (standing) =>
    history(graph, range, rowsOf(standing)).map((revision) => ({
      ...describeRevision(graph, revision),
      ...(indicateCurrent ? { currentIn: namesAt(standing, revision.id) } : {}),
    })),
  );
}

/** The revisions that any of the data sources stands at. */
export async function readRevisionsInUse(
  environment: MigrationEnvironment,
  graph: RevisionGraph,
  sources: readonly BoundDataSource[],
): Promise<readonly RevisionInfo[]> {
  const attempts = await attemptStanding(environment, sources, (standing) => {
    for (const id of standing.rows) graph.node(id, 'version-table');
    return standing;
  });
  return answerOf(attempts, (standing) =>
    rowsOf(standing).map((id) => ({ ...describeRevision(graph, graph.get(id)), currentIn: namesAt(standing, id) })),
  );
}

/** Reads the version rows of each data source: one query for each, and nothing is created. */
async function attemptStanding<T>(
  environment: MigrationEnvironment,
  sources: readonly BoundDataSource[],
  make: (standing: Standing) => T,
): Promise<readonly Attempt<T>[]> {
  const { readRows } = await import('../../runtime/index.js');
  return attemptAll(sources, async (bound) => {
    const rows = await environment.withRunner(bound, (runner, dialect) =>
      readRows(runner, dialect, versionTableOf(bound)),
    );
    return make({
      dataSource: bound.name,
      place: placeOf(bound.dataSource),
      rows: [...(rows ?? [])].sort(),
      rowSet: new Set(rows),
    });
  });
}

/** Where a database is: nothing secret. */
function placeOf(dataSource: DataSource): Standing['place'] {
  const { schema } = dataSource.options as { readonly schema?: string };
  return { database: describeTarget(dataSource), ...(schema && { schema }) };
}

function rowsOf(standing: readonly Standing[]): readonly string[] {
  return [...new Set(standing.flatMap(({ rows }) => rows))].sort();
}

function namesAt(standing: readonly Standing[], id: string): readonly string[] {
  return standing.filter(({ rowSet }) => rowSet.has(id)).map(({ dataSource }) => dataSource);
}

function isSameSet(left: readonly string[], right: readonly string[]): boolean {
  const items = new Set(right);
  return left.length === right.length && left.every((item) => items.has(item));
}
