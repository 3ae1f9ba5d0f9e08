import { BadRequestException, Injectable, NotFoundException } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, Repository } from 'typeorm';
import { AnalyticsService } from '../analytics/analytics.service.js';
import { Product } from '../catalogue/product.entity.js';
import { UsersService } from '../users/users.service.js';
import { OrderTotal } from './order-total.entity.js';
import { Order, orderStatuses, type OrderStatus } from './order.entity.js';

export interface NewOrder {
  readonly userId: number;
  readonly lines: readonly { readonly productId: number; readonly quantity: number }[];
}

@Injectable()
export class OrdersService {
  constructor(
    @InjectRepository(Order) private readonly orders: Repository<Order>,
    @InjectRepository(OrderTotal) private readonly totals: Repository<OrderTotal>,
    @InjectRepository(Product) private readonly products: Repository<Product>,
    private readonly users: UsersService,
    private readonly analytics: AnalyticsService,
  ) {}

  async findOne(id: number): Promise<Order> {
    const order = await this.orders.findOne({ where: { id }, relations: { user: true, lines: { product: true } } });
    if (order === null) throw new NotFoundException(`There is no order ${id}.`);
    return order;
  }

  async create({ userId, lines }: NewOrder): Promise<Order> {
    const user = await this.users.findOne(userId);
    const products = await this.products.findBy({ id: In(lines.map(({ productId }) => productId)) });
    const { id } = await this.orders.save({
      user,
      lines: lines.map(({ productId, quantity }) => {
        const product = products.find((found) => found.id === productId);
        if (product === undefined) throw new BadRequestException(`There is no product ${productId}.`);
        return { product, quantity, priceInCents: product.priceInCents };
      }),
    });
    return this.recorded(id);
  }

  async setStatus(id: number, status: OrderStatus): Promise<Order> {
    if (!orderStatuses.includes(status)) throw new BadRequestException(`"${status}" is no status of an order.`);
    const order = await this.findOne(id);
    await this.orders.update(order.id, { status });
    return this.recorded(id);
  }

  findTotals(): Promise<OrderTotal[]> {
    return this.totals.find({ order: { userId: 'ASC' } });
  }

  private async recorded(id: number): Promise<Order> {
    const order = await this.findOne(id);
    const amountInCents = order.lines.reduce((sum, line) => sum + line.quantity * line.priceInCents, 0);
    await this.analytics.recordOrder({ orderId: id, status: order.status, amountInCents });
    return order;
  }
}
