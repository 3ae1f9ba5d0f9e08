import { NestFactory } from '@nestjs/core';
import { MigrationService } from 'nestjs-migrate';
import { TenantModule } from './tenant.module.js';

/** Upgrades the tenants one after the other. A schema that is not there yet is made. */
export async function upgradeTenants(schemas: readonly string[]): Promise<void> {
  for (const schema of schemas) {
    const app = await NestFactory.createApplicationContext(TenantModule.of(schema), { logger: ['warn', 'error'] });
    try {
      await app.get(MigrationService).upgrade();
    } finally {
      await app.close();
    }
  }
}
