import { Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { MigrationService } from '../migration.service.js';

/**
 * A Terminus health indicator: up when every data source is at its heads.
 *
 * The details name the pending revisions of each data source, and rows that no revision file has. A database that
 * cannot be asked is down. Works with Terminus 11 and 12.
 *
 * @example
 *     constructor(private readonly health: HealthCheckService, private readonly migrations: MigrationHealthIndicator) {}
 *     @Get('ready') @HealthCheck()
 *     ready() { return this.health.check([() => this.migrations.isUpToDate('migrations')]); }
 */
@Injectable()
export class MigrationHealthIndicator {
  constructor(
    private readonly migrations: MigrationService,
    private readonly indicator: HealthIndicatorService,
  ) {}

  /** @param key the name under which the result appears. */
  async isUpToDate<Key extends string = 'migrations'>(key = 'migrations' as Key): Promise<HealthIndicatorResult<Key>> {
    const check = this.indicator.check(key);
    try {
      const states = await this.migrations.status();
      const details = {
        dataSources: Object.fromEntries(
          states.map(({ dataSource, current, pending, unknown }) => [dataSource, { current, pending, unknown }]),
        ),
      };
      return states.every(({ upToDate }) => upToDate) ? check.up(details) : check.down(details);
    } catch (error) {
      return check.down({ message: error instanceof Error ? error.message : String(error) });
    }
  }
}
