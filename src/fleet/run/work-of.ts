import type { OpenTenant, RunRow } from '../record/rows.js';
import type { TenantWork } from '../tenant-work.js';

/** What a run does with a tenant. */
export function workOf(
  { runId, command, target, tag, purge, onDataLoss }: RunRow,
  { goal, tries }: Pick<OpenTenant, 'goal' | 'tries'>,
): TenantWork {
  return {
    runId,
    command,
    target: goal ?? target,
    ...(tag !== undefined && { tag }),
    ...(purge && { purge }),
    ...(onDataLoss && { onDataLoss }),
    ...(tries === 0 && { comesAgain: true }),
  };
}
