import type { PlanReport } from '../results.js';
import { chosenDataSource } from '../service/connect/chosen-source.js';
import { openDataSource } from '../service/connect/connections.js';
import type { BoundDataSource } from '../service/options/options.js';
import type { Tenant } from '../service/options/tenants.js';
import { readPlan } from '../service/report/plan.js';
import { select } from './directory/selection.js';
import { type FleetParts, type OpenFleet, withFleet } from './open-fleet.js';
import type { FleetPlanOptions } from './requests.js';
import type { FleetPlan } from './results.js';
import { States } from './state.js';
import { distinctPositions } from './status.js';
import { countsFromPosition, resolveFor, resolveFrom } from './target.js';

/** Plans a run for each position that tenants have, on an example. */
export function readFleetPlan(
  parts: FleetParts,
  target: string,
  options: FleetPlanOptions,
): Promise<readonly FleetPlan[]> {
  const { signal, direction = 'upgrade', tag } = options;
  return withFleet(parts, 'plan', options, async ({ repository: { graph } }, open) => {
    // What is wrong with another target is known before anything is read.
    const fixed = countsFromPosition(graph, [target]) ? undefined : resolveFor(graph, [target]);
    const fleet = await open();
    const selected = select(fleet.tenants, options);
    const positions = distinctPositions(selected, await fleet.positions.read(selected, signal));
    const ids = fixed ?? resolveFrom(graph, direction, target, positions);
    const states = new States(graph, ids);
    const plans: FleetPlan[] = [];
    for (const position of positions) {
      const { current, example } = position;
      if (states.of(current) === 'unknown') continue;
      const plan = states.isDone(direction, current)
        ? nothingToDo(fleet.bound.name, current)
        : await planOf(fleet, tenantOf(selected, example), targetFor(ids, target), { direction, tag });
      plans.push({ ...position, plan });
    }
    return plans;
  });
}

/** Several heads have no id of their own. */
export function targetFor(ids: readonly string[], asked: string): string {
  const [only, ...others] = ids;
  if (only === undefined) return 'base';
  return others.length === 0 ? only : asked;
}

function tenantOf(tenants: readonly Tenant[], id: string): Tenant {
  return tenants.find((tenant) => tenant.id === id) as Tenant;
}

/** Plans a run of one tenant. */
export async function planOf(
  fleet: OpenFleet,
  tenant: Tenant,
  target: string,
  { direction, tag }: Pick<FleetPlanOptions, 'direction' | 'tag'>,
): Promise<PlanReport> {
  return onTenant(fleet, tenant, async (bound) => {
    const { id, tags = [] } = tenant;
    const options = { ...(direction && { direction }), ...(tag !== undefined && { tag }), tenant: { id, tags } };
    const [plan] = await readPlan(fleet, [bound], target, options);
    return plan as PlanReport;
  });
}

/** Does work on a data source of one tenant's, which is closed at its end. */
export async function onTenant<T>(
  { bound, places, environment }: OpenFleet,
  tenant: Tenant,
  work: (bound: BoundDataSource) => Promise<T>,
): Promise<T> {
  const { schema, options } = places.of(tenant);
  const chosen = { ...(schema !== undefined && { schema }), dataSourceOptions: options };
  const dataSource = chosenDataSource(bound.name, bound.dataSource, chosen);
  const own: BoundDataSource = { ...bound, dataSource };
  try {
    await openDataSource(own, await environment.dialect(own));
    return await work(own);
  } finally {
    if (dataSource.isInitialized) await dataSource.destroy();
  }
}

function nothingToDo(dataSource: string, from: readonly string[]): PlanReport {
  return { dataSource, from, isConnected: true, steps: [], transactions: 0 };
}
