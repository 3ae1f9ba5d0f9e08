import type { MigrationService } from 'nestjs-migrate';
import type { DataSource } from 'typeorm';

/** Adds the new column, fills it in steps of 1,000 rows that each commit, and takes the old one away. */
export async function splitNames(migrations: MigrationService, dataSource: DataSource): Promise<void> {
  await migrations.upgrade('27c6a30d7c24');
  const step = `UPDATE person SET full_name = name WHERE id IN (SELECT id FROM person WHERE full_name IS NULL LIMIT 1000)`;
  const rest = 'SELECT count(*) AS rows FROM person WHERE full_name IS NULL';
  while (Number((await dataSource.query(rest))[0].rows) > 0) await dataSource.query(step);
  await migrations.upgrade();
}
