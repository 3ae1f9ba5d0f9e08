import {
  BaseEntity,
  ChildEntity,
  Column,
  CreateDateColumn,
  DeleteDateColumn,
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
  UpdateDateColumn,
  VersionColumn,
  ViewColumn,
  ViewEntity,
} from 'typeorm';

@Entity()
export class AlwaysIdentity {
  @PrimaryGeneratedColumn('identity', { generatedIdentity: 'ALWAYS' })
  id!: number;
}

@Entity()
export class DefaultIdentity {
  @PrimaryGeneratedColumn('identity', { type: 'bigint' })
  id!: string;
}

@Entity({ comment: "what's \\ this\nhere" })
@Index('ix_concurrent', ['n'], { concurrent: true })
export class Commented {
  @PrimaryGeneratedColumn({ comment: 'the key' })
  id!: number;

  @Column()
  n!: number;
}

@Entity()
export class StoredGenerated {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column()
  a!: number;

  @Column({ asExpression: 'a * 2', generatedType: 'STORED', type: 'int', nullable: true })
  doubled!: number;

  @Column({ asExpression: "to_tsvector('english', title)", generatedType: 'STORED', type: 'tsvector', nullable: true })
  words!: string;

  @Column()
  title!: string;
}

@Entity()
export class BothGenerated {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column()
  a!: number;

  @Column({ asExpression: '"a" * 2', generatedType: 'STORED', type: 'integer', nullable: true })
  stored!: number;

  @Column({ asExpression: '"a" * 3', type: 'integer', nullable: true })
  virtual!: number;
}

@Entity()
export class Profile {
  @PrimaryGeneratedColumn('uuid')
  id!: string;
}

@Entity()
export class Author {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column()
  name!: string;

  @OneToOne(() => Profile, { onDelete: 'SET NULL' })
  @JoinColumn()
  profile!: Profile;

  @ManyToMany(() => Author)
  @JoinTable()
  friends!: Author[];
}

@Entity()
export class Tag {
  @PrimaryColumn({ type: 'varchar' })
  name!: string;

  @PrimaryColumn()
  language!: string;
}

@Entity()
@Unique(['author', 'title'])
@Index(['title', 'author'])
export class Post {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ length: 200 })
  title!: string;

  @ManyToOne(() => Author, { onDelete: 'CASCADE', onUpdate: 'RESTRICT', nullable: false })
  author!: Author;

  @ManyToOne(() => Post)
  replyTo!: Post;

  @ManyToMany(() => Tag)
  @JoinTable({ name: 'post_tags' })
  tags!: Tag[];
}

@Entity()
export class Note {
  @PrimaryGeneratedColumn()
  id!: number;

  @ManyToOne(() => Tag)
  tag!: Tag;

  @ManyToOne(() => Author, { createForeignKeyConstraints: false })
  author!: Author;
}

@Entity()
export class Team {
  @PrimaryGeneratedColumn()
  id!: number;

  @ManyToOne('Player')
  captain!: unknown;
}

@Entity()
export class Player {
  @PrimaryGeneratedColumn()
  id!: number;

  @ManyToOne('Team')
  team!: unknown;
}

@Entity()
export class Parent {
  @PrimaryGeneratedColumn()
  id!: number;
}

@Entity()
export class DeferredChild {
  @PrimaryGeneratedColumn()
  id!: number;

  @ManyToOne(() => Parent, { deferrable: 'INITIALLY DEFERRED' })
  parent!: Parent;
}

@Entity()
@Tree('closure-table')
export class ClosureNode extends BaseEntity {
  @PrimaryGeneratedColumn()
  id!: number;

  @TreeChildren()
  children!: ClosureNode[];

  @TreeParent()
  parent!: ClosureNode;
}

@Entity()
@Tree('nested-set')
export class NestedNode {
  @PrimaryGeneratedColumn()
  id!: number;

  @TreeChildren()
  children!: NestedNode[];

  @TreeParent()
  parent!: NestedNode;
}

@Entity()
@Tree('materialized-path')
export class PathNode {
  @PrimaryGeneratedColumn()
  id!: number;

  @TreeChildren()
  children!: PathNode[];

  @TreeParent()
  parent!: PathNode;
}

class Dates {
  @CreateDateColumn()
  created!: Date;

  @UpdateDateColumn()
  updated!: Date;

  @DeleteDateColumn()
  deleted!: Date | null;

  @VersionColumn()
  version!: number;
}

@Entity()
@TableInheritance({ column: { type: 'varchar', name: 'kind' } })
export class Content {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column(() => Dates)
  dates!: Dates;
}

@ChildEntity()
export class Article extends Content {
  @Column({ type: 'text' })
  body!: string;
}

@ChildEntity('clip')
export class Video extends Content {
  @Column({ default: 0 })
  seconds!: number;
}

@ViewEntity({
  expression: (source) =>
    source.createQueryBuilder().select('author.id', 'id').addSelect('author.name', 'name').from(Author, 'author'),
})
export class AuthorNames {
  @ViewColumn()
  id!: number;

  @ViewColumn()
  name!: string;
}

@ViewEntity({
  expression: `
    SELECT id, upper(name) AS loud
    FROM author_names
    WHERE name <> 'it''s'
  `,
  dependsOn: [AuthorNames],
})
export class LoudNames {
  @ViewColumn()
  id!: number;

  /** TypeORM makes no index of it: the view has no rows of its own. */
  @Index()
  @ViewColumn()
  loud!: string;
}

@ViewEntity({
  materialized: true,
  expression: `SELECT "teamId" AS team, count(*) AS size FROM player GROUP BY "teamId"`,
})
export class TeamSizes {
  @Index('ix_team', { unique: true })
  @ViewColumn()
  team!: number;

  @ViewColumn()
  size!: string;
}

@Entity({ schema: 'Crm Data' })
export class Customer {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'enum', enum: ['new', 'old'], default: 'new' })
  status!: string;
}

@Entity({ schema: 'sales' })
export class Invoice {
  @PrimaryGeneratedColumn()
  id!: number;

  @ManyToOne(() => Customer)
  customer!: Customer;

  @Column({ unique: true })
  no!: number;
}
