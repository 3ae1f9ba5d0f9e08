import {
  ChildEntity,
  Column,
  DataSource,
  Entity,
  Index,
  JoinColumn,
  JoinTable,
  ManyToMany,
  ManyToOne,
  OneToOne,
  PrimaryColumn,
  PrimaryGeneratedColumn,
  TableInheritance,
  Tree,
  TreeChildren,
  TreeParent,
  Unique,
  ViewColumn,
  ViewEntity,
} from 'typeorm';

@Entity({ comment: "the author's", engine: 'InnoDB' })
export class Author {
  @PrimaryGeneratedColumn() id!: number;
  @Column({ unique: true, length: 50 }) email!: string;
  @Column({ type: 'text' }) @Index({ fulltext: true }) about!: string;
  @Column('point') @Index({ spatial: true }) place!: string;
  @ManyToMany(() => Author) @JoinTable() friends!: Author[];
}

@Entity()
@Unique(['title', 'author'])
@Index('IDX_two', ['views', 'title'])
export class Post {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Column() title!: string;
  @Column({ type: 'bigint', unsigned: true }) views!: string;
  @Column({ length: 1000 }) @Index('IDX_long') long!: string;
  @ManyToOne(() => Author, { onDelete: 'CASCADE', onUpdate: 'NO ACTION' }) author!: Author;
  @OneToOne(() => Author, { nullable: true, onDelete: 'SET NULL' }) @JoinColumn() editor!: Author;
  @ManyToOne(() => Author, { onDelete: 'RESTRICT' }) @Index() reader!: Author;
}

@Entity()
@Tree('closure-table')
export class Category {
  @PrimaryGeneratedColumn() id!: number;
  @TreeChildren() children!: Category[];
  @TreeParent() parent!: Category;
}

@Entity()
@TableInheritance({ column: { type: 'varchar', name: 'kind' } })
export class Content {
  @PrimaryColumn() id!: number;
}
@ChildEntity()
export class Photo extends Content {
  @Column({ nullable: true }) size!: string;
}

@ViewEntity({
  expression:
    'SELECT p.id AS id, p.title, a.email FROM post p LEFT JOIN author a ON a.id = p.authorId WHERE p.views > 5 ORDER BY 2 LIMIT 10 OFFSET 5',
})
export class PostView {
  @ViewColumn() id!: string;
}
@ViewEntity({
  expression: (source: DataSource) =>
    source
      .createQueryBuilder()
      .select('post.title', 'title')
      .addSelect('COUNT(*)', 'total')
      .from(Post, 'post')
      .groupBy('post.title'),
})
export class TitleView {
  @ViewColumn() title!: string;
}

/** Entities of every kind, with all that they can have on MySQL. */
export const mysqlEntities = [Author, Post, Category, Content, Photo, PostView, TitleView];
