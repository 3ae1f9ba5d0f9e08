import { Column, Entity, ManyToOne, OneToMany, PrimaryGeneratedColumn, type Relation } from 'typeorm';

/** A node of the category tree; a root has no parent. */
@Entity()
export class Category {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'varchar', length: 80, unique: true })
  name!: string;

  @ManyToOne(() => Category, (parent) => parent.children, { onDelete: 'CASCADE' })
  parent!: Relation<Category> | null;

  @OneToMany(() => Category, (child) => child.parent)
  children!: Relation<Category>[];
}
