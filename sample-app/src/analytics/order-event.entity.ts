import { Column, CreateDateColumn, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** An order came to a status. The order itself lives in another database: there is no foreign key to it. */
@Entity()
@Index(['day', 'status'])
export class OrderEvent {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'integer' })
  orderId!: number;

  @Column({ type: 'varchar', length: 20 })
  status!: string;

  @Column({ type: 'integer' })
  amountInCents!: number;

  /** UTC, as `2026-11-22`. */
  @Column({ type: 'date' })
  day!: string;

  @CreateDateColumn()
  recordedAt!: Date;
}
