import { Calls } from '../service/calls.js';
import type { MigrationEnvironment } from '../service/environment.js';
import type { FleetSettings } from '../service/options/tenants-kinds.js';
import type { MigrationCommand } from '../service/options/options.js';
import type { Tenant, TenantDirectory } from '../service/options/tenants.js';
import { readDirectory } from './directory/read-directory.js';
import type { FleetQueues } from './engines/fleet-queues.js';
import type { FleetContext } from './fleet-context.js';
import type { FleetOverrides, FleetRunOptions } from './requests.js';
import type { FleetEngine } from './tenant-work.js';
import { type OpenTenants, openTenants } from './tenants/open-tenants.js';

/** What a fleet is made of. */
export interface FleetParts {
  readonly environment: MigrationEnvironment;
  /** Name of its data source. */
  readonly dataSource: string;
  readonly settings: FleetSettings;
  readonly directory: () => Promise<TenantDirectory>;
  readonly overrides: FleetOverrides;
  /** What hands out tenants; undefined where they are migrated in this process. */
  readonly engine: () => Promise<FleetEngine | undefined>;
  /** What the application provides for workers. */
  readonly queues: FleetQueues;
}

/** A fleet that is at work on one call. */
export interface OpenFleet extends FleetContext, OpenTenants {
  /** All tenants of the directory. */
  readonly tenants: readonly Tenant[];
  readonly engine: FleetParts['engine'];
  /** Reads the directory again. */
  readTenants(): Promise<readonly Tenant[]>;
}

/** What a call may give over the settings, and how it is stopped. */
type CallOptions = Pick<
  FleetRunOptions,
  'signal' | 'grace' | 'concurrency' | 'waves' | 'maxFailures' | 'tenantTimeout'
>;

/** Does the work of a call, and closes what was opened for it. */
export async function withFleet<T>(
  parts: FleetParts,
  command: MigrationCommand,
  options: CallOptions,
  work: (context: FleetContext, open: () => Promise<OpenFleet>) => Promise<T>,
): Promise<T> {
  const { environment, dataSource: name } = parts;
  const settings = settingsOf(parts.settings, options);
  const { signal, grace } = options;
  const overrides = { ...parts.overrides, ...(signal && { signal }), ...(grace !== undefined && { grace }) };
  const calls = new Calls(environment, [name], overrides);
  let opened: OpenTenants | undefined;
  try {
    return await calls.with(command, {}, ({ context, sources: [bound] }) => {
      const fleet: FleetContext = { ...context, bound, settings };
      return work(fleet, async () => {
        opened = await openTenants({ environment, name, overrides, ...settings });
        const { places } = opened;
        await connectAll(environment, overrides);
        const readTenants = (): Promise<readonly Tenant[]> =>
          readDirectory(name, parts.directory, (tenant) => places.of(tenant).key);
        return { ...fleet, ...opened, tenants: await readTenants(), readTenants, engine: parts.engine };
      });
    });
  } finally {
    await opened?.runner.close();
    await opened?.positions.close();
  }
}

/**
 * Opens all data sources, as a running application has them: a directory may read the tenants from any of them. One that fails is no
 * reason to stop: who needs it will see its error.
 */
async function connectAll(environment: MigrationEnvironment, overrides: FleetOverrides): Promise<void> {
  const names = environment.repositories.flat();
  await Promise.allSettled(
    names.map(async (name) => environment.connect(await environment.bind(name, 'status', overrides))),
  );
}

function settingsOf(settings: FleetSettings, options: CallOptions): FleetSettings {
  const { concurrency, waves, maxFailures, tenantTimeout } = options;
  return {
    concurrency: Number(concurrency ?? settings.concurrency),
    waves: waves ?? settings.waves,
    maxFailures: maxFailures ?? settings.maxFailures,
    tenantTimeout: Number(tenantTimeout ?? settings.tenantTimeout),
  };
}
