import { InvalidTargetError } from '../../errors/repository.errors.js';
import { findByName, sharingLineage, splitTarget } from '../graph/find-revision.js';
import { aboveBase, countsDown, downFromHeads, resolveTarget } from '../graph/resolve-target.js';
import type { RevisionGraph } from '../graph/revision-graph.js';
import { lineage, reach, type RevisionNode } from '../graph/revision-node.js';
import type { PlanStep, RowChange } from '../revision.js';
import { sortedIds } from './steps.js';
import { applyChanges, nodesOfRows, refuseOverlap, replaceAll } from './version-rows.js';

/** A change of the rows, before it is known which of them exist. */
interface Move {
  readonly from: readonly RevisionNode[];
  readonly to?: RevisionNode;
}

/** What one target stands for. */
interface Destination {
  readonly target: string;
  /** None for `base`. */
  readonly nodes: readonly RevisionNode[];
  /** The rows that it takes the place of: those above and below it, or all of a branch that goes back to `base`. */
  readonly leaving: readonly RevisionNode[];
}

/**
 * The steps that note the targets in the version table without running a revision; none when all is noted already.
 *
 * Afterwards the table has a row for each target, and those rows from before that no target is related to. `purge`
 * removes all rows first, unknown ones too.
 *
 * @param targets what `db stamp` takes: ids, labels, `head`, `heads`, `base`
 * @throws InvalidTargetError when one target is part of another, RevisionNotFoundError, AmbiguousRevisionError,
 *   MultipleHeadsError, InconsistentRowsError
 */
export function planStamp(
  graph: RevisionGraph,
  targets: readonly string[],
  rows: readonly string[],
  options: { purge?: boolean } = {},
): PlanStep[] {
  const purged = options.purge === true && rows.length > 0 ? [purgeStep(rows)] : [];
  const current = options.purge === true ? [] : nodesOfRows(graph, rows);
  const wanted = targets.length === 0 ? ['base'] : targets;
  const destinations = wanted.map((target) => destinationOf(graph, target, current));
  const nodes = [...new Set(destinations.flatMap((destination) => destination.nodes))];
  refuseOverlap(nodes, 'targets');
  for (const { target } of destinations.filter((destination) => destination.nodes.length === 0)) {
    refuseBase(graph, target, nodes);
  }
  const leaving = new Set(destinations.flatMap((destination) => destination.leaving));
  return [...purged, ...stampSteps(graph, movesTo(nodes, leaving, current), current)];
}

function destinationOf(graph: RevisionGraph, target: string, rows: readonly RevisionNode[]): Destination {
  const related = sharingLineage(graph, rows, target, true);
  const nodes = nodesOf(graph, target);
  if (nodes.length === 0) return { target, nodes, leaving: related };
  const members = lineage(nodes, true);
  return { target, nodes, leaving: related.filter((row) => members.has(row)) };
}

/**
 * What the target stands for, without what another part of it implies: the ends of a branch may depend on one another.
 *
 * From an empty table `-N` is noted for the heads that have as many revisions below them, as in Alembic.
 */
function nodesOf(graph: RevisionGraph, target: string): RevisionNode[] {
  if (!countsDown(target)) return withoutImplied(resolveTarget(graph, target));
  const points = downFromHeads(graph, target).filter((point) => point !== undefined);
  return withoutImplied([...new Set(points.map((point) => aboveBase(point, target)))]);
}

/** The rows move together to the first node that is above or below one of them. The other nodes get rows of their own. */
function movesTo(
  nodes: readonly RevisionNode[],
  affected: ReadonlySet<RevisionNode>,
  rows: readonly RevisionNode[],
): Move[] {
  const [wanted, present] = [new Set(nodes), new Set(rows)];
  const leaving = [...affected].filter((row) => !wanted.has(row));
  const related = lineage(leaving, true);
  const moves = nodes.filter((node) => !present.has(node)).map((to) => ({ from: related.has(to) ? leaving : [], to }));
  if (moves.some(({ from }) => from.length > 0)) return moves;
  return [...leaving.map((row) => ({ from: [row] })), ...moves];
}

function stampSteps(graph: RevisionGraph, moves: readonly Move[], current: readonly RevisionNode[]): PlanStep[] {
  const rows = new Set(current);
  return moves.map((move) => {
    const rowChanges = changesOf(move, rows);
    applyChanges(graph, rows, rowChanges);
    return {
      kind: 'stamp',
      from: move.from.map(({ id }) => id),
      to: move.to === undefined ? [] : [move.to.id],
      rowChanges,
      rows: sortedIds(rows),
    };
  });
}

/** Once a step has moved the rows away, the next destination gets a row of its own. */
function changesOf({ from, to }: Move, rows: ReadonlySet<RevisionNode>): RowChange[] {
  if (to === undefined) return from.map(({ id }) => ({ kind: 'delete', id }));
  return replaceAll(
    from.filter((row) => rows.has(row)),
    to,
  );
}

function purgeStep(rows: readonly string[]): PlanStep {
  const from = [...new Set(rows)].sort();
  return { kind: 'stamp', from, to: [], rowChanges: from.map((id) => ({ kind: 'delete', id })), rows: [] };
}

function withoutImplied(nodes: readonly RevisionNode[]): RevisionNode[] {
  const below = reach(
    nodes.flatMap(({ requires }) => requires),
    'requires',
  );
  return nodes.filter((node) => !below.has(node));
}

/** `base` means that nothing of a branch is applied, or nothing at all: no other target may contradict it. */
function refuseBase(graph: RevisionGraph, target: string, nodes: readonly RevisionNode[]): void {
  const { label } = splitTarget(target);
  const removed = label === undefined ? undefined : reach([findByName(graph, label)], 'requiredBy');
  const kept = nodes.find((node) => removed?.has(node) ?? true);
  if (kept === undefined) return;
  throw new InvalidTargetError(
    `"${target}" and "${kept.id}" cannot be stamped together: after "${target}" the revision "${kept.id}" is not applied`,
    { hint: `Stamp "${target}" or "${kept.id}", not both.` },
  );
}
