import { DuplicateHeadsError, NothingToMergeError, NotAHeadError } from '../../errors/repository.errors.js';
import type { RevisionGraph } from '../graph/revision-graph.js';
import type { Revision } from '../revision.js';

/**
 * The revisions that a new one is to revise, in the order given.
 *
 * @throws DuplicateHeadsError, NotAHeadError unless `splice`, and what `RevisionGraph.resolve` throws
 */
export function resolveHeads(graph: RevisionGraph, targets: readonly string[], splice = false): Revision[] {
  const heads = targets.flatMap((target) => graph.resolve(target));
  const twice = heads.find((head, index) => heads.indexOf(head) !== index);
  if (twice !== undefined) throw new DuplicateHeadsError(twice.id);
  const inner = splice ? undefined : heads.find((head) => graph.children(head.id).length > 0);
  if (inner !== undefined) throw new NotAHeadError(inner.id);
  return heads;
}

/**
 * The heads that `merge` joins when none are named: all that no other revision builds on.
 *
 * @throws NothingToMergeError when there is one, or none
 */
export function headsToMerge(graph: RevisionGraph): string[] {
  const heads = graph.realHeads().map(({ id }) => id);
  if (heads.length < 2) throw new NothingToMergeError(heads);
  return heads;
}
