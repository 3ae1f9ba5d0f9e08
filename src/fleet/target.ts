import { InvalidTargetError } from '../errors/repository.errors.js';
import { parseRelative } from '../repository/graph/relative-target.js';
import { relativeUpgradeTarget, tooFar } from '../repository/plan/upgrade.js';
import { planDowngrade, planUpgrade, type RevisionGraph } from '../repository/index.js';
import type { FleetPosition } from './results.js';

/**
 * The revisions that targets mean, for all tenants: ids, sorted; none for base.
 *
 * @throws InvalidTargetError for one that is another revision for each tenant, and for the base of a branch; RevisionNotFoundError,
 *   AmbiguousRevisionError; MultipleHeadsError for a `head` of several
 */
export function resolveFor(graph: RevisionGraph, targets: readonly string[]): readonly string[] {
  return [...new Set(targets.flatMap((target) => resolved(graph, target)))].sort();
}

/** Whether a target counts from where a tenant is: `-1`, `label@+2`. */
export function countsFromPosition(graph: RevisionGraph, targets: readonly string[]): boolean {
  return targets.some((target) => {
    const relative = graph.byKey.has(target) ? undefined : parseRelative(target);
    return relative !== undefined && relative.symbol === undefined;
  });
}

/**
 * The same for a target that counts from where the tenants are, which then must be one place.
 *
 * @throws InvalidTargetError where they are at several, and as the plan of a data source
 */
export function resolveFrom(
  graph: RevisionGraph,
  direction: 'upgrade' | 'downgrade',
  target: string,
  positions: readonly FleetPosition[],
): readonly string[] {
  const known = positions.filter(({ current }) => current.every((id) => graph.has(id)));
  if (known.length > 1) {
    const places = known.map(({ current, tenants }) => `${current.join(', ') || 'base'} (${tenants})`).join(', ');
    throw new InvalidTargetError(
      `"${target}" counts from where a tenant is, and they are at different places: ${places}`,
      {
        hint: 'Name a revision, count from one (`head-1`, `ae10+2`), or select tenants that are at one place.',
      },
    );
  }
  const current = known[0]?.current ?? [];
  const steps = direction === 'upgrade' ? planUpgrade(graph, target, current) : planDowngrade(graph, target, current);
  return steps.at(-1)?.rows ?? current;
}

function resolved(graph: RevisionGraph, target: string): readonly string[] {
  if (target.includes(':')) {
    const end = target.split(':').at(-1) || 'head';
    throw new InvalidTargetError(`"${target}" is a range, and a run starts where each tenant is`, {
      hint: `Name only its end, "${end}".`,
    });
  }
  if (/.@base$/.test(target)) {
    throw new InvalidTargetError(`"${target}" is the base of a branch only`, {
      hint: 'A run of a fleet leads to a revision, or to `base` with all branches.',
    });
  }
  const relative = graph.byKey.has(target) ? undefined : parseRelative(target);
  if (relative === undefined) return graph.resolve(target).map(({ id }) => id);
  if (relative.symbol === undefined) {
    throw new InvalidTargetError(`"${target}" counts from where a tenant is, and this is about one place for all`, {
      hint: 'Name a revision, or count from one: `head-1`, `ae10+2`.',
    });
  }
  const point = relativeUpgradeTarget(graph, relative, []);
  if (point === undefined) throw tooFar(relative, 'upgrade', 'where the database is');
  return point === 'base' ? [] : [point.id];
}
