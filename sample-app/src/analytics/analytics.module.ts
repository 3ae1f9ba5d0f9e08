import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AnalyticsService } from './analytics.service.js';
import { DailyReport } from './daily-report.entity.js';
import { OrderEvent } from './order-event.entity.js';
import { PageView } from './page-view.entity.js';
import { ReportsController } from './reports.controller.js';

@Module({
  imports: [TypeOrmModule.forFeature([PageView, OrderEvent, DailyReport], 'analytics')],
  controllers: [ReportsController],
  providers: [AnalyticsService],
  exports: [AnalyticsService],
})
export class AnalyticsModule {}
