import { Controller, Get } from '@nestjs/common';
import { InjectMigrationService, MigrationService, type MigrationStatus } from 'nestjs-migrate';

@Controller('migrations')
export class StatusController {
  constructor(
    private readonly billing: MigrationService,
    @InjectMigrationService('audit') private readonly audit: MigrationService,
  ) {}

  /** Where each database stands in its own history. */
  @Get()
  async findAll(): Promise<readonly MigrationStatus[]> {
    return (await Promise.all([this.billing.status(), this.audit.status()])).flat();
  }
}
