import { NestFactory } from '@nestjs/core';
import { MigrateModule, MigrationService } from 'nestjs-migrate';
import type { DataSource } from 'typeorm';

/** Upgrades a data source of a script's own, where there is no application. */
export async function upgradeDataSource(dataSource: DataSource, directory: string): Promise<void> {
  const migrations = MigrateModule.forRoot([{ dataSource, directory }]);
  const app = await NestFactory.createApplicationContext(migrations, { logger: false });
  try {
    await app.get(MigrationService).upgrade();
  } finally {
    await app.close();
  }
}
