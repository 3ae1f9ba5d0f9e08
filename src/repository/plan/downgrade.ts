import { InvalidTargetError, NotAncestorError } from '../../errors/repository.errors.js';
import { findByName, sharingLineage } from '../graph/find-revision.js';
import { parseRelative, type RelativeTarget } from '../graph/relative-target.js';
import { resolveOne } from '../graph/resolve-target.js';
import type { RevisionGraph } from '../graph/revision-graph.js';
import { reach, type RevisionNode } from '../graph/revision-node.js';
import { walk, type Point } from '../graph/walk.js';
import type { PlanStep } from '../revision.js';
import { currentNodes } from './current.js';
import { revisionSteps } from './steps.js';
import { sortNewestFirst } from './topological-sort.js';
import { OF_DATABASE, OF_RANGE, type Start, tooFar } from './upgrade.js';
import { nodesOfRows } from './version-rows.js';

/**
 * The steps that bring a database from its version rows down to a target, newest first; none when it is there.
 *
 * Only what is built on the removed revisions, or depends on them, goes with them: other branches stay.
 *
 * @param target what `db downgrade` takes: `-1`, `base`, an id, `label@base`, `head-2`, …
 * @param rows ids in the version table; `-N` counts from the first of them by id (see `ambiguousDowngrade`)
 * @throws RevisionNotFoundError, AmbiguousRevisionError, MultipleHeadsError, NotAncestorError, InvalidTargetError, InconsistentRowsError
 */
export function planDowngrade(graph: RevisionGraph, target: string, rows: readonly string[]): PlanStep[] {
  return planDown(graph, target, rows, OF_DATABASE);
}

/** The same for a range (`--sql`, `plan`), whose start somebody names: the errors are about that, and no database. */
export function planDowngradeRange(graph: RevisionGraph, target: string, startRows: readonly string[]): PlanStep[] {
  return planDown(graph, target, startRows, OF_RANGE);
}

function planDown(graph: RevisionGraph, target: string, rows: readonly string[], start: Start): PlanStep[] {
  const current = nodesOfRows(graph, rows);
  const { label, point } = downgradeTarget(graph, target, current, start);
  const dropped = reach(rootsAbove(graph, point, label, target), 'requiredBy');
  const applied = reach(current, 'requires');
  for (const node of dropped) if (!applied.has(node)) dropped.delete(node);
  if (point !== 'base' && dropped.size === 0 && !current.includes(point)) {
    throw start === OF_RANGE ? notBelowStart(target, current) : notBelow(target, current);
  }
  return revisionSteps(graph, 'downgrade', sortNewestFirst(dropped, current), current);
}

/** The warning for `-N` where several version rows make its meaning a matter of chance; undefined when all is clear. */
export function ambiguousDowngrade(graph: RevisionGraph, target: string, rows: readonly string[]): string | undefined {
  const relative = graph.byKey.has(target) ? undefined : parseRelative(target);
  const ids = [...new Set(rows)].sort();
  if (relative === undefined || relative.symbol !== undefined || relative.label !== undefined || ids.length < 2) return;
  return `"${target}" is ambiguous: the database is at ${ids.join(', ')}. It counts from ${ids[0]}; use ${ids[0]}@${target} or name a revision.`;
}

interface DowngradeTarget {
  readonly point: Point;
  /** Narrows the downgrade to one branch. */
  readonly label?: string;
}

function downgradeTarget(
  graph: RevisionGraph,
  target: string,
  current: readonly RevisionNode[],
  start: Start,
): DowngradeTarget {
  const relative = graph.byKey.has(target) ? undefined : parseRelative(target);
  if (relative !== undefined) return relativeDowngradeTarget(graph, relative, current, start);
  const at = target.lastIndexOf('@');
  const point = resolveOne(graph, target.slice(at + 1)) ?? 'base';
  if (at <= 0) return { point };
  const label = target.slice(0, at);
  findByName(graph, label);
  return { point, label };
}

function relativeDowngradeTarget(
  graph: RevisionGraph,
  relative: RelativeTarget,
  current: readonly RevisionNode[],
  from: Start,
): DowngradeTarget {
  const { symbol, steps } = relative;
  if (symbol === undefined && steps >= 0) throw tooFar(relative, 'downgrade', from);
  const { label, start } = downgradeStart(graph, relative, current, from);
  const point = walk(graph, start, steps, steps > 0 ? label : undefined);
  if (point === undefined || (point === 'base' && steps >= 0)) throw tooFar(relative, 'downgrade', from);
  return label === undefined ? { point } : { point, label };
}

function downgradeStart(
  graph: RevisionGraph,
  relative: RelativeTarget,
  current: readonly RevisionNode[],
  from: Start,
): { start: Point; label?: string } {
  const { label, symbol, steps } = relative;
  if (symbol !== undefined) {
    const start = resolveOne(graph, steps >= 0 || label === undefined ? symbol : `${label}@${symbol}`) ?? 'base';
    return label === undefined ? { start } : { start, label };
  }
  if (label !== undefined) return { start: rowOnBranch(graph, label, current), label };
  const [first] = current;
  if (first === undefined) throw tooFar(relative, 'downgrade', from);
  return { start: first, label: first.id };
}

/** The row on a branch, or what is applied of it because another row implies it. */
function rowOnBranch(graph: RevisionGraph, label: string, current: readonly RevisionNode[]): RevisionNode {
  const rows = sharingLineage(graph, current, label);
  const candidates = rows.length > 0 ? rows : sharingLineage(graph, currentNodes(current), label);
  const [only] = candidates;
  if (only !== undefined && candidates.length === 1) return findByName(graph, only.id, label);
  const found = candidates.map(({ id }) => `"${id}"`).join(', ');
  throw new InvalidTargetError(
    only === undefined
      ? `Nothing of the branch "${label}" is applied`
      : `The database is at several revisions of the branch "${label}": ${found}`,
    { hint: only === undefined ? 'See `npx nest-cmd db current`.' : 'Name the revision to go down to.' },
  );
}

/** The lowest revisions to remove: those right above the point, only those of the branch where there is a label. */
function rootsAbove(graph: RevisionGraph, point: Point, label: string | undefined, target: string): RevisionNode[] {
  const roots = point === 'base' ? graph.baseNodes() : [...point.children];
  if (label === undefined || roots.length < 2) return roots;
  const ancestors = reach([findByName(graph, label)], 'downs');
  const ofBranch = roots.filter((root) => ancestors.has(root));
  if (ofBranch.length > 0) return ofBranch;
  throw new InvalidTargetError(`"${target}" is not below the branch "${label}"`, {
    hint: 'Name a revision of that branch, or leave the label out to remove all that is above the target.',
  });
}

function notBelow(target: string, current: readonly RevisionNode[]): NotAncestorError {
  const at = current.map(({ id }) => `"${id}"`).join(', ') || 'base';
  return new NotAncestorError(`"${target}" is not below where the database is: ${at}`, {
    hint: 'See `npx nest-cmd db current` and `npx nest-cmd db history`. To go up, use `npx nest-cmd db upgrade`.',
  });
}

function notBelowStart(target: string, current: readonly RevisionNode[]): NotAncestorError {
  const start = current.map(({ id }) => id).join(', ') || 'base';
  return new NotAncestorError(`"${target}" is not below where the range starts: "${start}"`, {
    hint:
      current.length < 2
        ? `The way up is \`npx nest-cmd db upgrade ${start}:${target} --sql\`, or \`npx nest-cmd db plan ${start}:${target}\`.`
        : 'Name a target below the start; see `npx nest-cmd db history`.',
  });
}
