import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** A table that each tenant has. */
@Entity()
export class Invoice {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'integer' })
  cents!: number;
}
