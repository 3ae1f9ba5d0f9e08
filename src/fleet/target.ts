import { InvalidTargetError } from '../errors/repository.errors.js';
import type { RevisionGraph } from '../repository/index.js';
import { parseRelative } from '../repository/graph/relative-target.js';
import { relativeUpgradeTarget, tooFar } from '../repository/plan/upgrade.js';

/**
 * The revisions that targets mean, for all tenants: ids, sorted; none for base.
 *
 * @throws InvalidTargetError for one that is another revision for each tenant, and for the base of a branch; RevisionNotFoundError,
 *   AmbiguousRevisionError; MultipleHeadsError for a `head` of several
 */
export function resolveFor(graph: RevisionGraph, targets: readonly string[]): readonly string[] {
  return [...new Set(targets.flatMap((target) => resolved(graph, target)))].sort();
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
    throw new InvalidTargetError(`"${target}" counts from where a database is, and tenants are at different places`, {
      hint: 'Name a revision, or count from one: `head-1`, `ae10+2`.',
    });
  }
  const point = relativeUpgradeTarget(graph, relative, []);
  if (point === undefined) throw tooFar(relative, 'upgrade', 'where the database is');
  return point === 'base' ? [] : [point.id];
}
