import { Controller, Get } from '@nestjs/common';
import { HealthCheck, type HealthCheckResult, HealthCheckService } from '@nestjs/terminus';
import { MigrationHealthIndicator } from 'nestjs-migrate/terminus';

@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly migrations: MigrationHealthIndicator,
  ) {}

  /** The startup check: 503 until both databases have every revision of this code. It may wait: nobody is served yet. */
  @Get()
  @HealthCheck()
  check(): Promise<HealthCheckResult> {
    return this.health.check([() => this.migrations.isUpToDate('migrations', { cacheFor: 1_000, timeout: 5_000 })]);
  }

  /** The readiness gate: the same, but it stays open while a newer version upgrades the databases. */
  @Get('ready')
  @HealthCheck()
  ready(): Promise<HealthCheckResult> {
    return this.health.check([
      () => this.migrations.isUpToDate('migrations', { cacheFor: 1_000, tolerate: ['ahead'] }),
    ]);
  }
}
