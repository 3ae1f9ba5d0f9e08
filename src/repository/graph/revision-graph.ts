import { RevisionNotFoundError } from '../../errors/repository.errors.js';
import type { Revision } from '../revision.js';
import { buildNodes, type Nodes } from './build-nodes.js';
import { isRequiredBy, type NodeIndex, reach, type RevisionNode } from './revision-node.js';
import { resolveOne, resolveTarget } from './resolve-target.js';

/**
 * The revisions and how they follow one another. Immutable, made in memory, knows no files and no database.
 *
 * Revisions come back in load order, ids sorted; load order is the order that the graph was given them in.
 *
 * @example
 *     const graph = RevisionGraph.of(revisions);
 *     graph.heads().map(({ id }) => id);
 *     graph.resolve('billing@head');
 */
export class RevisionGraph implements NodeIndex {
  private constructor(private readonly nodes: Nodes) {}

  /**
   * Builds the graph.
   *
   * @throws DuplicateRevisionError, DuplicateLabelError, MissingRevisionError, RevisionCycleError, InvalidRevisionNameError
   */
  static of(revisions: Iterable<Revision>): RevisionGraph {
    return new RevisionGraph(buildNodes(revisions));
  }

  get size(): number {
    return this.nodes.all.length;
  }

  revisions(): Revision[] {
    return this.nodes.all.map(toRevision);
  }

  /** Revisions that no other revises: one, unless history has branched. A head may still be depended upon. */
  heads(): Revision[] {
    return this.headNodes().map(toRevision);
  }

  /** Heads that no other revision depends on either: what the version table holds after `upgrade heads`. */
  realHeads(): Revision[] {
    return this.realHeadNodes().map(toRevision);
  }

  /** Revisions that revise nothing. */
  bases(): Revision[] {
    return this.baseNodes().map(toRevision);
  }

  /** Revisions that several others revise. */
  branchPoints(): Revision[] {
    return this.nodes.all.filter(({ children }) => children.length > 1).map(toRevision);
  }

  /** Revisions that revise several others. */
  mergePoints(): Revision[] {
    return this.nodes.all.filter(({ downs }) => downs.length > 1).map(toRevision);
  }

  has(id: string): boolean {
    return this.nodes.byKey.get(id)?.id === id;
  }

  /**
   * The revision with exactly this id.
   *
   * @throws RevisionNotFoundError
   */
  get(id: string): Revision {
    return this.node(id).revision;
  }

  /** Branch labels of a revision, its own and those of its branch, sorted. */
  labels(id: string): string[] {
    return [...this.node(id).labels].sort();
  }

  /** Ids of the revisions that revise it, sorted. */
  children(id: string): string[] {
    return this.node(id).children.map(toId);
  }

  /** Ids of what it depends on, labels resolved and without what an ancestor already depends on, sorted. */
  dependencies(id: string): string[] {
    return this.node(id).dependencies.map(toId);
  }

  /** Ids of all that it builds on, itself included, sorted; dependencies count unless switched off. */
  ancestors(id: string, options: { dependencies?: boolean } = {}): string[] {
    return sortedIds(reach([this.node(id)], (options.dependencies ?? true) ? 'requires' : 'downs'));
  }

  /** Ids of all that builds on it, itself included, sorted; dependents count unless switched off. */
  descendants(id: string, options: { dependencies?: boolean } = {}): string[] {
    return sortedIds(reach([this.node(id)], (options.dependencies ?? true) ? 'requiredBy' : 'children'));
  }

  /** Whether one of two revisions builds on the other, dependencies included; true where one is not known. */
  areRelated(one: string, other: string): boolean {
    if (!this.has(one) || !this.has(other)) return true;
    const [node, another] = [this.node(one), this.node(other)];
    return isRequiredBy(node, [another]) || isRequiredBy(another, [node]);
  }

  /**
   * The revisions that a target stands for: an id, the unique start of one, a branch label, `head`, `heads`, `base`, `label@…`, `-N`.
   *
   * `base` stands for none. `-N` counts down from every head.
   *
   * @throws RevisionNotFoundError, AmbiguousRevisionError, MultipleHeadsError, InvalidTargetError
   */
  resolve(target: string): Revision[] {
    return resolveTarget(this, target).map(toRevision);
  }

  /**
   * The one revision that a target stands for; undefined for `base`.
   *
   * @throws RevisionNotFoundError, AmbiguousRevisionError, MultipleHeadsError
   */
  resolveOne(target: string): Revision | undefined {
    return resolveOne(this, target)?.revision;
  }

  /**
   * A revision with its neighbours. `source` is for the error: the id comes from an argument or from the version table.
   *
   * @throws RevisionNotFoundError
   */
  node(id: string, source: 'argument' | 'version-table' = 'argument'): RevisionNode {
    const node = this.nodes.byKey.get(id);
    if (node?.id !== id) throw new RevisionNotFoundError(id, source);
    return node;
  }

  /** Nodes by id and by branch label. @internal */
  get byKey(): ReadonlyMap<string, RevisionNode> {
    return this.nodes.byKey;
  }

  /** @internal */
  headNodes(): RevisionNode[] {
    return this.nodes.all.filter(({ children }) => children.length === 0);
  }

  /** @internal */
  realHeadNodes(): RevisionNode[] {
    return this.nodes.all.filter(({ requiredBy }) => requiredBy.length === 0);
  }

  /** @internal */
  baseNodes(): RevisionNode[] {
    return this.nodes.all.filter(({ downs }) => downs.length === 0);
  }
}

function toRevision({ revision }: RevisionNode): Revision {
  return revision;
}

function toId({ id }: RevisionNode): string {
  return id;
}

function sortedIds(nodes: Iterable<RevisionNode>): string[] {
  return Array.from(nodes, toId).sort();
}
