import {
  Check,
  Column,
  Entity,
  Index,
  JoinTable,
  ManyToMany,
  ManyToOne,
  PrimaryGeneratedColumn,
  type Relation,
} from 'typeorm';
import { Category } from './category.entity.js';
import { Tag } from './tag.entity.js';

@Entity()
@Check('CHK_product_price', '"priceInCents" >= 0')
export class Product {
  @PrimaryGeneratedColumn()
  id!: number;

  @Index()
  @Column({ type: 'varchar', length: 120 })
  name!: string;

  @Column({ type: 'varchar', length: 2000, default: '' })
  description!: string;

  @Column({ type: 'integer' })
  priceInCents!: number;

  @Column({ type: 'boolean', default: true })
  isAvailable!: boolean;

  @ManyToOne(() => Category, { onDelete: 'SET NULL' })
  category!: Relation<Category> | null;

  @ManyToMany(() => Tag)
  @JoinTable({ name: 'product_tag' })
  tags!: Relation<Tag>[];
}
