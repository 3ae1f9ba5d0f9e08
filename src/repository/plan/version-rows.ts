import { InconsistentRowsError } from '../../errors/repository.errors.js';
import type { RevisionGraph } from '../graph/revision-graph.js';
import { isRequiredBy, reach, type RevisionNode } from '../graph/revision-node.js';
import type { RowChange } from '../revision.js';

/** The nodes of the version rows, sorted by id, each once. Rows hold whole ids: nothing is guessed here. */
export function nodesOfRows(graph: RevisionGraph, rows: readonly string[]): RevisionNode[] {
  return [...new Set(rows)].sort().map((id) => graph.node(id, 'version-table'));
}

/** What an upgrade of the revision changes in the version table. */
export function upgradeChanges(node: RevisionNode, rows: ReadonlySet<RevisionNode>): RowChange[] {
  const present = node.requires.filter((required) => rows.has(required));
  if (present.length < 2) {
    const [from] = present;
    return from === undefined ? [{ kind: 'insert', id: node.id }] : [{ kind: 'update', from: from.id, to: node.id }];
  }
  const others = [...rows].filter((row) => !node.requires.includes(row));
  return replaceAll(
    present.filter((row) => !isRequiredBy(row, others)),
    node,
  );
}

/** What a downgrade of the revision changes in the version table. */
export function downgradeChanges(node: RevisionNode, rows: ReadonlySet<RevisionNode>): RowChange[] {
  if (!rows.has(node)) throw inconsistent(node.id, rows);
  const left = sortedById(rowsAfter(node, rows));
  const last = left.pop();
  if (last === undefined) return [{ kind: 'delete', id: node.id }];
  return [...left.map(({ id }) => ({ kind: 'insert', id }) as const), { kind: 'update', from: node.id, to: last.id }];
}

/** Every row but the last goes, the last becomes the revision. Ids are sorted, so that every run does the same. */
export function replaceAll(from: readonly RevisionNode[], to: RevisionNode): RowChange[] {
  const gone = sortedById(from);
  const last = gone.pop();
  if (last === undefined) return [{ kind: 'insert', id: to.id }];
  return [...gone.map(({ id }) => ({ kind: 'delete', id }) as const), { kind: 'update', from: last.id, to: to.id }];
}

/** What a removed revision leaves behind: the revisions below it, but for those that another row stands for. */
function rowsAfter(node: RevisionNode, rows: ReadonlySet<RevisionNode>): RevisionNode[] {
  const others = [...rows].filter((row) => row !== node);
  return node.requires.filter((below) => {
    const standingFor = others.length > 0 ? others : node.requires.filter((sibling) => sibling !== below);
    return !isRequiredBy(below, standingFor);
  });
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
    { hint: 'See `db current`, and set the rows right with `db stamp --purge <revision>`.' },
  );
}

/** Rows that stand above one another contradict each other: the lower one is already part of the upper one. */
export function refuseOverlap(nodes: readonly RevisionNode[], what: 'rows' | 'targets'): void {
  if (nodes.length < 2) return;
  const below = reach(
    nodes.flatMap(({ requires }) => requires),
    'requires',
  );
  const lower = nodes.find((node) => below.has(node));
  if (lower === undefined) return;
  const upper = nodes.find((node) => node !== lower && isRequiredBy(lower, [node]));
  const message = `"${lower.id}" is part of "${upper?.id}" already`;
  throw what === 'rows'
    ? new InconsistentRowsError(`The version table has rows that overlap: ${message}`, {
        hint: `Set the rows right with \`db stamp --purge ${upper?.id}\`.`,
      })
    : new InconsistentRowsError(`The revisions asked for overlap: ${message}`, {
        hint: `Ask for "${upper?.id}" alone.`,
      });
}

function sortedById(nodes: readonly RevisionNode[]): RevisionNode[] {
  return [...nodes].sort((left, right) => (left.id < right.id ? -1 : 1));
}
