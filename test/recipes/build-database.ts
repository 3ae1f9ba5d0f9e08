import type { INestApplicationContext } from '@nestjs/common';
import { MigrationService } from 'nestjs-migrate';
import { DataSource } from 'typeorm';

/** Makes all tables of the entities in an empty database, and notes that it is at the heads. */
export async function buildDatabase(app: INestApplicationContext): Promise<void> {
  await app.get(DataSource).synchronize();
  await app.get(MigrationService).stamp('heads');
}
