import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AnalyticsModule } from '../analytics/analytics.module.js';
import { Product } from '../catalogue/product.entity.js';
import { UsersModule } from '../users/users.module.js';
import { OrderLine } from './order-line.entity.js';
import { OrderTotal } from './order-total.entity.js';
import { Order } from './order.entity.js';
import { OrdersController } from './orders.controller.js';
import { OrdersService } from './orders.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Order, OrderLine, OrderTotal, Product]), UsersModule, AnalyticsModule],
  controllers: [OrdersController],
  providers: [OrdersService],
})
export class OrdersModule {}
