import { AmbiguousRevisionError, MultipleHeadsError, RevisionNotFoundError } from '../../errors/repository.errors.js';
import { parseRelative } from './relative-target.js';
import { lineage, type NodeIndex, type RevisionNode } from './revision-node.js';

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
export function resolveSymbol(graph: NodeIndex, target: string): RevisionNode[] | undefined {
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
export function findByName(graph: NodeIndex, name: string, label?: string): RevisionNode {
  const branch = label === undefined ? undefined : findBranch(graph, label);
  const node = graph.byKey.get(name) ?? findByPrefix(graph, name, label);
  if (branch === undefined || lineage([branch]).has(node)) return node;
  throw notInBranch(node, label ?? '');
}

function notInBranch({ id, labels }: RevisionNode, label: string): RevisionNotFoundError {
  const own = [...labels].sort();
  const named = own.map((one) => `"${one}"`).join(', ');
  const [first] = own;
  return new RevisionNotFoundError(
    id,
    'argument',
    `Revision "${id}" is not a member of branch "${label}"${first === undefined ? '' : `, but of ${named}`}`,
    `Leave out "${label}@": the id is enough.${first === undefined ? '' : ` Or name its own branch: ${first}@${id}.`}`,
  );
}

function findBranch(graph: NodeIndex, label: string): RevisionNode {
  try {
    return graph.byKey.get(label) ?? findByName(graph, label);
  } catch (error) {
    if (!(error instanceof RevisionNotFoundError)) throw error;
    throw new RevisionNotFoundError(label, 'argument', `No branch is called "${label}"`);
  }
}

/** Labels of up to three characters are never found by their start: they would shadow ids. */
function findByPrefix(graph: NodeIndex, prefix: string, label: string | undefined): RevisionNode {
  const keys = prefix === '' ? [] : [...graph.byKey.keys()].filter((key) => key.length > 3 && key.startsWith(prefix));
  const members = label === undefined ? undefined : lineageOf(graph, label);
  const found = keys.flatMap((key) => {
    const node = graph.byKey.get(key);
    return node === undefined || members?.has(node) === false ? [] : [{ key, node }];
  });
  if (found.length > 1) throw new AmbiguousRevisionError(prefix, found.map(({ key }) => key).sort());
  if (found[0] !== undefined) return found[0].node;
  const elsewhere = keys.length === 1 ? graph.byKey.get(keys[0] ?? '') : undefined;
  if (label !== undefined && elsewhere !== undefined) throw notInBranch(elsewhere, label);
  throw notFound(prefix, label);
}

function notFound(name: string, label: string | undefined): RevisionNotFoundError {
  if (label !== undefined && name === '') {
    const [reason, hint] = [`"${label}@" names no revision`, `Write ${label}@head, or an id behind the "@".`];
    return new RevisionNotFoundError(`${label}@`, 'argument', reason, hint);
  }
  if (name.includes(':')) {
    const [reason, hint] = [
      `"${name}" is a range, and here a revision has to be named`,
      `\`npx nest-cmd db history -r ${name}\` shows a range.`,
    ];
    return new RevisionNotFoundError(name, 'argument', reason, hint);
  }
  if (parseRelative(name) !== undefined) {
    const target = label === undefined ? name : `${label}@${name}`;
    return new RevisionNotFoundError(
      name,
      'argument',
      `"${target}" counts steps, and here a revision has to be named`,
      '`npx nest-cmd db history` lists the ids and labels there are.',
    );
  }
  if (label === undefined) return new RevisionNotFoundError(name);
  return new RevisionNotFoundError(name, 'argument', `No revision of branch "${label}" is called "${name}"`);
}

/** Keeps the nodes that are ancestors or descendants of what the text stands for; for `label@name` either of the two will do. */
export function sharingLineage(
  graph: NodeIndex,
  nodes: readonly RevisionNode[],
  against: string,
  withDependencies = false,
): RevisionNode[] {
  if (nodes.length === 0) return [];
  const members = lineageOf(graph, against, withDependencies);
  return members === undefined ? [...nodes] : nodes.filter((node) => members.has(node));
}

/** undefined stands for all: `base` is in everybody's lineage. */
function lineageOf(graph: NodeIndex, against: string, withDependencies = false): Set<RevisionNode> | undefined {
  const { label, name } = splitTarget(against);
  const relatives = [
    ...(label === undefined ? [] : [findByName(graph, label)]),
    ...(resolveSymbol(graph, against) ?? [findByName(graph, name)]),
  ];
  return relatives.length === 0 ? undefined : lineage(relatives, withDependencies);
}
