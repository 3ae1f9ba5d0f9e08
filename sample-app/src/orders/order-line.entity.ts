import { Check, Column, Entity, ManyToOne, PrimaryGeneratedColumn, type Relation, Unique } from 'typeorm';
import { Product } from '../catalogue/product.entity.js';
import { Order } from './order.entity.js';

@Entity()
@Unique('UQ_order_line_product', ['order', 'product'])
@Check('CHK_order_line_quantity', '"quantity" > 0')
export class OrderLine {
  @PrimaryGeneratedColumn()
  id!: number;

  @ManyToOne(() => Order, (order) => order.lines, { nullable: false, onDelete: 'CASCADE' })
  order!: Relation<Order>;

  @ManyToOne(() => Product, { nullable: false, onDelete: 'RESTRICT' })
  product!: Relation<Product>;

  @Column({ type: 'integer' })
  quantity!: number;

  /** The price of one piece at the time of the order; the product's own may change. */
  @Column({ type: 'integer' })
  priceInCents!: number;
}
