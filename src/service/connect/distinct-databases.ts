import { ownQueries } from '../../dialects/own-queries.js';
import type { BoundDataSource } from '../options/options.js';
import { type MigrationEnvironment, versionTableOf } from '../environment.js';
import { type ConnectedDataSource, refuseSameDatabase } from '../../runtime/index.js';

/**
 * Compares databases by pairs, before their schemas are compared with the entities: of two names for one database each
 * would want to drop what the entities of the other need. Those that are down are passed over.
 *
 * @throws SameDatabaseError
 */
export async function refuseNamesOfOneDatabase(
  environment: MigrationEnvironment,
  sources: readonly BoundDataSource[],
): Promise<void> {
  if (sources.length < 2) return;
  const connected: ConnectedDataSource[] = [];
  try {
    for (const bound of sources) {
      const dialect = await environment.connect(bound).catch(() => undefined);
      if (dialect === undefined) continue;
      const { name: dataSourceName, dataSource, onQuery } = bound;
      const settings = { versionTable: versionTableOf(bound) };
      const runner = ownQueries(dataSource.createQueryRunner(), onQuery);
      connected.push({ dataSourceName, dataSource, dialect, settings, runner });
    }
    await refuseSameDatabase(connected);
  } finally {
    for (const { runner } of connected) await runner.release();
  }
}
