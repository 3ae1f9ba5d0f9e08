import { RevisionCycleError } from '../../errors/repository.errors.js';
import type { DraftNode } from './build-nodes.js';

/** Refuses graphs that have no order, and on the way gives every node its rank. */
export function refuseCycles(all: readonly DraftNode[]): void {
  refuseCycle(all, 'downs', 'children', 'downRevision');
  refuseCycle(all, 'requires', 'requiredBy', 'dependsOn');
}

/** Removes what has nothing below it, again and again. What is left hangs in a cycle. */
function refuseCycle(
  all: readonly DraftNode[],
  below: 'downs' | 'requires',
  above: 'children' | 'requiredBy',
  edge: 'downRevision' | 'dependsOn',
): void {
  const waiting = new Map(all.map((node) => [node, node[below].length]));
  const ready = all.filter((node) => node[below].length === 0);
  for (let node = ready.pop(); node !== undefined; node = ready.pop()) {
    waiting.delete(node);
    for (const next of node[above]) {
      next.rank = Math.max(next.rank, node.rank + 1);
      const left = (waiting.get(next) ?? 0) - 1;
      waiting.set(next, left);
      if (left === 0) ready.push(next);
    }
  }
  const [stuck] = waiting.keys();
  if (stuck !== undefined) throw new RevisionCycleError(cycleBelow(stuck, below, waiting), edge);
}

/** The ids on a cycle that is reached by going down from the node, sorted; without what merely hangs on it. */
function cycleBelow(start: DraftNode, below: 'downs' | 'requires', stuck: ReadonlyMap<DraftNode, number>): string[] {
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
