import type { DataSource } from 'typeorm';
import { DatabaseNotAtHeadsError } from '../../errors/service.errors.js';
import type { BoundDataSource } from '../options/options.js';
import { answerOf, settleAll, type Settled } from '../settle.js';
import { describeRevision } from './describe.js';
import { type MigrationEnvironment, versionTableOf } from '../environment.js';
import type { CurrentOptions, HistoryOptions } from '../requests.js';
import type { BranchInfo, CurrentInfo, HalfDoneRevision, RevisionInfo } from '../../results.js';
import { describeTarget } from '../connect/unreachable.js';
import type { RevisionGraph } from '../../repository/index.js';
import { currentRevisions, overlapOf } from '../../repository/plan/current.js';
import { sentences } from '../../errors/sentences.js';
import { history, rangeInvolvesCurrent } from '../../repository/plan/history.js';

/** Where the database of a data source is: its version rows. */
interface Position {
  readonly dataSource: string;
  readonly target: Pick<CurrentInfo, 'database' | 'schema'>;
  /** Sorted; empty also where there is no version table yet. */
  readonly rows: readonly string[];
  /** The same, to look them up. */
  readonly rowSet: ReadonlySet<string>;
  /** What runs have left in their middle, where that is asked for. */
  readonly halfDone: readonly HalfDoneRevision[];
}

/** The revisions that each data source is at. */
export async function readCurrent(
  environment: MigrationEnvironment,
  graph: RevisionGraph,
  sources: readonly BoundDataSource[],
  { checkHeads = false, verbose = false }: CurrentOptions,
): Promise<readonly CurrentInfo[]> {
  const heads = graph.heads().map(({ id }) => id);
  const read = ({ dataSource, target, rows, halfDone }: Position, { onNotice }: BoundDataSource) => {
    const revisions = currentRevisions(graph, rows).map((found) => describeRevision(graph, found));
    const overlap = overlapOf(graph, rows);
    if (overlap !== undefined) {
      const message = sentences(`${overlap.message}.`, overlap.hint);
      onNotice?.({ level: 'warning', dataSource, message });
    }
    const info = { dataSource, ...(verbose && target), ...(halfDone.length > 0 && { halfDone }), revisions };
    return { rows, info };
  };
  const settled = await readPositions(environment, sources, read, verbose);
  const checked = settled.map((one) => {
    const { dataSource, value } = one;
    if (!checkHeads || value === undefined || isSameSet(value.rows, heads)) return one;
    return { ...one, error: new DatabaseNotAtHeadsError(dataSource, value.rows, heads) };
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

/** The revisions of a range, newest first, with the data sources that are at each where that is asked for. */
export async function readHistory(
  environment: MigrationEnvironment,
  graph: RevisionGraph,
  sources: readonly BoundDataSource[],
  { range, indicateCurrent = false }: HistoryOptions,
): Promise<readonly RevisionInfo[]> {
  const asksDatabase = indicateCurrent || (range !== undefined && rangeInvolvesCurrent(range));
  const settled = asksDatabase ? await readPositions(environment, sources, (position) => position) : [];
  return answerOf(settled, (positions) =>
    history(graph, range, rowsOf(positions)).map((revision) => ({
      ...describeRevision(graph, revision),
      ...(indicateCurrent ? { currentIn: namesAt(positions, revision.id) } : {}),
    })),
  );
}

/** The revisions that any of the data sources is at. */
export async function readRevisionsInUse(
  environment: MigrationEnvironment,
  graph: RevisionGraph,
  sources: readonly BoundDataSource[],
): Promise<readonly RevisionInfo[]> {
  const settled = await readPositions(environment, sources, (position) => {
    for (const id of position.rows) graph.node(id, 'version-table');
    return position;
  });
  return answerOf(settled, (positions) =>
    rowsOf(positions).map((id) => ({ ...describeRevision(graph, graph.get(id)), currentIn: namesAt(positions, id) })),
  );
}

/** Reads the version rows of each data source: one query for each, unless more is asked for, and nothing is created. */
async function readPositions<T>(
  environment: MigrationEnvironment,
  sources: readonly BoundDataSource[],
  make: (position: Position, bound: BoundDataSource) => T,
  readsHalfDone = false,
): Promise<readonly Settled<T>[]> {
  const { readHalfDone, readRows } = await import('../../runtime/index.js');
  return settleAll(sources, async (bound) => {
    const table = versionTableOf(bound);
    const { rows, halfDone } = await environment.withRunner(bound, async (runner, dialect) => ({
      rows: await readRows(runner, dialect, table),
      halfDone: readsHalfDone ? await readHalfDone(runner, dialect, table) : [],
    }));
    const target = targetOf(bound.dataSource);
    return make({ dataSource: bound.name, target, rows: rows ?? [], rowSet: new Set(rows), halfDone }, bound);
  });
}

/** The address of a database, without its password. */
function targetOf(dataSource: DataSource): Position['target'] {
  const { schema } = dataSource.options as { readonly schema?: string };
  return { database: describeTarget(dataSource), ...(schema && { schema }) };
}

function rowsOf(positions: readonly Position[]): readonly string[] {
  return [...new Set(positions.flatMap(({ rows }) => rows))].sort();
}

function namesAt(positions: readonly Position[], id: string): readonly string[] {
  return positions.filter(({ rowSet }) => rowSet.has(id)).map(({ dataSource }) => dataSource);
}

function isSameSet(left: readonly string[], right: readonly string[]): boolean {
  const items = new Set(right);
  return left.length === right.length && left.every((item) => items.has(item));
}
