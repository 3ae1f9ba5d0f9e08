import { Calls, openCalled } from '../../service/calls.js';
import type { RunCommand } from '../../service/run/command-context.js';
import type { TenantWork } from '../tenant-work.js';
import { type FleetEntry, refuseSharedTable } from './fleet-entry.js';
import type { PreparedWork } from './run-tenant.js';
import { SharedLoader } from './shared-loader.js';

/** How many runs are kept: a worker may be at work on several. */
const KEPT = 8;

/** What the runs of tenants have in common, made once for each run of the fleet. */
export class PreparedWorks {
  private readonly made = new Map<string, Promise<Omit<PreparedWork, 'command'>>>();

  constructor(private readonly entry: FleetEntry) {}

  /** @throws MigrateOptionsError, and what opening the repository throws */
  async of(work: TenantWork): Promise<PreparedWork> {
    const key = `${work.command} ${work.runId}`;
    const making = this.made.get(key) ?? this.make(work);
    this.made.set(key, making);
    for (const oldest of this.made.keys()) if (this.made.size > KEPT) this.made.delete(oldest);
    try {
      return { ...(await making), command: commandOf(work) };
    } catch (error) {
      this.made.delete(key);
      throw error;
    }
  }

  clear(): void {
    this.made.clear();
  }

  private async make({ command }: TenantWork): Promise<Omit<PreparedWork, 'command'>> {
    const { environment, name, overrides = {} } = this.entry;
    const calls = new Calls(environment, [name], overrides);
    const sources = await calls.bind(command);
    const [bound] = sources;
    refuseSharedTable(bound);
    const context = { ...calls.baseContext, repository: await openCalled(sources) };
    return { context, bound, loader: new SharedLoader(context.sharing) };
  }
}

function commandOf({ command, target, tag, purge, onDataLoss }: TenantWork): RunCommand {
  return {
    command,
    targets: target.length === 0 ? ['base'] : target,
    ...(tag !== undefined && { tag }),
    ...(purge === true && { purge }),
    ...(onDataLoss && { onDataLoss }),
  };
}
