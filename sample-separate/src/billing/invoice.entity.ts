import { Check, Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

@Entity()
@Check('CHK_invoice_amount', '"amountInCents" > 0')
export class Invoice {
  @PrimaryGeneratedColumn()
  id!: number;

  @Index()
  @Column({ type: 'varchar', length: 120 })
  customer!: string;

  @Column({ type: 'integer' })
  amountInCents!: number;

  @Column({ type: 'boolean', default: false })
  isPaid!: boolean;
}
