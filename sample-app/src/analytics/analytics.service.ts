import { Injectable, Logger } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { DailyReport } from './daily-report.entity.js';
import { OrderEvent } from './order-event.entity.js';
import { PageView } from './page-view.entity.js';

/** Records what happens in the shop, in a database of its own. */
@Injectable()
export class AnalyticsService {
  private readonly logger = new Logger(AnalyticsService.name);

  constructor(
    @InjectRepository(PageView, 'analytics') private readonly views: Repository<PageView>,
    @InjectRepository(OrderEvent, 'analytics') private readonly orders: Repository<OrderEvent>,
    @InjectRepository(DailyReport, 'analytics') private readonly reports: Repository<DailyReport>,
  ) {}

  recordView(path: string): Promise<void> {
    return this.record(() => this.views.insert({ path: path.slice(0, 200), day: today() }));
  }

  recordOrder(order: Pick<OrderEvent, 'orderId' | 'status' | 'amountInCents'>): Promise<void> {
    return this.record(() => this.orders.insert({ ...order, day: today() }));
  }

  findReports(): Promise<DailyReport[]> {
    return this.reports.find({ order: { day: 'DESC' } });
  }

  /** Counts a day anew. */
  async refreshReport(day = today()): Promise<DailyReport> {
    await this.reports.save({
      day,
      pageViews: await this.views.countBy({ day }),
      ordersPlaced: await this.orders.countBy({ day, status: 'open' }),
      revenueInCents: (await this.orders.sum('amountInCents', { day, status: 'paid' })) ?? 0,
    });
    return this.reports.findOneByOrFail({ day });
  }

  /** The shop sells on when its analytics are down. */
  private async record(write: () => Promise<unknown>): Promise<void> {
    try {
      await write();
    } catch (error) {
      this.logger.warn(`Not recorded: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}
