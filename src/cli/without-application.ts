import { ApplicationNotFoundError, SeveralApplicationsError } from '../errors/cli.errors.js';
import type { MigrationOverrides } from '../service/requests.js';
import type { MigrationService } from '../service/migration.service.js';

/**
 * The migrations of a directory without its application, for commands that need only its files: CI jobs that look at heads and history
 * of a repository need no application, as `alembic heads` needs none.
 */
export async function serviceOfDirectory(group: string): Promise<MigrationService> {
  const { MigrationEnvironment } = await import('../service/environment.js');
  const { MigrationService } = await import('../service/migration.service.js');
  const environment = new MigrationEnvironment({ command: group }, [{ entry: { name: 'default' } }], () =>
    Promise.reject(new ApplicationNotFoundError(['this command runs without an application'])),
  );
  return new MigrationService(environment, ['default']);
}

/** Whether that will do: there is no application here, or not just one, nobody named one, and the directory is given. */
export function canDoWithoutApplication(
  error: unknown,
  overrides: MigrationOverrides,
  namedApplication: string | undefined,
): boolean {
  const isUnknown = error instanceof ApplicationNotFoundError || error instanceof SeveralApplicationsError;
  return isUnknown && overrides.directory !== undefined && namedApplication === undefined;
}
