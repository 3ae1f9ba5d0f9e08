import type { MigrationService } from 'nestjs-migrate';

/** Writes what differs, and runs it: for a prototype, where nobody reads the revision first. */
export async function followEntities(migrations: MigrationService): Promise<void> {
  const written = await migrations.migrate({ message: 'follow the entities' });
  if (written.length > 0) await migrations.upgrade();
}
