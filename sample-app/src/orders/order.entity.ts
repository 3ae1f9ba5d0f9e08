import {
  Column,
  CreateDateColumn,
  Entity,
  Index,
  ManyToOne,
  OneToMany,
  PrimaryGeneratedColumn,
  type Relation,
} from 'typeorm';
import { User } from '../users/user.entity.js';
import { OrderLine } from './order-line.entity.js';

export const orderStatuses = ['open', 'paid', 'shipped', 'cancelled'] as const;
export type OrderStatus = (typeof orderStatuses)[number];

@Entity()
export class Order {
  @PrimaryGeneratedColumn()
  id!: number;

  /** An enum type on PostgreSQL, an enum column on MySQL, a checked varchar on SQLite. */
  @Column({ type: 'simple-enum', enum: orderStatuses, default: 'open' })
  status!: OrderStatus;

  @Index()
  @ManyToOne(() => User, { nullable: false, onDelete: 'CASCADE' })
  user!: Relation<User>;

  @OneToMany(() => OrderLine, (line) => line.order, { cascade: true })
  lines!: Relation<OrderLine>[];

  @CreateDateColumn()
  placedAt!: Date;
}
