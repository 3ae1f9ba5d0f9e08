import { MigrateError } from '../../errors/migrate.error.js';
import { messageOf } from '../../errors/thrown.js';
import type { VerifyFindingKind } from '../../results.js';
import type { MigrationService } from '../../service/migration.service.js';

/** What `verify` found on the database of one data source, as details of a health check show it. */
export interface DriftDetails {
  /** Each kind of finding once. */
  readonly drift?: readonly VerifyFindingKind[];
  /** Why it could not be verified. */
  readonly driftError?: { readonly code: string; readonly message: string };
}

/** Verifies the data sources of a service, each by itself: one that fails does not hide the others. Throws nothing. */
export async function readDrift(
  migrations: MigrationService,
  timeout: number,
): Promise<ReadonlyMap<string, DriftDetails>> {
  const details = migrations.dataSources.map(async (name): Promise<readonly [string, DriftDetails]> => {
    try {
      const reports = await migrations.with({ dataSources: [name] }).verify({ timeout });
      const kinds = reports.flatMap(({ findings }) => findings.map(({ kind }) => kind));
      return [name, { drift: [...new Set(kinds)] }];
    } catch (error) {
      const code = error instanceof MigrateError ? error.code : 'UNKNOWN';
      return [name, { driftError: { code, message: messageOf(error) } }];
    }
  });
  return new Map(await Promise.all(details));
}
