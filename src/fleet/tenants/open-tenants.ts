import type { TenantPositions, TenantRunner } from '../tenant-work.js';
import { type FleetEntry, refuseSharedTable } from './fleet-entry.js';
import { TenantPlaces } from './tenant-place.js';
import { TenantRuns } from './tenant-runs.js';
import { VersionPositions } from './version-positions.js';

/** What reads and migrates the tenants of an entry. */
export interface OpenTenants {
  readonly places: TenantPlaces;
  readonly positions: TenantPositions;
  readonly runner: TenantRunner;
}

/**
 * Makes what reads and migrates the tenants of an entry; nothing is connected yet.
 *
 * @throws MigrateOptionsError where all tenants would share one version table
 */
export async function openTenants(entry: FleetEntry): Promise<OpenTenants> {
  const { environment, name, overrides = {} } = entry;
  const bound = await environment.bind(name, 'status', overrides);
  refuseSharedTable(bound);
  const dialect = await environment.dialect(bound);
  const places = new TenantPlaces(name, bound.dataSource, dialect.tenants);
  const positions = new VersionPositions(bound, dialect, places, entry.concurrency);
  return { places, positions, runner: new TenantRuns(entry, dialect, places, positions) };
}
