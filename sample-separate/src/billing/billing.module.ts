import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.js';
import { BillingController } from './billing.controller.js';
import { BillingService } from './billing.service.js';
import { Invoice } from './invoice.entity.js';

@Module({
  imports: [TypeOrmModule.forFeature([Invoice]), AuditModule],
  controllers: [BillingController],
  providers: [BillingService],
})
export class BillingModule {}
