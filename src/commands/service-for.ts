import type { MigrationService } from '../service/migration.service.js';

/**
 * The service that a command works with: the default one, or, for a data source that has a repository of its own, that data
 * source's.
 *
 * @param dataSources names that the user narrowed the command to
 * @param find a service by data source, or the default one; undefined or a throw when there is none
 */
export async function serviceFor(
  dataSources: readonly string[] | undefined,
  find: (dataSource?: string) => MigrationService | undefined | Promise<MigrationService | undefined>,
): Promise<MigrationService> {
  const shared = (await find()) as MigrationService;
  const [first] = dataSources ?? [];
  if (first === undefined || shared.dataSources.includes(first)) return shared;
  try {
    return (await find(first)) ?? shared;
  } catch {
    // The default service refuses unknown names, and lists the known ones.
    return shared;
  }
}
