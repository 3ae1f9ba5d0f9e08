import { messageOf } from '../errors/thrown.js';
import type { Tenant } from '../service/options/tenants.js';
import { select } from './directory/selection.js';
import { type FleetParts, withFleet } from './open-fleet.js';
import type { FleetStatusOptions } from './requests.js';
import type { AbsentTenant, FleetPosition, FleetStatus } from './results.js';
import { type State, States } from './state.js';
import { resolveFor } from './target.js';
import type { TenantPosition } from './tenant-work.js';

/** How many tenants without a position are named. */
const MOST_ABSENT = 10;

/** Reads where the tenants are, and counts them. */
export function readFleetStatus(parts: FleetParts, options: FleetStatusOptions): Promise<FleetStatus> {
  const { target = 'heads', signal } = options;
  return withFleet(parts, 'status', options, async ({ repository: { graph } }, open) => {
    const states = new States(graph, resolveFor(graph, [target]));
    const { tenants, positions } = await open();
    const selected = select(tenants, options);
    return countsOf(selected, await positions.read(selected, signal), states);
  });
}

function countsOf(
  tenants: readonly Tenant[],
  positions: ReadonlyMap<string, TenantPosition>,
  states: States,
): FleetStatus {
  const counts: Record<State | 'gone' | 'unreachable', number> = {
    upToDate: 0,
    behind: 0,
    ahead: 0,
    unknown: 0,
    gone: 0,
    unreachable: 0,
  };
  const absent: AbsentTenant[] = [];
  for (const { id } of tenants) {
    const found = absenceOf(id, positions.get(id));
    if ('rows' in found) counts[states.of(found.rows)] += 1;
    else {
      counts[found.state] += 1;
      if (absent.length < MOST_ABSENT) absent.push(found);
    }
  }
  const known = { tenants: tenants.length, ...counts, states: distinctPositions(tenants, positions) };
  return absent.length === 0 ? known : { ...known, absent };
}

/** The position of a tenant, or why it has none. */
function absenceOf(
  tenant: string,
  position: TenantPosition | undefined,
): AbsentTenant | { readonly rows: readonly string[] } {
  if (position !== undefined && 'rows' in position) return position;
  if (position !== undefined && 'gone' in position) return { tenant, state: 'gone', reason: position.gone };
  return { tenant, state: 'unreachable', reason: messageOf(position?.unreachable ?? 'It was not read.') };
}

/** Each position that a tenant has, the most frequent first, then in the order of the directory. */
export function distinctPositions(
  tenants: readonly Tenant[],
  positions: ReadonlyMap<string, TenantPosition>,
): readonly FleetPosition[] {
  const found = new Map<string, { current: readonly string[]; tenants: number; example: string }>();
  for (const { id } of tenants) {
    const position = positions.get(id);
    if (position === undefined || !('rows' in position)) continue;
    const key = JSON.stringify(position.rows);
    const state = found.get(key);
    if (state === undefined) found.set(key, { current: position.rows, tenants: 1, example: id });
    else state.tenants += 1;
  }
  return [...found.values()].sort((one, other) => other.tenants - one.tenants);
}
