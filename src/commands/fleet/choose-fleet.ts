import { FleetMissingError, UsageError } from '../../errors/cli.errors.js';
import { DataSourceNotFoundError } from '../../errors/service.errors.js';
import type { MigrationFleet } from '../../fleet/migration-fleet.js';
import type { FleetOverrides } from '../../fleet/requests.js';
import type { MigrationEnvironment } from '../../service/environment.js';
import type { MigrationOverrides } from '../../service/requests.js';

/** The tenants that a command works with. */
export interface ChosenFleet {
  readonly fleet: MigrationFleet;
  /** Names of other data sources that have tenants, where the user has named none. */
  readonly others: readonly string[];
}

/**
 * The data source whose tenants are meant: the one that is named, or the first that has some.
 *
 * @param dataSources names that the user narrowed the command to
 * @throws DataSourceNotFoundError, FleetMissingError, UsageError for several names
 */
export function chooseFleet(
  { dataSources: known, fleets }: Pick<MigrationEnvironment, 'dataSources' | 'fleets'>,
  dataSources: readonly string[] = [],
): { readonly name: string; readonly others: readonly string[] } {
  const [named, ...more] = dataSources;
  if (more.length > 0) {
    throw new UsageError('A fleet is the tenants of one data source, and --data-source names several.', {
      hint: `Run the command once for each: --data-source ${named ?? ''}.`,
    });
  }
  if (named !== undefined && !known.includes(named)) throw new DataSourceNotFoundError(named, known);
  const name = named ?? fleets[0];
  if (name === undefined || !fleets.includes(name)) throw new FleetMissingError(named ?? known[0] ?? 'default', fleets);
  return { name, others: named === undefined ? fleets.slice(1) : [] };
}

/** What of the overrides of a call a fleet takes. */
export function ofFleet(overrides: MigrationOverrides): FleetOverrides {
  const { dataSources: _dataSources, queryRunner: _queryRunner, signal: _signal, grace: _grace, ...rest } = overrides;
  return rest;
}
