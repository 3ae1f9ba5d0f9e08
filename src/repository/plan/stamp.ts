import { InconsistentRowsError, InvalidTargetError } from '../../errors/repository.errors.js';
import { sharingLineage } from '../graph/find-revision.js';
import { aboveBase, countsDown, downFromHeads, resolveTarget } from '../graph/resolve-target.js';
import type { RevisionGraph } from '../graph/revision-graph.js';
import { isRequiredBy, reach, type RevisionNode } from '../graph/revision-node.js';
import type { PlanStep, RowChange } from '../revision.js';
import { sortedIds } from './steps.js';
import { applyChanges, nodesOfRows, replaceAll } from './version-rows.js';

/** A change of the rows, before it is known which of them are there. */
interface Move {
  readonly kind: 'down' | 'up' | 'new' | 'remove';
  readonly from: readonly RevisionNode[];
  readonly to?: RevisionNode;
}

/**
 * The steps that note the targets in the version table without running a revision; none when all is noted already.
 *
 * Rows on the way of a target are replaced by it, rows of other branches stay. `purge` removes all rows first, unknown ones too.
 *
 * @param targets what `db stamp` takes: ids, labels, `head`, `heads`, `base`
 * @throws RevisionNotFoundError, AmbiguousRevisionError, MultipleHeadsError, InvalidTargetError, InconsistentRowsError
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
  const affected = affectedRows(graph, wanted, current);
  const destinations = [...new Set(wanted.flatMap((target) => destinationsOf(graph, target)))];
  const moves =
    destinations.length === 0
      ? affected.map((row): Move => ({ kind: 'remove', from: [row] }))
      : destinations.flatMap((destination) => moveTo(destination, affected));
  const steps = stampSteps(graph, moves, current);
  if (targets.length > 1) refuseCollapse(graph, destinations, steps.at(-1)?.rows ?? sortedIds(current));
  return [...purged, ...steps];
}

/** From an empty table `-N` is noted for the heads that have as many revisions below them, as in Alembic. */
function destinationsOf(graph: RevisionGraph, target: string): RevisionNode[] {
  if (!countsDown(target)) return resolveTarget(graph, target);
  return downFromHeads(graph, target)
    .filter((place) => place !== undefined)
    .map((place) => aboveBase(place, target));
}

/** Rows related to any of the targets, in the order of the targets. */
function affectedRows(graph: RevisionGraph, targets: readonly string[], rows: readonly RevisionNode[]): RevisionNode[] {
  return [...new Set(targets.flatMap((target) => sharingLineage(graph, rows, target, true)))];
}

/** All affected rows move together, as one step. */
function moveTo(to: RevisionNode, affected: readonly RevisionNode[]): Move[] {
  if (affected.includes(to)) return [];
  const isAbove = isRequiredBy(to, affected);
  const isBelow = affected.some((row) => isRequiredBy(row, [to]));
  if (isAbove && isBelow) {
    throw new InconsistentRowsError(
      `"${to.id}" lies between two rows of the version table: ${sortedIds(affected).join(', ')}`,
      {
        hint: `Set the rows right with \`db stamp --purge ${to.id}\`.`,
      },
    );
  }
  if (isAbove) return [{ kind: 'down', from: affected, to }];
  return [isBelow ? { kind: 'up', from: affected, to } : { kind: 'new', from: [], to }];
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

/** Once a step has moved the rows away, the next destination above them gets a row of its own. */
function changesOf({ kind, from, to }: Move, rows: ReadonlySet<RevisionNode>): RowChange[] {
  if (to === undefined) return from.map(({ id }) => ({ kind: 'delete', id }));
  if (kind === 'up' && from.some((row) => !rows.has(row))) return [{ kind: 'insert', id: to.id }];
  return replaceAll(from, to);
}

function purgeStep(rows: readonly string[]): PlanStep {
  const from = [...new Set(rows)].sort();
  return { kind: 'stamp', from, to: [], rowChanges: from.map((id) => ({ kind: 'delete', id })), rows: [] };
}

/** Alembic lets one of several destinations swallow the row of another; the database would then be recorded wrongly. */
function refuseCollapse(graph: RevisionGraph, destinations: readonly RevisionNode[], rows: readonly string[]): void {
  const noted = reach(
    rows.map((id) => graph.node(id)),
    'requires',
  );
  const lost = destinations.find((destination) => !noted.has(destination));
  if (lost === undefined) return;
  throw new InvalidTargetError(`These targets cannot be stamped together: the row of "${lost.id}" would be lost`, {
    hint: `Stamp them one after the other, or all anew: \`db stamp --purge ${destinations.map(({ id }) => id).join(' ')}\`.`,
  });
}
