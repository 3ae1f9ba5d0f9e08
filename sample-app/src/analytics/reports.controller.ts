import { Controller, Get, Post } from '@nestjs/common';
import { AnalyticsService } from './analytics.service.js';
import type { DailyReport } from './daily-report.entity.js';

@Controller('reports/daily')
export class ReportsController {
  constructor(private readonly analytics: AnalyticsService) {}

  @Get()
  findAll(): Promise<DailyReport[]> {
    return this.analytics.findReports();
  }

  @Post('refresh')
  refresh(): Promise<DailyReport> {
    return this.analytics.refreshReport();
  }
}
