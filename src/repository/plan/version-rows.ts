import { InconsistentRowsError, InvalidTargetError } from '../../errors/repository.errors.js';
import type { RevisionGraph } from '../graph/revision-graph.js';
import { isRequiredByOther, reach, type RevisionNode } from '../graph/revision-node.js';
import type { RowChange } from '../revision.js';

/** The nodes of the version rows, sorted by id, each once. Rows hold whole ids: nothing is guessed here. */
export function nodesOfRows(graph: RevisionGraph, rows: readonly string[]): RevisionNode[] {
  return [...new Set(rows)].sort().map((id) => graph.node(id, 'version-table'));
}

/** What an upgrade of the revision changes in the version table: it takes the place of the rows that it builds on. */
export function upgradeChanges(node: RevisionNode, rows: ReadonlySet<RevisionNode>): RowChange[] {
  return replaceAll(
    node.requires.filter((required) => rows.has(required)),
    node,
  );
}

/**
 * What a downgrade of the revision changes in the version table: it leaves what it built on, but for what another row stands for.
 *
 * As in Alembic, where other rows exist each of several revisions left gets a row, even if one of them builds on another.
 *
 * @param applied all that the rows stand for
 */
export function downgradeChanges(
  node: RevisionNode,
  rows: ReadonlySet<RevisionNode>,
  applied: ReadonlySet<RevisionNode>,
): RowChange[] {
  if (!rows.has(node)) throw inconsistent(node.id, rows);
  const isLeft =
    rows.size > 1
      ? (below: RevisionNode) => !hasOtherRowAbove(below, node, rows, applied)
      : (below: RevisionNode) => !isRequiredByOther(below, node.requires);
  const left = sortedById(node.requires.filter(isLeft));
  const last = left.pop();
  if (last === undefined) return [{ kind: 'delete', id: node.id }];
  return [...left.map(({ id }) => ({ kind: 'insert', id }) as const), { kind: 'update', from: node.id, to: last.id }];
}

/** Searches upwards: most often nothing applied is above, while from the rows down the way is long. */
function hasOtherRowAbove(
  below: RevisionNode,
  removed: RevisionNode,
  rows: ReadonlySet<RevisionNode>,
  applied: ReadonlySet<RevisionNode>,
): boolean {
  const seen = new Set([removed]);
  const todo = [below];
  for (let node = todo.pop(); node !== undefined; node = todo.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    if (rows.has(node)) return true;
    todo.push(...node.requiredBy.filter((above) => applied.has(above)));
  }
  return false;
}

/** Every row but the last goes, the last becomes the revision. Ids are sorted, so that every run does the same. */
export function replaceAll(from: readonly RevisionNode[], to: RevisionNode): RowChange[] {
  const gone = sortedById(from);
  const last = gone.pop();
  if (last === undefined) return [{ kind: 'insert', id: to.id }];
  return [...gone.map(({ id }) => ({ kind: 'delete', id }) as const), { kind: 'update', from: last.id, to: to.id }];
}

/** Applies the changes to the rows, in place. */
export function applyChanges(graph: RevisionGraph, rows: Set<RevisionNode>, changes: readonly RowChange[]): void {
  for (const change of changes) {
    if (change.kind !== 'insert') remove(graph, rows, change.kind === 'delete' ? change.id : change.from);
    if (change.kind !== 'delete') rows.add(graph.node(change.kind === 'insert' ? change.id : change.to));
  }
}

function remove(graph: RevisionGraph, rows: Set<RevisionNode>, id: string): void {
  if (!rows.delete(graph.node(id))) throw inconsistent(id, rows);
}

function inconsistent(id: string, rows: ReadonlySet<RevisionNode>): InconsistentRowsError {
  return new InconsistentRowsError(
    `The version table has no row for "${id}"; it has ${[...rows].map((row) => `"${row.id}"`).join(', ') || 'none'}`,
    { hint: 'See `npx nest-cmd db current`, and set the rows right with `npx nest-cmd db stamp --purge <revision>`.' },
  );
}

/** Refuses rows of which one is an ancestor of another: the lower one is already part of the upper one. */
export function refuseOverlap(nodes: readonly RevisionNode[], what: 'rows' | 'targets'): void {
  if (nodes.length < 2) return;
  const below = reach(
    nodes.flatMap(({ requires }) => requires),
    'requires',
  );
  const lower = nodes.find((node) => below.has(node));
  if (lower === undefined) return;
  const upper = nodes.find((node) => node !== lower && reach([node], 'requires').has(lower))?.id;
  if (what === 'targets') {
    throw new InvalidTargetError(`The targets overlap: "${lower.id}" is part of "${upper}" already`, {
      hint: `Name only "${upper}".`,
    });
  }
  throw new InconsistentRowsError(
    `The version table has rows that overlap: "${lower.id}" is part of "${upper}" already`,
    {
      hint: `Set the rows right with \`npx nest-cmd db stamp --purge ${sortedById(
        nodes.filter((node) => !below.has(node)),
      )
        .map(({ id }) => id)
        .join(' ')}\`.`,
    },
  );
}

export function sortedById(nodes: readonly RevisionNode[]): RevisionNode[] {
  return [...nodes].sort((left, right) => (left.id < right.id ? -1 : 1));
}
