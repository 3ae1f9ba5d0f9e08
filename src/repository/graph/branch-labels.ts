import { DuplicateLabelError } from '../../errors/repository.errors.js';
import { verifyLabel } from './names.js';
import { type DraftNode, reach } from './revision-node.js';

/** Adds every declared label to the keys, which are the ids so far. */
export function declareLabels(all: readonly DraftNode[], byKey: Map<string, DraftNode>): void {
  for (const node of all) {
    for (const label of node.revision.branchLabels) {
      verifyLabel(label, node.revision.path);
      const other = byKey.get(label);
      if (other !== undefined) throw new DuplicateLabelError(label, node.id, other.id);
      byKey.set(label, node);
    }
  }
}

/**
 * Passes labels on: to all descendants, and down to where the branch begins.
 *
 * Downwards they go only when nothing branches off above, as in Alembic: where several lines are above the labelled revision, they go no further down.
 */
export function propagateLabels(all: readonly DraftNode[]): void {
  for (const node of all) {
    const labels = node.revision.branchLabels;
    if (labels.length === 0) continue;
    let last = node;
    for (const descendant of reach([node], 'children') as Set<DraftNode>) {
      addLabels(descendant, labels);
      last = descendant;
    }
    for (let below: DraftNode | undefined = last; below !== undefined && isPlain(below); below = below.downs[0]) {
      addLabels(below, labels);
    }
  }
}

function isPlain(node: DraftNode): boolean {
  return node.requiredBy.length < 2 && node.downs.length < 2;
}

function addLabels(node: DraftNode, labels: readonly string[]): void {
  node.labels = new Set([...node.labels, ...labels]);
}
