import { Column, Entity, ManyToOne, OneToMany, PrimaryGeneratedColumn, type Relation, Unique } from 'typeorm';

/** A node of the category tree; a root has no parent. */
@Entity()
@Unique('UQ_category_name', ['name'])
export class Category {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'varchar', length: 80 })
  name!: string;

  @ManyToOne(() => Category, (parent) => parent.children, { onDelete: 'CASCADE' })
  parent!: Relation<Category> | null;

  @OneToMany(() => Category, (child) => child.parent)
  children!: Relation<Category>[];
}
