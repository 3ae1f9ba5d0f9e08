import { DuplicateRevisionError, MissingRevisionError, RevisionCycleError } from '../../errors/repository.errors.js';
import type { Revision } from '../revision.js';
import { declareLabels, propagateLabels } from './branch-labels.js';
import { refuseCycles } from './cycles.js';
import { normaliseDependencies } from './dependencies.js';
import { verifyRevisionId } from './names.js';
import type { DraftNode, RevisionNode } from './revision-node.js';

export interface Nodes {
  /** In load order. */
  readonly all: readonly RevisionNode[];
  /** By id and by branch label: ids first, both in load order. */
  readonly byKey: ReadonlyMap<string, RevisionNode>;
}

/**
 * Builds the graph of the revisions.
 *
 * @throws DuplicateRevisionError, DuplicateLabelError, MissingRevisionError, RevisionCycleError, InvalidRevisionNameError
 */
export function buildNodes(revisions: Iterable<Revision>): Nodes {
  const byKey = new Map<string, DraftNode>();
  for (const revision of revisions) {
    const other = byKey.get(revision.id);
    if (other !== undefined) throw duplicate(revision, other.revision);
    verifyRevisionId(revision.id, revision.path);
    byKey.set(revision.id, draft(revision, byKey.size));
  }
  const all = [...byKey.values()];
  declareLabels(all, byKey);
  for (const node of all) connect(node, byKey);
  sortChildren(all);
  refuseCycles(all);
  normaliseDependencies(all);
  propagateLabels(all);
  return { all, byKey };
}

/** Shared by the many revisions without any: thousands of them are built for commands that look at a few. */
const noLabels: ReadonlySet<string> = new Set();
const noNodes: DraftNode[] = [];

function draft(revision: Revision, position: number): DraftNode {
  const { id, branchLabels } = revision;
  return {
    id,
    revision,
    position,
    rank: 0,
    downs: noNodes,
    dependencies: noNodes,
    requires: noNodes,
    children: noNodes,
    requiredBy: noNodes,
    labels: branchLabels.length === 0 ? noLabels : new Set(branchLabels),
  };
}

function duplicate(revision: Revision, other: Revision): DuplicateRevisionError {
  return new DuplicateRevisionError(
    revision.id,
    [other.path, revision.path].filter((path) => path !== undefined),
  );
}

function connect(node: DraftNode, byKey: ReadonlyMap<string, DraftNode>): void {
  node.downs = neighbours(node, 'downRevision', byKey);
  node.dependencies = neighbours(node, 'dependsOn', byKey);
  node.requires = node.dependencies.length === 0 ? node.downs : [...new Set([...node.downs, ...node.dependencies])];
  for (const down of node.downs) down.children = withNode(down.children, node);
  for (const required of node.requires) required.requiredBy = withNode(required.requiredBy, node);
}

/** The nodes that a revision refers to. Only a dependency may be given by label. */
function neighbours(
  node: DraftNode,
  property: 'downRevision' | 'dependsOn',
  byKey: ReadonlyMap<string, DraftNode>,
): DraftNode[] {
  const { revision } = node;
  let found = noNodes;
  for (const name of property === 'downRevision' ? revision.downRevisions : revision.dependsOn) {
    const other = byKey.get(name);
    if (other === undefined || (property === 'downRevision' && other.id !== name)) {
      throw new MissingRevisionError(name, revision.id, property, revision.path);
    }
    if (other === node) throw new RevisionCycleError([node.id], property);
    if (!found.includes(other)) found = withNode(found, other);
  }
  return found;
}

/** Adds a node to a list. Most lists stay with one, which takes a tenth of what `push` sets aside for more. */
function withNode(nodes: DraftNode[], node: DraftNode): DraftNode[] {
  if (nodes.length === 0) return [node];
  nodes.push(node);
  return nodes;
}

function sortChildren(all: readonly DraftNode[]): void {
  for (const { children, requiredBy } of all) {
    if (children.length > 1) children.sort(byId);
    if (requiredBy.length > 1) requiredBy.sort(byId);
  }
}

function byId(left: { id: string }, right: { id: string }): number {
  return left.id < right.id ? -1 : Number(left.id > right.id);
}
