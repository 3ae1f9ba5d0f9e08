import {
  Column,
  CreateDateColumn,
  DeleteDateColumn,
  Entity,
  ManyToMany,
  JoinTable,
  PrimaryGeneratedColumn,
  UpdateDateColumn,
  VersionColumn,
  VirtualColumn,
} from 'typeorm';
import * as decorated from '../../roundtrip/decorated.entities.js';
import { type DialectName, type Entity as AnyEntity, table } from '../change.js';
import type { Probe } from './probe.js';

const number = { type: 'int' } as const;

@Entity()
class WithVirtualColumn {
  @PrimaryGeneratedColumn()
  id!: number;

  @VirtualColumn({ type: 'int', query: (alias) => `SELECT 1 + ${alias}.id` })
  computed!: number;
}

@Entity()
class Dated {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

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
class Friend {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'varchar', name: 'Full Name' })
  fullName!: string;

  @ManyToMany(() => Friend)
  @JoinTable()
  friends!: Friend[];
}

const related = (relation: object): AnyEntity[] => [
  table('p', { a: { ...number, unique: true }, b: number }, { uniques: [{ columns: ['a', 'b'] }] }),
  table(
    't',
    { x: { ...number, nullable: true } },
    { relations: { p: { type: 'many-to-one', target: 'p', ...relation } } as never },
  ),
];

const sets: Readonly<Record<string, readonly AnyEntity[]>> = {
  'a virtual column': [WithVirtualColumn],
  'dates and version': [Dated],
  'many-to-many with itself': [Friend],
  relations: [decorated.Author, decorated.Post, decorated.Tag, decorated.Profile, decorated.Note],
  'circular foreign keys': [decorated.Team, decorated.Player],
  'a deferrable foreign key': [decorated.Parent, decorated.DeferredChild],
  'closure table, nested set, materialised path': [decorated.ClosureNode, decorated.NestedNode, decorated.PathNode],
  'single table inheritance': [decorated.Content, decorated.Article, decorated.Video],
  'a composite foreign key to a unique': related({
    joinColumn: [
      { name: 'p_a', referencedColumnName: 'a' },
      { name: 'p_b', referencedColumnName: 'b' },
    ],
  }),
  'a foreign key to a unique column': related({
    joinColumn: { name: 'p_a', referencedColumnName: 'a' },
    onDelete: 'SET NULL',
  }),
  'a key shared with the parent': [
    table('p', {}),
    table(
      't',
      { id: { ...number, primary: true } },
      { relations: { p: { type: 'one-to-one', target: 'p', primary: true, joinColumn: { name: 'id' } } } as never },
    ),
  ],
  'a self reference': [table('t', {}, { relations: { parent: { type: 'many-to-one', target: 't' } } as never })],
  'a foreign key without a relation': [
    table('p', {}),
    table('t', { p: number }, { foreignKeys: [{ target: 'p', columnNames: ['p'], referencedColumnNames: ['id'] }] }),
  ],
  'a named primary key': [table('t', { id: { ...number, primary: true, primaryKeyConstraintName: 'my pk' } })],
  'names with spaces, dots and capitals': [
    table(
      'Odd Name',
      { 'a b': number, 'c.d': number, Ünï: { ...number, unique: true } },
      { indices: [{ columns: ['a b', 'c.d'] }] },
    ),
  ],
};

export const commonProbes: readonly Probe[] = (
  ['postgres', 'sqlite'] as const satisfies readonly DialectName[]
).flatMap((on) => Object.entries(sets).map(([name, entities]) => ({ name, on, entities })));
