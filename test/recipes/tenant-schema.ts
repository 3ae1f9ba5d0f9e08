import { Injectable } from '@nestjs/common';
import { ConfigureMigrations, type MigrateConfig, type MigrateConfigurer } from 'nestjs-migrate';

/** `-x tenant=acme` works in the schema `acme`. */
@Injectable()
@ConfigureMigrations()
export class TenantSchema implements MigrateConfigurer {
  configure(config: MigrateConfig): void {
    const { tenant } = config.xArgs;
    if (tenant !== undefined) config.schema = tenant;
  }
}
