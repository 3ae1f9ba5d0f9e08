import type { DataSource } from 'typeorm';
import type { Dialect } from '../../dialects/dialect.js';
import type { RunResult } from '../../results.js';
import { runAll } from '../../runtime/index.js';
import type { CommandContext, RunCommand } from '../../service/run/command-context.js';
import { commonRequest } from '../../service/run/common-request.js';
import { confirmDataLoss } from '../../service/run/data-loss.js';
import { onlineRequest } from '../../service/run/runs.js';
import { runWatched } from '../../service/run/watched-runs.js';
import type { RevisionLoader } from '../../service/loader.js';
import type { BoundDataSource } from '../../service/options/options.js';
import type { Tenant } from '../../service/options/tenants.js';

/** What the runs of tenants need: all but its command is the same for the tenants of a run. */
export interface PreparedWork {
  readonly context: CommandContext;
  /** The entry's data source with its config for the command. */
  readonly bound: BoundDataSource;
  readonly command: RunCommand;
  readonly loader: RevisionLoader;
}

/** How often a lock is tried of a tenant that comes again: about 10 s with the default `lockTimeout`, in which others wait for its place. */
const FIRST_ATTEMPTS = 3;

/**
 * Runs a tenant as `MigrationService` runs a data source: with its lock, journal, history and events.
 *
 * @param found called with the version rows, under the lock
 * @throws as `upgrade`, `downgrade` and `stamp` of the service
 */
export async function runTenant(
  { context, bound: entry, command, loader }: PreparedWork,
  dialect: Dialect,
  tenant: Tenant,
  dataSource: DataSource,
  limits: { readonly tenantTimeout: number; readonly comesAgain?: boolean; readonly signal?: AbortSignal },
  found: (rows: readonly string[]) => void,
): Promise<RunResult> {
  const { tenantTimeout, comesAgain, signal } = limits;
  const { lockAttempts } = entry.config;
  const config = {
    ...entry.config,
    runnerTimeout: tenantTimeout,
    lockAttempts: comesAgain === true ? Math.min(FIRST_ATTEMPTS, lockAttempts) : lockAttempts,
  };
  const bound: BoundDataSource = { ...entry, dataSource, config, ...(signal && { signal }) };
  const { id, tags = [] } = tenant;
  await confirmDataLoss(context, [bound], command, { id, tags });
  const common = commonRequest(context, bound, dialect, command, loader);
  const settings = { ...common.settings, tenant: { id, tags } };
  const online = onlineRequest(context, bound, command, { ...common, settings });
  const plan: typeof online.plan = (rows) => {
    found(rows);
    return online.plan(rows);
  };
  const [result] = await runWatched(context, command, [{ bound, request: { ...online, plan } }], (requests) =>
    runAll(requests),
  );
  return result as RunResult;
}
