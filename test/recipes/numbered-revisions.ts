import type { MigrationService } from 'nestjs-migrate';

/** Ids that count up: 0001, 0002. Two branches then make the same id, and every command refuses it. */
export async function migrateNumbered(migrations: MigrationService, message: string): Promise<void> {
  const count = (await migrations.history()).length;
  await migrations.migrate({ message, revId: String(count + 1).padStart(4, '0') });
}
