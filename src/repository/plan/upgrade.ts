import { InvalidTargetError, NotAncestorError } from '../../errors/repository.errors.js';
import { sharingLineage } from '../graph/find-revision.js';
import { parseRelative, type RelativeTarget } from '../graph/relative-target.js';
import { resolveOne, resolveTarget } from '../graph/resolve-target.js';
import type { RevisionGraph } from '../graph/revision-graph.js';
import { reach, type RevisionNode } from '../graph/revision-node.js';
import { walk, type Point } from '../graph/walk.js';
import type { PlanStep } from '../revision.js';
import { revisionSteps } from './steps.js';
import { sortNewestFirst } from './topological-sort.js';
import { nodesOfRows, refuseOverlap } from './version-rows.js';

/**
 * The steps that bring a database from its version rows up to a target, oldest first; none when it is there or above.
 *
 * @param target what `db upgrade` takes: `head`, `heads`, an id, a label, `+N`, `label@head`, …
 * @param rows ids in the version table
 * @throws RevisionNotFoundError, AmbiguousRevisionError, MultipleHeadsError, InvalidTargetError, InconsistentRowsError
 */
export function planUpgrade(
  graph: RevisionGraph,
  target: string,
  rows: readonly string[],
  start: Start = OF_DATABASE,
): PlanStep[] {
  const current = nodesOfRows(graph, rows);
  const targets = upgradeTargets(graph, target, current, start);
  refuseOverlap(targets, 'targets');
  refuseOverlap(current, 'rows');
  const needed = reach(targets, 'requires');
  for (const applied of reach(current, 'requires')) needed.delete(applied);
  return revisionSteps(graph, 'upgrade', sortNewestFirst(needed, targets).reverse(), current);
}

/**
 * The same for a range (`--sql`, `plan`), whose start somebody names: a range that leads down is refused, where an upgrade of a database has
 * nothing to do.
 *
 * @throws NotAncestorError too
 */
export function planUpgradeRange(graph: RevisionGraph, target: string, rows: readonly string[]): PlanStep[] {
  const steps = planUpgrade(graph, target, rows, OF_RANGE);
  if (steps.length > 0 || rows.length === 0) return steps;
  const current = nodesOfRows(graph, rows);
  if (upgradeTargets(graph, target, current, OF_RANGE).some((node) => current.includes(node))) return steps;
  const start = current.map(({ id }) => id).join(', ');
  const down = `${current.length === 1 ? start : 'heads'}:${target}`;
  throw new NotAncestorError(`"${target}" is not above where the range starts: "${start}"`, {
    hint: `The way down is \`npx nest-cmd db downgrade ${down} --sql\`, or \`npx nest-cmd db plan ${down} --downgrade\`.`,
  });
}

function upgradeTargets(
  graph: RevisionGraph,
  target: string,
  current: readonly RevisionNode[],
  start: Start,
): RevisionNode[] {
  const relative = graph.byKey.has(target) ? undefined : parseRelative(target);
  if (relative === undefined) return resolveTarget(graph, target);
  const point = relativeUpgradeTarget(graph, relative, current, start);
  if (point !== undefined && point !== 'base') return [point];
  throw tooFar(relative, 'upgrade', start);
}

/** Where a relative target leads on the way up, from the given revisions; undefined when it leads past the end. */
export function relativeUpgradeTarget(
  graph: RevisionGraph,
  relative: RelativeTarget,
  current: readonly RevisionNode[],
  from: Start = OF_DATABASE,
): Point | undefined {
  const { label, symbol, steps } = relative;
  if (symbol === undefined && steps <= 0) throw tooFar(relative, 'upgrade', from);
  if (symbol === undefined) return walk(graph, upgradeStart(graph, relative, current), steps, label);
  const start = resolveOne(graph, steps > 0 || label === undefined ? symbol : `${label}@${symbol}`);
  return walk(graph, start ?? 'base', steps, label);
}

/** Where `+N` counts from. With a label: from the row on that branch, or from the tip of what is applied of it. */
function upgradeStart(graph: RevisionGraph, { label, text }: RelativeTarget, current: readonly RevisionNode[]): Point {
  let starts = label === undefined ? [...current] : sharingLineage(graph, current, label);
  if (label !== undefined && starts.length === 0) {
    const applied = sharingLineage(graph, [...reach(current, 'requires')], label);
    const below = new Set(applied.flatMap(({ requires }) => requires));
    starts = applied.filter((node) => !below.has(node));
  }
  if (starts.length < 2) return starts[0] ?? 'base';
  throw new InvalidTargetError(
    `"${text}" counts from one revision, and there are several: ${starts.map(({ id }) => `"${id}"`).join(', ')}`,
    { hint: 'Choose the branch with `<branch label>@+N`, or name the revision to go to.' },
  );
}

/** Where a plan starts, for messages. */
export type Start = 'where the database is' | 'where the range starts';

export const OF_DATABASE: Start = 'where the database is';
export const OF_RANGE: Start = 'where the range starts';

/** A relative target that leads out of the history. */
export function tooFar(
  { text, symbol, steps }: RelativeTarget,
  command: 'upgrade' | 'downgrade',
  start: Start,
): InvalidTargetError {
  const wrongWay = symbol === undefined && (command === 'upgrade' ? steps <= 0 : steps >= 0);
  return new InvalidTargetError(
    wrongWay
      ? `${command} cannot go to "${text}" from ${start}`
      : tooFew(steps, symbol === undefined ? start : `"${symbol}"`),
    {
      hint:
        start === OF_RANGE
          ? RANGE
          : wrongWay
            ? `Use \`npx nest-cmd db ${command === 'upgrade' ? 'downgrade' : 'upgrade'} ${text}\` to go that way.`
            : 'See `npx nest-cmd db history` and `npx nest-cmd db current`; `base` and `heads` name the ends.',
    },
  );
}

const RANGE =
  'Write the range as start:end in the direction of the command; `base` and `heads` name the ends. See `npx nest-cmd db history`.';

function tooFew(steps: number, from: string): string {
  const count = Math.abs(steps);
  return `There ${count === 1 ? 'is no revision' : `are fewer than ${count} revisions`} ${steps > 0 ? 'after' : 'before'} ${from}`;
}
