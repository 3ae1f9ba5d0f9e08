import { InconsistentRowsError } from '../../errors/repository.errors.js';
import type { RevisionGraph } from '../graph/revision-graph.js';
import { reach, type RevisionNode } from '../graph/revision-node.js';
import type { Revision } from '../revision.js';
import { nodesOfRows, refuseOverlap, sortedById } from './version-rows.js';

/**
 * The revisions a database is at: its rows, and the tips of the branches that these imply through dependencies; sorted by id. Rows of
 * which one is part of another are both among them: no run leaves such.
 *
 * @throws RevisionNotFoundError for a row that no file declares
 */
export function currentRevisions(graph: RevisionGraph, rows: readonly string[]): Revision[] {
  const nodes = nodesOfRows(graph, rows);
  return sortedById([...new Set([...currentNodes(nodes), ...nodes])]).map(({ revision }) => revision);
}

/** All that is applied, without what is below another applied revision of the same line. */
export function currentNodes(rows: readonly RevisionNode[]): RevisionNode[] {
  const applied = reach(rows, 'requires');
  const tips = [...applied].filter(({ children }) => !children.some((child) => applied.has(child)));
  return sortedById(tips);
}

/** What is wrong with rows of which one is part of another, and what to do; undefined for all others. */
export function overlapOf(graph: RevisionGraph, rows: readonly string[]): InconsistentRowsError | undefined {
  try {
    refuseOverlap(nodesOfRows(graph, rows), 'rows');
  } catch (error) {
    if (error instanceof InconsistentRowsError) return error;
    throw error;
  }
  return undefined;
}
