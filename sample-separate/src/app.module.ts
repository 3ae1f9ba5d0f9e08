import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { MigrateModule } from 'nestjs-migrate';
import { AuditModule } from './audit/audit.module.js';
import { BillingModule } from './billing/billing.module.js';
import { databaseOptions } from './database.options.js';
import { StatusController } from './status/status.controller.js';

@Module({
  imports: [
    TypeOrmModule.forRootAsync({ useFactory: () => databaseOptions('DATABASE_URL', 'billing.sqlite') }),
    TypeOrmModule.forRootAsync({ name: 'audit', useFactory: () => databaseOptions('AUDIT_URL', 'audit.sqlite') }),
    MigrateModule.forRoot([{ directory: 'migrations' }, { name: 'audit', directory: 'migrations-audit' }]),
    BillingModule,
    AuditModule,
  ],
  controllers: [StatusController],
})
export class AppModule {}
