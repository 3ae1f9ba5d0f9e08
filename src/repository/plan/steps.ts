import type { RevisionGraph } from '../graph/revision-graph.js';
import { reach, type RevisionNode } from '../graph/revision-node.js';
import type { PlanStep } from '../revision.js';
import { applyChanges, downgradeChanges, upgradeChanges } from './version-rows.js';

/** Turns ordered revisions into steps, each with the row changes that follow from the rows of its turn. */
export function revisionSteps(
  graph: RevisionGraph,
  kind: 'upgrade' | 'downgrade',
  nodes: readonly RevisionNode[],
  current: readonly RevisionNode[],
): PlanStep[] {
  const rows = new Set(current);
  const applied = reach(current, 'requires');
  return nodes.map((node) => {
    const rowChanges = kind === 'upgrade' ? upgradeChanges(node, rows) : downgradeChanges(node, rows, applied);
    if (kind === 'downgrade') applied.delete(node);
    applyChanges(graph, rows, rowChanges);
    const downs = node.downs.map(({ id }) => id);
    const [from, to] = kind === 'upgrade' ? [downs, [node.id]] : [[node.id], downs];
    return { kind, revision: node.revision, from, to, rowChanges, rows: sortedIds(rows) };
  });
}

export function sortedIds(nodes: Iterable<RevisionNode>): string[] {
  return Array.from(nodes, ({ id }) => id).sort();
}
