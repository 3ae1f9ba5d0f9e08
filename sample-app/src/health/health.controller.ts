import { Controller, Get } from '@nestjs/common';
import { HealthCheck, type HealthCheckResult, HealthCheckService } from '@nestjs/terminus';
import { MigrationHealthIndicator } from 'nestjs-migrate/terminus';

@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly migrations: MigrationHealthIndicator,
  ) {}

  /** 503 while revisions are pending: a load balancer then waits for the upgrade. */
  @Get()
  @HealthCheck()
  check(): Promise<HealthCheckResult> {
    return this.health.check([() => this.migrations.isUpToDate()]);
  }
}
