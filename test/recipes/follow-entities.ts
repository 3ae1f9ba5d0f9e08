import type { MigrationService } from 'nestjs-migrate';

/** Makes the database as the entities say, without a revision: for a prototype. */
export async function followEntities(migrations: MigrationService): Promise<void> {
  await migrations.apply(await migrations.check());
}
