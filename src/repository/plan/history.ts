import { InvalidTargetError, NotAncestorError } from '../../errors/repository.errors.js';
import { findByName, splitTarget } from '../graph/find-revision.js';
import { parseRelative, type RelativeTarget } from '../graph/relative-target.js';
import { countsDown, downFromHeads, resolveOne, resolveTarget } from '../graph/resolve-target.js';
import type { RevisionGraph } from '../graph/revision-graph.js';
import { lineage, reach, type RevisionNode } from '../graph/revision-node.js';
import type { Revision } from '../revision.js';
import { sortNewestFirst } from './topological-sort.js';
import { relativeUpgradeTarget } from './upgrade.js';
import { nodesOfRows } from './version-rows.js';

/** Where history begins or ends. `text` is what was typed, empty for the very beginning or end. */
interface Bound {
  readonly text: string;
  readonly nodes: RevisionNode[];
}

/**
 * The revisions of a range, newest first, both ends included.
 *
 * @param range `start:end`; no start is `base`, no end `heads`. `-N` as start counts down from every head, `+N` as end up from the start
 * @param rows ids in the version table, for `current` in the range; none means the whole history
 * @throws RevisionNotFoundError, AmbiguousRevisionError, MultipleHeadsError, NotAncestorError, InvalidTargetError
 */
export function history(graph: RevisionGraph, range = ':', rows: readonly string[] = []): Revision[] {
  const [from, to] = splitRange(range);
  const start = startOf(graph, from, rows);
  const targets = endOf(graph, to, start, rows).filter((node) => isOnBranchOf(graph, node, start.text));
  const shown = reach(targets, 'requires');
  if (start.nodes.some((node) => !shown.has(node))) throw notOneLine(from, to);
  const below = reach(
    targets.flatMap(({ requires }) => requires),
    'requires',
  );
  const tops = targets.filter((node) => !below.has(node));
  return sortNewestFirst(cutAt(lowest(start.nodes), shown), tops).map(({ revision }) => revision);
}

/** Keeps the start and what is above it on its own lines. Without a start nothing is cut off. */
function cutAt(start: readonly RevisionNode[], shown: Set<RevisionNode>): Set<RevisionNode> {
  if (start.length === 0) return shown;
  const above = reach(start, 'children');
  const below = reach(start, 'requires');
  const ends = new Set(start);
  return new Set([...shown].filter((node) => ends.has(node) || (above.has(node) && !below.has(node))));
}

/** Several databases may be at different revisions of one line: `current` then begins at the one furthest behind. */
function lowest(nodes: readonly RevisionNode[]): RevisionNode[] {
  const above = reach(
    nodes.flatMap(({ requiredBy }) => requiredBy),
    'requiredBy',
  );
  return nodes.filter((node) => !above.has(node));
}

/** Whether a range contains `current`, so that `history` needs the version rows. */
export function rangeInvolvesCurrent(range: string): boolean {
  return range.split(':').some((part) => part.trim() === 'current');
}

/** Splits `start:end`. @throws InvalidTargetError without a colon, or with more than one */
function splitRange(range: string): [start: string, end: string] {
  const parts = range.trim().split(':');
  const [start, end] = parts;
  if (parts.length === 2 && start !== undefined && end !== undefined) return [start.trim(), end.trim()];
  throw new InvalidTargetError(`"${range}" is not a range of revisions`, {
    hint: 'Write it as start:end, start: or :end.',
  });
}

function startOf(graph: RevisionGraph, text: string, rows: readonly string[]): Bound {
  if (text === '') return { text, nodes: [] };
  if (text === 'current') return { text, nodes: nodesOfRows(graph, rows) };
  if (!countsDown(text)) return { text, nodes: resolveTarget(graph, text) };
  return { text, nodes: downFromHeads(graph, text).filter((point) => point !== undefined && point !== 'base') };
}

function endOf(graph: RevisionGraph, text: string, start: Bound, rows: readonly string[]): RevisionNode[] {
  if (text === '' || (text === 'current' && rows.length === 0)) return graph.realHeadNodes();
  if (text === 'current') return nodesOfRows(graph, rows);
  const relative = graph.byKey.has(text) ? undefined : parseRelative(text);
  if (relative === undefined) return resolveTarget(graph, text);
  if (relative.symbol === undefined && relative.steps <= 0) throw countsWrongWay(text);
  const point = relativeUpgradeTarget(graph, relative, start.nodes);
  if (point === undefined) return endsAbove(graph, relative);
  return point === 'base' ? [] : [point];
}

/** A number that leads past the end means the end: that of the branch, or above the revision, that it counts along. */
function endsAbove(graph: RevisionGraph, { label, symbol }: RelativeTarget): RevisionNode[] {
  const heads = resolveTarget(graph, label === undefined ? 'heads' : `${label}@heads`);
  const from = symbol === undefined ? undefined : resolveOne(graph, symbol);
  return from === undefined ? heads : heads.filter((head) => reach([head], 'requires').has(from));
}

function countsWrongWay(text: string): InvalidTargetError {
  return new InvalidTargetError(`"${text}" cannot be the end of a range`, {
    hint: 'The end counts up from the start, as in `ae1027:+2`. To count down from the heads, start with it: `-2:`.',
  });
}

/** `label@…` as start shows only that branch, whatever the end includes. An id may replace the label. */
function isOnBranchOf(graph: RevisionGraph, node: RevisionNode, start: string): boolean {
  const { label } = splitTarget(start);
  if (label === undefined) return true;
  const branch = findByName(graph, label);
  return branch.labels.has(label) ? node.labels.has(label) : lineage([branch]).has(node);
}

function notOneLine(from: string, to: string): NotAncestorError {
  return new NotAncestorError(`"${from || 'base'}" is not an ancestor of "${to || 'heads'}"`, {
    hint: 'Both ends of a range must lie on one line of history, the older one first.',
  });
}
