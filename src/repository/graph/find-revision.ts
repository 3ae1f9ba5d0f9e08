import { AmbiguousRevisionError, MultipleHeadsError, RevisionNotFoundError } from '../../errors/repository.errors.js';
import type { RevisionGraph } from './revision-graph.js';
import { lineage, type RevisionNode } from './revision-node.js';

/** `label@name`, cut at the first "@". */
export interface TargetParts {
  readonly label?: string;
  readonly name: string;
}

export function splitTarget(target: string): TargetParts {
  const at = target.indexOf('@');
  if (at < 0) return { name: target };
  const name = target.slice(at + 1);
  return at === 0 ? { name } : { label: target.slice(0, at), name };
}

/** Nodes for `head`, `heads` and `base`, with or without a label; undefined for any other name. */
export function resolveSymbol(graph: RevisionGraph, target: string): RevisionNode[] | undefined {
  const { label, name } = splitTarget(target);
  if (name === 'base') {
    if (label !== undefined) findBranch(graph, label);
    return [];
  }
  if (name === 'heads' && label === undefined) return graph.realHeadNodes();
  if (name !== 'head' && name !== 'heads') return undefined;
  const heads = graph.headNodes();
  const narrowed = label === undefined ? heads : sharingLineage(graph, heads, label);
  if (name === 'head' && narrowed.length > 1)
    throw new MultipleHeadsError(
      target,
      narrowed.map(({ id }) => id),
    );
  return narrowed;
}

/** The revision with this id or label, or the only one whose id or label starts like that; of the branch, when one is named. */
export function findByName(graph: RevisionGraph, name: string, label?: string): RevisionNode {
  const branch = label === undefined ? undefined : findBranch(graph, label);
  const node = graph.byKey.get(name) ?? findByPrefix(graph, name, label);
  if (branch === undefined || lineage([branch]).has(node)) return node;
  throw new RevisionNotFoundError(name, 'argument', `Revision "${node.id}" is not a member of branch "${label}"`);
}

function findBranch(graph: RevisionGraph, label: string): RevisionNode {
  try {
    return graph.byKey.get(label) ?? findByName(graph, label);
  } catch (error) {
    if (!(error instanceof RevisionNotFoundError)) throw error;
    throw new RevisionNotFoundError(label, 'argument', `No branch is called "${label}"`);
  }
}

/** Labels of up to three characters are never found by their start: they would shadow ids. */
function findByPrefix(graph: RevisionGraph, prefix: string, label: string | undefined): RevisionNode {
  const keys = prefix === '' ? [] : [...graph.byKey.keys()].filter((key) => key.length > 3 && key.startsWith(prefix));
  const members = label === undefined ? undefined : lineageOf(graph, label);
  const found = keys.flatMap((key) => {
    const node = graph.byKey.get(key);
    return node === undefined || members?.has(node) === false ? [] : [{ key, node }];
  });
  if (found.length > 1) throw new AmbiguousRevisionError(prefix, found.map(({ key }) => key).sort());
  if (found[0] === undefined) throw new RevisionNotFoundError(prefix);
  return found[0].node;
}

/** Keeps the nodes that are ancestors or descendants of what the text stands for; for `label@name` either of the two will do. */
export function sharingLineage(
  graph: RevisionGraph,
  nodes: readonly RevisionNode[],
  against: string,
  withDependencies = false,
): RevisionNode[] {
  if (nodes.length === 0) return [];
  const members = lineageOf(graph, against, withDependencies);
  return members === undefined ? [...nodes] : nodes.filter((node) => members.has(node));
}

/** undefined stands for all: `base` is in everybody's lineage. */
function lineageOf(graph: RevisionGraph, against: string, withDependencies = false): Set<RevisionNode> | undefined {
  const { label, name } = splitTarget(against);
  const relatives = [
    ...(label === undefined ? [] : [findByName(graph, label)]),
    ...(resolveSymbol(graph, against) ?? [findByName(graph, name)]),
  ];
  return relatives.length === 0 ? undefined : lineage(relatives, withDependencies);
}
