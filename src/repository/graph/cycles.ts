import { RevisionCycleError } from '../../errors/repository.errors.js';
import type { DraftNode } from './revision-node.js';

/** Refuses graphs that have no order, and on the way gives every node its rank. */
export function refuseCycles(all: readonly DraftNode[]): void {
  refuseCycle(all, 'downs', 'children', 'downRevision');
  if (all.some(({ dependencies }) => dependencies.length > 0)) {
    refuseCycle(all, 'requires', 'requiredBy', 'dependsOn');
  }
}

/** Removes what has nothing below it, again and again. What is left is on a cycle, or above one. */
function refuseCycle(
  all: readonly DraftNode[],
  below: 'downs' | 'requires',
  above: 'children' | 'requiredBy',
  edge: 'downRevision' | 'dependsOn',
): void {
  const waiting = all.map((node) => node[below].length);
  const ready = all.filter((node) => node[below].length === 0);
  let left = all.length;
  for (let node = ready.pop(); node !== undefined; node = ready.pop()) {
    left -= 1;
    for (const next of node[above]) {
      next.rank = Math.max(next.rank, node.rank + 1);
      const others = (waiting[next.position] ?? 0) - 1;
      waiting[next.position] = others;
      if (others === 0) ready.push(next);
    }
  }
  if (left === 0) return;
  const stuck = new Set(all.filter(({ position }) => waiting[position] !== 0));
  const [start] = stuck;
  if (start !== undefined) throw new RevisionCycleError(cycleBelow(start, below, stuck), edge);
}

/** The ids on a cycle that is reached by going down from the node, sorted; without what merely builds on it. */
function cycleBelow(start: DraftNode, below: 'downs' | 'requires', stuck: ReadonlySet<DraftNode>): string[] {
  const path: DraftNode[] = [];
  const places = new Map<DraftNode, number>();
  let node: DraftNode | undefined = start;
  while (node !== undefined && !places.has(node)) {
    places.set(node, path.length);
    path.push(node);
    node = node[below].find((down) => stuck.has(down));
  }
  const cycle = node === undefined ? path : path.slice(places.get(node));
  return cycle.map(({ id }) => id).sort();
}
