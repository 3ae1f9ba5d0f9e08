import { Injectable } from '@nestjs/common';
import { type FleetReport, MigrationFleet } from 'nestjs-migrate';

/** What `db fleet upgrade` does, from code. */
@Injectable()
export class RollOut {
  constructor(private readonly fleet: MigrationFleet) {}

  async run(signal?: AbortSignal): Promise<FleetReport> {
    const report = await this.fleet.upgrade('head', {
      waves: ['1', '10%', '100%'],
      maxFailures: '2%',
      ...(signal && { signal }),
      onProgress: ({ wave, done, failed, tenants }) =>
        console.log(`wave ${wave}: ${done} of ${tenants}, ${failed} failed`),
    });
    for (const { tenant, code, error } of report.failed) console.error(tenant, code, error);
    return report;
  }
}
