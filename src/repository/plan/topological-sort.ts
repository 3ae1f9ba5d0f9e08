import { isRequiredBy, type RevisionNode } from '../graph/revision-node.js';

/**
 * Orders the nodes newest first: each precedes all that it requires. `heads` are where to start.
 *
 * The order among parallel branches is Alembic's: along one branch as far as possible, by load order where the graph leaves a choice. A node
 * where branches part comes after all of them.
 */
export function sortNewestFirst(nodes: ReadonlySet<RevisionNode>, heads: Iterable<RevisionNode>): RevisionNode[] {
  const sorted = new Set<RevisionNode>();
  const open = new OpenBranches(sorted);
  for (const head of [...new Set(heads)].sort((a, b) => a.position - b.position)) if (nodes.has(head)) open.push(head);
  for (let branch = open.first; branch !== undefined;) {
    const blocking = open.blocking(branch);
    if (blocking !== undefined) {
      branch = blocking;
      continue;
    }
    const { node } = branch;
    sorted.add(node);
    const [next, ...others] = node.requires.filter(
      (below) => nodes.has(below) && !sorted.has(below) && !open.has(below),
    );
    if (next === undefined) {
      branch = open.remove(branch);
    } else {
      open.move(branch, next);
      for (const other of others) open.push(other);
    }
  }
  return [...sorted];
}

/** A branch, by its newest node that is not sorted. */
interface Branch {
  node: RevisionNode;
  /** Grows along the list. */
  readonly index: number;
  before: Branch | undefined;
  after: Branch | undefined;
}

/** How far up the branches above a node are looked for before all open ones are gone through. */
const NEAR = 64;

/** The branches that are not sorted to their end, as a linked list: there may be thousands of them. */
class OpenBranches {
  first: Branch | undefined;
  private last: Branch | undefined;
  private opened = 0;
  private readonly byNode = new Map<RevisionNode, Branch>();
  /** How many of the nodes above a node are known to be sorted: none is looked at twice. */
  private readonly sortedAbove = new Map<RevisionNode, number>();

  constructor(private readonly sorted: ReadonlySet<RevisionNode>) {}

  has(node: RevisionNode): boolean {
    return this.byNode.has(node);
  }

  push(node: RevisionNode): void {
    const branch: Branch = { node, index: this.opened++, before: this.last, after: undefined };
    if (this.last === undefined) this.first = branch;
    else this.last.after = branch;
    this.last = branch;
    this.byNode.set(node, branch);
  }

  /** Goes on to another node of the branch. */
  move(branch: Branch, node: RevisionNode): void {
    this.byNode.delete(branch.node);
    branch.node = node;
    this.byNode.set(node, branch);
  }

  /** Ends a branch, and returns the one to go on with: the one before it, or else the first. */
  remove(branch: Branch): Branch | undefined {
    const { before, after, node } = branch;
    if (before === undefined) this.first = after;
    else before.after = after;
    if (after === undefined) this.last = before;
    else after.before = before;
    this.byNode.delete(node);
    return before ?? this.first;
  }

  /** The first other branch that still leads down to the node of this one; undefined when there is none. */
  blocking({ node }: Branch): Branch | undefined {
    if (this.first === this.last || this.isSortedAbove(node)) return undefined;
    const near = this.blockingNear(node);
    if (near !== 'far') return near;
    for (let other = this.first; other !== undefined; other = other.after) {
      if (other.node.rank > node.rank && isRequiredBy(node, [other.node])) return other;
    }
    return undefined;
  }

  private isSortedAbove(node: RevisionNode): boolean {
    const { requiredBy } = node;
    let count = this.sortedAbove.get(node) ?? 0;
    while (count < requiredBy.length && this.sorted.has(requiredBy[count] as RevisionNode)) count++;
    this.sortedAbove.set(node, count);
    return count === requiredBy.length;
  }

  /** The same by going up from the node, which is quick where little is above it. */
  private blockingNear(node: RevisionNode): Branch | undefined | 'far' {
    let found: Branch | undefined;
    const seen = new Set([node]);
    const todo = [node];
    for (let below = todo.pop(); below !== undefined; below = todo.pop()) {
      for (const above of below.requiredBy) {
        if (seen.size > NEAR) return 'far';
        if (seen.has(above)) continue;
        seen.add(above);
        const branch = this.byNode.get(above);
        if (branch !== undefined && (found === undefined || branch.index < found.index)) found = branch;
        todo.push(above);
      }
    }
    return found;
  }
}
