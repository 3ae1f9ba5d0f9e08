import type { MigrateOptions, MigrationService } from 'nestjs-migrate';

/** Leaves Alembic's table where it is. */
export const withoutAlembic: MigrateOptions = {
  includeName: (name, type) => !(type === 'table' && name === 'alembic_version'),
};

/** Writes what makes the present database out of an empty one as the first revision, and notes that it is there. */
export async function takeOver(migrations: MigrationService): Promise<void> {
  await migrations.migrate({ message: 'baseline', fromDatabase: true });
  await migrations.stamp('head');
}
