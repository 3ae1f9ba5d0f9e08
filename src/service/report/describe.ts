import type { RevisionInfo } from '../../results.js';
import type { Revision, RevisionGraph } from '../../repository/index.js';

/** A revision with what the graph knows of its surroundings. */
export function describeRevision(graph: RevisionGraph, revision: Revision): RevisionInfo {
  const children = graph.children(revision.id);
  const isHead = children.length === 0;
  return {
    revision: revision.id,
    downRevision: revision.downRevisions,
    dependsOn: graph.dependencies(revision.id),
    branchLabels: graph.labels(revision.id),
    branchesInto: children,
    message: revision.message,
    doc: revision.doc,
    path: revision.path ?? '',
    isHead,
    isEffectiveHead: isHead && graph.node(revision.id).requiredBy.length > 0,
    isBranchPoint: children.length > 1,
    isMergePoint: revision.downRevisions.length > 1,
  };
}
