import { Column, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm';

/** What a day came to, counted once so that nobody counts the events again. */
@Entity()
export class DailyReport {
  /** UTC, as `2026-11-22`. */
  @PrimaryColumn({ type: 'date' })
  day!: string;

  @Column({ type: 'integer', default: 0 })
  pageViews!: number;

  @Column({ type: 'integer', default: 0 })
  ordersPlaced!: number;

  @Column({ type: 'integer', default: 0 })
  revenueInCents!: number;

  @UpdateDateColumn()
  refreshedAt!: Date;
}
