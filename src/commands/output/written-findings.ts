import { MigrateError } from '../../errors/migrate.error.js';
import type { LintFinding, RevisionInfo } from '../../results.js';
import type { MigrationService } from '../../service/migration.service.js';
import type { CommandCall } from '../command-host.js';

/** Shows what lint finds in revisions that were just written, but for notes. */
export async function showFindings(
  migrations: MigrationService,
  written: readonly RevisionInfo[],
  { output, options }: Pick<CommandCall, 'output' | 'options'>,
): Promise<void> {
  const ids = new Set(written.map(({ revision }) => revision));
  if (ids.size === 0) return;
  for (const { revision, level, path, line, code, message } of await pendingFindings(migrations)) {
    if (!ids.has(revision) || level === 'note') continue;
    output.warn(`${options.shown(path)}:${line} ${code}: ${message}`);
  }
}

/** None where it cannot be looked for: the revision is written all the same, and `db lint` reports why. */
async function pendingFindings(migrations: MigrationService): Promise<readonly LintFinding[]> {
  try {
    return await migrations.lint();
  } catch (error) {
    if (error instanceof MigrateError) return [];
    throw error;
  }
}
