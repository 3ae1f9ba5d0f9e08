import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Who has a schema of their own. This table is in `public`, and no tenant's. */
@Entity()
export class Customer {
  @PrimaryColumn({ type: 'varchar' })
  id!: string;

  /** The schema of the tables of this customer. */
  @Column({ type: 'varchar', unique: true })
  schema!: string;

  @Column({ type: 'varchar', default: 'standard' })
  plan!: string;
}
