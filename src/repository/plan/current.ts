import type { RevisionGraph } from '../graph/revision-graph.js';
import { reach, type RevisionNode } from '../graph/revision-node.js';
import type { Revision } from '../revision.js';
import { nodesOfRows } from './version-rows.js';

/**
 * The revisions a database is at: its rows, and the tips of the branches that these imply through dependencies; sorted by id.
 *
 * @throws RevisionNotFoundError for a row that no file declares
 */
export function currentRevisions(graph: RevisionGraph, rows: readonly string[]): Revision[] {
  return currentNodes(nodesOfRows(graph, rows)).map(({ revision }) => revision);
}

/** All that is applied, without what is below another applied revision of the same line. */
export function currentNodes(rows: readonly RevisionNode[]): RevisionNode[] {
  const applied = reach(rows, 'requires');
  const tips = [...applied].filter(({ children }) => !children.some((child) => applied.has(child)));
  return tips.sort((left, right) => (left.id < right.id ? -1 : 1));
}
