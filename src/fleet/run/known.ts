import { TenantPositionUnknownError } from '../../errors/fleet-calls.errors.js';
import { MigrateError } from '../../errors/migrate.error.js';
import type { TenantEndEvent } from '../../events/events.js';
import type { RevisionGraph } from '../../repository/index.js';
import type { OpenTenant, RunRow, Settled } from '../record/rows.js';
import { States } from '../state.js';
import type { TenantPosition } from '../tenant-work.js';

/** The code of errors that are none of this package. */
const UNREACHABLE = 'UNREACHABLE';

/** What becomes of a tenant without a session. */
export type KnownOutcome = Settled & { readonly cause?: Error };

/** What listeners get of it. */
export function eventOf({ state, from, cause }: KnownOutcome): Pick<TenantEndEvent, 'state' | 'from' | 'error'> {
  // `notTried` is none of them.
  return { state: state as TenantEndEvent['state'], ...(from && { from }), ...(cause && { error: cause }) };
}

/** Decides what needs no session: tenants that are at the target, that are not there, or that a run must leave alone. */
export class KnownOutcomes {
  private readonly states = new Map<string, States>();

  constructor(
    private readonly graph: RevisionGraph,
    private readonly run: Pick<RunRow, 'command' | 'target' | 'purge'>,
    private readonly positions: ReadonlyMap<string, TenantPosition>,
  ) {}

  /** What becomes of a tenant; undefined where it is to be tried. */
  of({ tenant, goal }: Pick<OpenTenant, 'tenant' | 'goal'>): KnownOutcome | undefined {
    const position = this.positions.get(tenant);
    // The directory does not have it any more.
    if (position === undefined || 'gone' in position) return { state: 'gone' };
    if ('unreachable' in position) return failed(position.unreachable);
    const { rows } = position;
    const { command, target, purge } = this.run;
    const states = this.statesFor(goal ?? target);
    if (states.of(rows) === 'unknown' && !(command === 'stamp' && purge)) {
      const error = new TenantPositionUnknownError(tenant, rows, states.unknownOf(rows));
      return { ...failed(error), from: rows };
    }
    return states.isDone(command, rows) ? { state: 'unchanged', from: rows, to: rows, ms: 0 } : undefined;
  }

  private statesFor(target: readonly string[]): States {
    const key = JSON.stringify(target);
    const states = this.states.get(key) ?? new States(this.graph, target);
    this.states.set(key, states);
    return states;
  }
}

function failed(error: Error): KnownOutcome {
  const code = error instanceof MigrateError ? error.code : UNREACHABLE;
  return { state: 'failed', code, error: error.message, ms: 0, cause: error };
}
