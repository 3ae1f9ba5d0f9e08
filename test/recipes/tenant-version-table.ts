import { Injectable } from '@nestjs/common';
import { ConfigureMigrations, type MigrateConfig, type MigrateConfigurer } from 'nestjs-migrate';

/** `-x tenant=acme` keeps its revisions in `migrate_version_acme`. */
@Injectable()
@ConfigureMigrations()
export class TenantVersionTable implements MigrateConfigurer {
  configure(config: MigrateConfig): void {
    const { tenant } = config.xArgs;
    if (tenant !== undefined) config.versionTable = `migrate_version_${tenant}`;
  }
}
