import { InvalidTargetError } from '../../errors/repository.errors.js';
import { sharingLineage } from './find-revision.js';
import type { NodeIndex, RevisionNode } from './revision-node.js';

/** A revision, or the place before the first one. */
export type Place = RevisionNode | 'base';

/**
 * Goes up (positive) or down (negative) a number of revisions, along `downRevision` only.
 *
 * A label chooses the way up. Past the last revision the answer is undefined, past the first one `base` and then undefined.
 *
 * @throws InvalidTargetError when the way forks
 */
export function walk(graph: NodeIndex, start: Place, steps: number, label?: string): Place | undefined {
  let place: Place | undefined = start;
  for (let step = 0; step < Math.abs(steps) && place !== undefined; step++) {
    place = steps > 0 ? above(graph, place, label) : below(graph, place, step);
  }
  return place;
}

function above(graph: NodeIndex, place: Place, label: string | undefined): Place | undefined {
  const ways = place === 'base' ? graph.baseNodes() : place.children;
  return single(label === undefined ? ways : sharingLineage(graph, ways, label), place, 'up');
}

/** Counting down from `base` itself starts at the head, as in Alembic. */
function below(graph: NodeIndex, place: Place, step: number): Place | undefined {
  if (place !== 'base') return single(place.downs, place, 'down') ?? 'base';
  return step === 0 ? (single(graph.headNodes(), place, 'down') ?? 'base') : undefined;
}

function single(ways: readonly RevisionNode[], from: Place, direction: 'up' | 'down'): RevisionNode | undefined {
  if (ways.length < 2) return ways[0];
  const ids = ways.map(({ id }) => `"${id}"`).join(', ');
  throw new InvalidTargetError(`The way ${direction} from "${from === 'base' ? from : from.id}" forks: ${ids}`, {
    hint:
      direction === 'up' ? 'Choose one with `<branch label>@+N`, or name a revision.' : 'Name the revision to go to.',
  });
}
