import type { Settled } from '../record/rows.js';
import type { TenantOutcome } from '../tenant-work.js';

/** What the record has of an outcome. @param outcome that of a tenant which is not tried again */
export function settledOf(outcome: TenantOutcome): Settled {
  const { ms, from, to } = outcome;
  const moved = { ms, ...(from && { from }), ...(to && { to }) };
  if (outcome.state !== 'failed' && outcome.state !== 'busy') return { ...moved, state: outcome.state };
  const { revision, code, error } = outcome.failure;
  return { ...moved, state: 'failed', code, error, ...(revision !== undefined && { revision }) };
}
