import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** Somebody looked at a page of the catalogue. */
@Entity()
export class PageView {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'varchar', length: 200 })
  path!: string;

  /** UTC, as `2026-11-22`. */
  @Index()
  @Column({ type: 'date' })
  day!: string;
}
