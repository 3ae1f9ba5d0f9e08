import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** An order of a customer, in the database of one shop. */
@Entity()
export class Order {
  @PrimaryGeneratedColumn()
  id!: number;

  /** What is printed on the invoice. */
  @Index('IDX_order_number', { unique: true })
  @Column({ type: 'varchar' })
  number!: string;
}
