import { Body, Controller, Get, Param, ParseIntPipe, Patch, Post } from '@nestjs/common';
import type { OrderTotal } from './order-total.entity.js';
import type { Order, OrderStatus } from './order.entity.js';
import { type NewOrder, OrdersService } from './orders.service.js';

@Controller('orders')
export class OrdersController {
  constructor(private readonly orders: OrdersService) {}

  @Get('totals')
  findTotals(): Promise<OrderTotal[]> {
    return this.orders.findTotals();
  }

  @Get(':id')
  findOne(@Param('id', ParseIntPipe) id: number): Promise<Order> {
    return this.orders.findOne(id);
  }

  @Post()
  create(@Body() order: NewOrder): Promise<Order> {
    return this.orders.create(order);
  }

  @Patch(':id')
  setStatus(@Param('id', ParseIntPipe) id: number, @Body('status') status: OrderStatus): Promise<Order> {
    return this.orders.setStatus(id, status);
  }
}
