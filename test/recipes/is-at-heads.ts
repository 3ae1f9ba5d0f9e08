import type { MigrationService } from 'nestjs-migrate';

/** Whether every database is at the heads of the revision files. */
export async function isAtHeads(migrations: MigrationService): Promise<boolean> {
  return (await migrations.status()).every(({ upToDate }) => upToDate);
}
