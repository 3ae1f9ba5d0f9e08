import type { DataSource, DataSourceOptions } from 'typeorm';
import type { Dialect } from '../../dialects/dialect.js';
import { TenantMissingError } from '../../errors/fleet.errors.js';
import { chosenDataSource } from '../../service/connect/chosen-source.js';
import { openDataSource } from '../../service/connect/connections.js';
import type { BoundDataSource } from '../../service/options/options.js';
import { causesOf } from './causes.js';
import type { TenantPlace } from './tenant-place.js';

/** One connection for the run, and one for what looks at it: cancelling, and asking what became of a lost one. */
const CONNECTIONS = 2;

/** What a data source for tenants leaves out of the application's. */
const LIGHT = { cache: false, poolSize: CONNECTIONS };

/** What one that only reads version tables leaves out, too. */
export const READING = { entities: [], subscribers: [], migrations: [] };

/**
 * Opens a data source of the fleet's own for a place: never one of the application's pool, on which the path of a tenant would stay.
 *
 * Its options name no schema, so that the names of its entities have none: the path decides. It is the caller's to destroy.
 *
 * @param options laid over those of the place
 * @throws TenantMissingError where its database does not exist, DatabaseUnreachableError where it does not answer
 */
export async function openTenantSource(
  bound: BoundDataSource,
  dialect: Dialect,
  place: TenantPlace,
  options: object = {},
): Promise<DataSource> {
  const { tenants } = dialect;
  const missing = tenants.missing?.(place.address);
  if (missing !== undefined) throw new TenantMissingError(missing);
  const chosen = { ...place.options, ...LIGHT, ...tenants.openingOf(place.address), ...options, schema: undefined };
  const dataSource = chosenDataSource(bound.name, bound.dataSource, {
    dataSourceOptions: chosen as unknown as Partial<DataSourceOptions>,
  });
  try {
    await openDataSource({ ...bound, dataSource }, dialect);
  } catch (error) {
    await endSource(dataSource);
    if (!causesOf(error).some((cause) => tenants.isGone(cause))) throw error;
    throw new TenantMissingError(`There is no database ${place.address.database}.`, { cause: error });
  }
  return dataSource;
}

/** Closes a data source, also one that is only half open. Never throws. */
export async function endSource(dataSource: DataSource): Promise<void> {
  const close = dataSource.isInitialized ? dataSource.destroy() : dataSource.driver.disconnect();
  await close.catch(() => undefined);
}
