import { isRequiredBy, type RevisionNode } from '../graph/revision-node.js';

/**
 * Orders the nodes newest first: each stands before all that it requires. `heads` are where to start.
 *
 * The order among parallel branches is Alembic's: along one branch as far as possible, by load order where the graph leaves a choice. A node
 * where branches part comes after all of them.
 */
export function sortNewestFirst(nodes: ReadonlySet<RevisionNode>, heads: Iterable<RevisionNode>): RevisionNode[] {
  const sorted = new Set<RevisionNode>();
  const open = [...new Set(heads)].filter((head) => nodes.has(head)).sort((a, b) => a.position - b.position);
  let cursor = 0;
  for (let node = open[cursor]; node !== undefined; node = open[cursor]) {
    const blocking = blockingHead(node, open, sorted);
    if (blocking >= 0) {
      cursor = blocking;
      continue;
    }
    sorted.add(node);
    const next = node.requires.filter((below) => nodes.has(below) && !sorted.has(below) && !open.includes(below));
    if (next.length === 0) {
      open.splice(cursor, 1);
      cursor = Math.max(cursor - 1, 0);
    } else {
      open.splice(cursor, 1, next[0] as RevisionNode);
      open.push(...next.slice(1));
    }
  }
  return [...sorted];
}

/** The first other open branch that still leads down to the node; -1 when there is none. Cheap where all above the node is sorted. */
function blockingHead(node: RevisionNode, open: readonly RevisionNode[], sorted: ReadonlySet<RevisionNode>): number {
  if (open.length === 1 || node.requiredBy.every((above) => sorted.has(above))) return -1;
  return open.findIndex((head) => head !== node && isRequiredBy(node, [head]));
}
