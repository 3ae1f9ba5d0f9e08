import type { Dialect } from '../../dialects/dialect.js';
import { TenantMissingError } from '../../errors/fleet.errors.js';
import { RunCutOffError } from '../../errors/lost.errors.js';
import { MigrateError } from '../../errors/migrate.error.js';
import { MigrationFailedError } from '../../errors/runtime.errors.js';
import { messageOf } from '../../errors/thrown.js';
import { RunnerBusyError } from '../../errors/waiting.errors.js';
import type { RunResult } from '../../results.js';
import type { FleetFailure } from '../results.js';
import type { TenantOutcome } from '../tenant-work.js';
import { causesOf } from './causes.js';
import { isFull } from './when-not-full.js';

/** The code of errors that are none of this package. */
const UNEXPECTED = 'UNEXPECTED';

type Ended = Pick<TenantOutcome, 'ms' | 'from'>;

/** The outcome of a run that ended well. One that an earlier try has committed finds nothing to do, and was done. */
export function outcomeOf({ steps, current, notices }: RunResult, ended: Ended): TenantOutcome {
  const hasMoved = ended.from !== undefined && ended.from.join() !== current.join();
  const state = steps.length > 0 || hasMoved ? 'done' : 'unchanged';
  return { ...ended, to: current, state, ...(notices.length > 0 && { notices }) };
}

/** The outcome of a run that ended with an error. */
export function outcomeOfError(tenant: string, thrown: unknown, dialect: Dialect, ended: Ended): TenantOutcome {
  const cause = thrown instanceof Error ? thrown : new Error(messageOf(thrown));
  const causes = causesOf(thrown);
  if (causes.some((one) => one instanceof TenantMissingError)) return { ...ended, state: 'gone' };
  const isBusy =
    thrown instanceof RunnerBusyError ||
    dialect.contentionOf?.(thrown) !== undefined ||
    isFull(thrown, dialect.tenants);
  return { ...ended, state: isBusy ? 'busy' : 'failed', failure: failureOf(tenant, thrown), cause };
}

/** Whether the connection of a run was lost: its data source is not to be used again. */
export function isLost(error: unknown, dialect: Dialect): boolean {
  const causes = causesOf(error);
  return causes.some((cause) => cause instanceof RunCutOffError || dialect.isUnreachable(cause));
}

function failureOf(tenant: string, error: unknown): FleetFailure {
  const revision =
    error instanceof MigrationFailedError
      ? error.failure.revision
      : (Object(error) as { readonly revision?: unknown }).revision;
  return {
    tenant,
    ...(typeof revision === 'string' && { revision }),
    code: error instanceof MigrateError ? error.code : UNEXPECTED,
    error: messageOf(error),
  };
}
