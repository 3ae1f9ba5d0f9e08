import type { DraftNode } from './revision-node.js';

/**
 * Drops every dependency that an ancestor on the same line already states, and sorts what is left.
 *
 * What counts is what the ancestor states in its file, not what is left of that after its own turn.
 */
export function normaliseDependencies(all: readonly DraftNode[]): void {
  const stated = new Map<DraftNode, readonly DraftNode[]>();
  const lowestRank = new Map<DraftNode, number>();
  for (const node of all) {
    if (node.dependencies.length === 0) continue;
    stated.set(node, node.dependencies);
    for (const dependency of node.dependencies) {
      lowestRank.set(dependency, Math.min(node.rank, lowestRank.get(dependency) ?? Infinity));
    }
  }
  for (const [node, dependencies] of stated) {
    const floor = Math.min(...dependencies.map((dependency) => lowestRank.get(dependency) ?? 0));
    const kept = notStatedBelow(node, stated, floor);
    node.dependencies = [...kept].sort((left, right) => (left.id < right.id ? -1 : 1));
    node.requires = [...new Set([...node.downs, ...node.dependencies])];
  }
}

/** Goes down as far as any of the dependencies is stated at all. */
function notStatedBelow(
  node: DraftNode,
  stated: ReadonlyMap<DraftNode, readonly DraftNode[]>,
  floor: number,
): Set<DraftNode> {
  const kept = new Set(stated.get(node));
  const seen = new Set<DraftNode>();
  const todo = [...node.downs];
  for (let ancestor = todo.pop(); ancestor !== undefined && kept.size > 0; ancestor = todo.pop()) {
    if (seen.has(ancestor) || ancestor.rank < floor) continue;
    seen.add(ancestor);
    for (const dependency of stated.get(ancestor) ?? []) kept.delete(dependency);
    todo.push(...ancestor.downs);
  }
  return kept;
}
