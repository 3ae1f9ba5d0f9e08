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

/** A table, its columns and all that can have a name on it, called alike; and a table that refers to it. */
function named(name: string): AnyEntity[] {
  return [
    table(
      'named',
      { a: { ...number, name }, b: { type: 'varchar', name: `2 ${name}`, unique: true } },
      {
        tableName: name,
        indices: [{ name: `ix ${name}`, columns: ['a', 'b'], where: `"${name.replaceAll('"', '""')}" > 1` }],
        checks: [{ name: `ck ${name}`, expression: `"${name.replaceAll('"', '""')}" > 0` }],
        uniques: [{ name: `uq ${name}`, columns: ['b', 'a'] }],
      },
    ),
    table(
      'child',
      {},
      {
        relations: {
          parent: {
            type: 'many-to-one',
            target: 'named',
            joinColumn: { name, foreignKeyConstraintName: `fk ${name}` },
          },
        } as never,
      },
    ),
  ];
}

const LONG = 'a_name_that_is_longer_than_the_sixty_three_bytes_which_postgresql_keeps';

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
  'names with a dot': named('a.b'),
  'names with a quote': named(`it's "quoted"`),
  'names with spaces': named('a  b '),
  'names with capitals': named('CamelCase'),
  'names over 63 bytes': named(LONG),
  'names in other letters, of two to four bytes': named('ünï名前🦉'),
  'names that are words of SQL': named('select'),
  'names with brackets, backticks and a semicolon': named('[a]`b`;--'),
  'columns with spaces, dots and capitals': [
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
