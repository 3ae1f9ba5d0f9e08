import type { Revision } from '../revision.js';

/** A revision with its place among the others. Made by `buildNodes`, and never changed after that. */
export interface RevisionNode {
  readonly id: string;
  readonly revision: Revision;
  /** Place in load order, which decides wherever the graph itself does not. */
  readonly position: number;
  /** Length of the longest way down to a base: an ancestor always has a smaller one. */
  readonly rank: number;
  /** What it revises, as written. */
  readonly downs: readonly RevisionNode[];
  /** What it depends on, without what an ancestor on the same line already depends on; sorted by id. */
  readonly dependencies: readonly RevisionNode[];
  /** `downs` and `dependencies`: what must be applied before it. */
  readonly requires: readonly RevisionNode[];
  /** Revisions that revise it, sorted by id. */
  readonly children: readonly RevisionNode[];
  /** Revisions that revise it or depend on it, sorted by id. */
  readonly requiredBy: readonly RevisionNode[];
  /** Own and inherited branch labels. */
  readonly labels: ReadonlySet<string>;
}

/** A node while the graph is being built. */
export interface DraftNode extends RevisionNode {
  rank: number;
  downs: DraftNode[];
  dependencies: DraftNode[];
  requires: DraftNode[];
  children: DraftNode[];
  requiredBy: DraftNode[];
  labels: ReadonlySet<string>;
}

/** The nodes of a graph, as targets look them up. */
export interface NodeIndex {
  /** By id and by branch label. */
  readonly byKey: ReadonlyMap<string, RevisionNode>;
  headNodes(): RevisionNode[];
  realHeadNodes(): RevisionNode[];
  baseNodes(): RevisionNode[];
}

type Edges = 'downs' | 'requires' | 'children' | 'requiredBy';

/** All nodes that can be reached along the edges, the starting ones included. Loops instead of recursion: histories are deep. */
export function reach(from: Iterable<RevisionNode>, edges: Edges): Set<RevisionNode> {
  const seen = new Set<RevisionNode>();
  const todo = [...from];
  for (let node = todo.pop(); node !== undefined; node = todo.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    for (const next of node[edges]) if (!seen.has(next)) todo.push(next);
  }
  return seen;
}

/** Is `ancestor` required, directly or not, by one of the nodes, or one of them? Ranks keep the search short. */
export function isRequiredBy(ancestor: RevisionNode, nodes: Iterable<RevisionNode>): boolean {
  const seen = new Set<RevisionNode>();
  const todo = [...nodes];
  for (let node = todo.pop(); node !== undefined; node = todo.pop()) {
    if (node === ancestor) return true;
    if (node.rank <= ancestor.rank || seen.has(node)) continue;
    seen.add(node);
    todo.push(...node.requires);
  }
  return false;
}

/** Is the node required by one of the others? */
export function isRequiredByOther(node: RevisionNode, nodes: readonly RevisionNode[]): boolean {
  return isRequiredBy(
    node,
    nodes.filter((other) => other !== node),
  );
}

/** The nodes, their ancestors and their descendants. */
export function lineage(nodes: readonly RevisionNode[], withDependencies = false): Set<RevisionNode> {
  const related = reach(nodes, withDependencies ? 'requires' : 'downs');
  for (const node of reach(nodes, withDependencies ? 'requiredBy' : 'children')) related.add(node);
  return related;
}
