import { Column, CreateDateColumn, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** What was done, kept apart from the data it was done to. */
@Entity()
export class AuditEntry {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'varchar', length: 80 })
  action!: string;

  @Column({ type: 'text' })
  subject!: string;

  @CreateDateColumn()
  recordedAt!: Date;
}
