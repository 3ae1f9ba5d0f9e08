import { InvalidTargetError, MultipleHeadsError } from '../../errors/repository.errors.js';
import { findByName, resolveSymbol, sharingLineage, splitTarget } from './find-revision.js';
import type { NodeIndex, RevisionNode } from './revision-node.js';
import { walk, type Point } from './walk.js';

/** All revisions that a target stands for; none for `base`. */
export function resolveTarget(graph: NodeIndex, target: string): RevisionNode[] {
  const { label, name } = splitTarget(target);
  if (countsDown(target)) return [...new Set(downFromHeads(graph, target).map((point) => aboveBase(point, target)))];
  return resolveSymbol(graph, target) ?? [findByName(graph, name, label)];
}

/** The one revision that a target stands for; undefined for `base`. */
export function resolveOne(graph: NodeIndex, target: string): RevisionNode | undefined {
  const { label, name } = splitTarget(target);
  const found = resolveSymbol(graph, target) ?? [findByName(graph, name, label)];
  if (found.length > 1)
    throw new MultipleHeadsError(
      target,
      found.map(({ id }) => id),
    );
  return found[0];
}

/** Is the target `-N` or `label@-N`? */
export function countsDown(target: string): boolean {
  return /^-0*[1-9]\d*$/.test(splitTarget(target).name);
}

/** For a target that counts down: where it leads from every real head; undefined where that is below `base`. */
export function downFromHeads(graph: NodeIndex, target: string): (Point | undefined)[] {
  const { label, name } = splitTarget(target);
  return headsOf(graph, label).map((head) => walk(graph, head, Number(name)));
}

/** A label chooses the heads that carry it; an id in its place chooses those in its lineage. */
function headsOf(graph: NodeIndex, label: string | undefined): RevisionNode[] {
  const heads = graph.realHeadNodes();
  if (label === undefined) return heads;
  const branch = findByName(graph, label);
  const isLabel = branch.labels.has(label);
  return isLabel ? heads.filter(({ labels }) => labels.has(label)) : sharingLineage(graph, heads, label);
}

/** Refuses a point that is not a revision. */
export function aboveBase(point: Point | undefined, target: string): RevisionNode {
  if (point !== undefined && point !== 'base') return point;
  throw new InvalidTargetError(`"${target}" leads below the first revision`, {
    hint: 'Use a smaller number, or `base` for the state before the first revision.',
  });
}
