import { InvalidTargetError } from '../../errors/repository.errors.js';
import { sharingLineage } from './find-revision.js';
import type { NodeIndex, RevisionNode } from './revision-node.js';

/** A point of the history: a revision, or `base`, which is before the first one. */
export type Point = RevisionNode | 'base';

/**
 * Goes up (positive) or down (negative) a number of revisions, along `downRevision` only.
 *
 * A label chooses the way up. Past the last revision the answer is undefined, past the first one `base` and then undefined.
 *
 * @throws InvalidTargetError when the way forks
 */
export function walk(graph: NodeIndex, start: Point, steps: number, label?: string): Point | undefined {
  let point: Point | undefined = start;
  for (let step = 0; step < Math.abs(steps) && point !== undefined; step++) {
    point = steps > 0 ? above(graph, point, label) : below(graph, point, step);
  }
  return point;
}

function above(graph: NodeIndex, point: Point, label: string | undefined): Point | undefined {
  const ways = point === 'base' ? graph.baseNodes() : point.children;
  return single(label === undefined ? ways : sharingLineage(graph, ways, label), point, 'up');
}

/** Counting down from `base` itself starts at the head, as in Alembic. */
function below(graph: NodeIndex, point: Point, step: number): Point | undefined {
  if (point !== 'base') return single(point.downs, point, 'down') ?? 'base';
  return step === 0 ? (single(graph.headNodes(), point, 'down') ?? 'base') : undefined;
}

function single(ways: readonly RevisionNode[], from: Point, direction: 'up' | 'down'): RevisionNode | undefined {
  if (ways.length < 2) return ways[0];
  const ids = ways.map(({ id }) => `"${id}"`).join(', ');
  throw new InvalidTargetError(`The way ${direction} from "${from === 'base' ? from : from.id}" forks: ${ids}`, {
    hint:
      direction === 'up' ? 'Choose one with `<branch label>@+N`, or name a revision.' : 'Name the revision to go to.',
  });
}
