import { RunAbortedError } from '../../errors/abort.errors.js';
import type { TenantEndEvent } from '../../events/events.js';
import type { WatchedFleet } from '../../events/fleet-watch.js';
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

/**
 * Whether a tenant is to be tried again: its lock was not free, or it was stopped.
 *
 * @param tries how often its lock was not free before
 * @param most how often it may not be
 */
export function isTriedAgain(outcome: TenantOutcome, tries: number, most = 1): boolean {
  return (outcome.state === 'busy' && tries < most) || isStopped(outcome);
}

/** Whether a tenant was stopped with its run. */
export function isStopped(outcome: TenantOutcome): boolean {
  return outcome.state === 'failed' && outcome.cause instanceof RunAbortedError;
}

/** What listeners get of an outcome; undefined where the tenant is to be tried again. */
export function endOf(
  outcome: TenantOutcome,
  tries: number,
  most = 1,
): Omit<TenantEndEvent, keyof WatchedFleet | 'tenant'> | undefined {
  if (isTriedAgain(outcome, tries, most)) return undefined;
  const { ms, from, to } = outcome;
  return {
    state: outcome.state === 'busy' ? 'failed' : outcome.state,
    ms,
    ...(from && { from }),
    ...(to && { to }),
    ...('cause' in outcome && { error: outcome.cause }),
  };
}
