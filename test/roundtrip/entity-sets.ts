import {
  type DataSourceOptions,
  EntitySchema,
  type EntitySchemaColumnOptions,
  type EntitySchemaOptions,
} from 'typeorm';
import type { Entities } from './round-trip.js';
import * as decorated from './decorated.entities.js';
import { ofTypes, postgresDefaults, postgresTypes, spelledOut, sqliteDefaults, sqliteTypes } from './entity-columns.js';

/** Entities whose schema is to be made, found equal, and taken back. */
export interface EntitySet {
  readonly name: string;
  readonly on: readonly ('postgres' | 'sqlite')[];
  readonly entities: Entities;
  readonly options?: Partial<DataSourceOptions>;
  /** TypeORM finds a difference here even after its own synchronize. */
  readonly typeormIsNeverContent?: true;
  /** Why the catalog is not compared with that of TypeORM's synchronize. */
  readonly typeormMakesOther?: string;
}

/** An entity with a numeric key and these columns. */
export function table(
  name: string,
  columns: Record<string, EntitySchemaColumnOptions>,
  options: Partial<Pick<EntitySchemaOptions<object>, 'uniques' | 'checks' | 'indices' | 'exclusions' | 'schema'>> = {},
): EntitySchema {
  return new EntitySchema({
    name,
    columns: { id: { type: 'int', primary: true, generated: 'increment' }, ...columns },
    ...options,
  });
}

const BOTH = ['postgres', 'sqlite'] as const;
const POSTGRES = ['postgres'] as const;
const SQLITE = ['sqlite'] as const;

const long = (prefix: string): string => `${prefix}_${'x'.repeat(70)}`;

/** The sets that every law is tried on. */
export const entitySets: readonly EntitySet[] = [
  {
    name: 'all types',
    on: POSTGRES,
    entities: [table('kinds', ofTypes([...postgresTypes, 'simple-array', 'simple-json']))],
  },
  { name: 'arrays of all types', on: POSTGRES, entities: [table('kinds', ofTypes(postgresTypes, { array: true }))] },
  { name: 'all types', on: SQLITE, entities: [table('kinds', ofTypes(sqliteTypes))] },
  {
    name: 'lengths and precisions',
    on: POSTGRES,
    entities: [table('sizes', spelledOut)],
    // format_type of an array of timestamps is not parsed there.
    typeormIsNeverContent: true,
    typeormMakesOther: 'a quote in a default is a syntax error there',
  },
  {
    name: 'lengths and precisions',
    on: SQLITE,
    entities: [
      table('sizes', {
        short: { type: 'varchar', length: 50 },
        num: { type: 'decimal', precision: 10, scale: 2 },
        num0: { type: 'numeric', precision: 10 },
        moment: { type: 'datetime', precision: 3 },
        caseless: { type: 'varchar', collation: 'NOCASE' },
      }),
    ],
  },
  {
    name: 'the full precision of times, said and not said, and a default that is a bigint',
    on: POSTGRES,
    entities: [
      table('moments', {
        said: { type: 'timestamp', precision: 6 },
        zoned: { type: 'timestamptz', precision: 6, default: () => 'CURRENT_TIMESTAMP(6)' },
        clock: { type: 'time', precision: 6 },
        many: { type: 'timestamp', precision: 6, array: true },
        unsaid: { type: 'timestamp' },
        big: { type: 'bigint', default: 0n },
      }),
    ],
    // As above, of the array.
    typeormIsNeverContent: true,
  },
  {
    name: 'defaults',
    on: POSTGRES,
    entities: [table('defaults', postgresDefaults)],
    typeormIsNeverContent: true,
    typeormMakesOther: 'a quote in a default is a syntax error there',
  },
  { name: 'defaults', on: SQLITE, entities: [table('defaults', sqliteDefaults)] },
  {
    name: 'a default with a quote',
    on: SQLITE,
    entities: [table('quoted', { quote: { type: 'varchar', default: "O'Brien" } })],
    typeormIsNeverContent: true,
    typeormMakesOther: 'a quote in a default is a syntax error there',
  },
  {
    name: 'enums',
    on: POSTGRES,
    entities: [
      table('card', {
        suit: { type: 'enum', enum: ['clubs', 'hearts'], default: 'hearts' },
        suits: { type: 'enum', enum: ['a', 'b c', "d'e"], array: true, default: ['a'] },
        Level: { type: 'enum', enum: [1, 2, 3], default: 2 },
        mood: { type: 'simple-enum', enum: ['ok', 'bad'], nullable: true },
        shared: { type: 'enum', enum: ['on', 'off'], enumName: 'switch' },
      }),
      table('lamp', { shared: { type: 'enum', enum: ['on', 'off'], enumName: 'switch', default: 'off' } }),
    ],
  },
  {
    name: 'enums',
    on: SQLITE,
    entities: [table('card', { suit: { type: 'simple-enum', enum: ['clubs', 'hearts'], default: 'hearts' } })],
  },
  {
    name: 'keys',
    on: POSTGRES,
    entities: [
      new EntitySchema({ name: 'k_uuid', columns: { id: { type: 'uuid', primary: true, generated: 'uuid' } } }),
      new EntitySchema({ name: 'k_big', columns: { id: { type: 'bigint', primary: true, generated: 'increment' } } }),
      new EntitySchema({
        name: 'k_small',
        columns: { id: { type: 'smallint', primary: true, generated: 'increment' } },
      }),
      new EntitySchema({
        name: 'k_named',
        columns: { id: { type: 'int', primary: true, primaryKeyConstraintName: 'my pk' } },
      }),
      new EntitySchema({
        name: 'k_two',
        columns: { b: { type: 'int', primary: true }, a: { type: 'varchar', primary: true } },
      }),
      table('k_serial', { n: { type: 'int', generated: 'increment' } }),
      decorated.AlwaysIdentity,
      decorated.DefaultIdentity,
    ],
  },
  {
    name: 'keys',
    on: SQLITE,
    entities: [
      new EntitySchema({ name: 'k_uuid', columns: { id: { type: 'uuid', primary: true, generated: 'uuid' } } }),
      new EntitySchema({
        name: 'k_two',
        columns: { b: { type: 'int', primary: true }, a: { type: 'varchar', primary: true } },
      }),
      new EntitySchema({ name: 'k_plain', columns: { id: { type: 'int', primary: true } } }),
    ],
  },
  {
    name: 'uniques, checks and indexes',
    on: BOTH,
    entities: [
      table(
        'constrained',
        {
          a: { type: 'int', unique: true },
          b: { type: 'int' },
          c: { type: 'varchar' },
        },
        {
          uniques: [{ columns: ['b', 'c'] }, { name: 'uq named', columns: ['id', 'c'] }],
          checks: [{ expression: 'b > 0' }, { name: 'ck named', expression: "(c <> 'x' AND (b < 5 OR a > 1))" }],
          indices: [
            { columns: ['a', 'b'] },
            { name: 'ix named', columns: ['c', 'b'], unique: true },
            { name: 'ix_partial', columns: ['b'], where: 'b > 10' },
          ],
        },
      ),
    ],
  },
  {
    name: 'deferrable, exclusion, index types, comments',
    on: POSTGRES,
    entities: [
      new EntitySchema({
        name: 'booking',
        columns: {
          id: { type: 'uuid', primary: true, generated: 'uuid' },
          room: { type: 'int', comment: 'it\'s a\n"room"' },
          during: { type: 'tsrange' },
          tags: { type: 'jsonb', nullable: true },
        },
        uniques: [{ name: 'uq_deferred', columns: ['room'], deferrable: 'INITIALLY DEFERRED' }],
        exclusions: [{ name: 'ex_during', expression: 'USING gist (room WITH =, during WITH &&)' }],
        indices: [{ name: 'ix_gist', columns: ['during'], spatial: true }],
      }),
      decorated.Commented,
    ],
    typeormMakesOther: 'it makes a concurrent index inside of its transaction',
  },
  { name: 'generated columns', on: POSTGRES, entities: [decorated.StoredGenerated], typeormIsNeverContent: true },
  { name: 'generated columns', on: SQLITE, entities: [decorated.BothGenerated], typeormIsNeverContent: true },
  {
    name: 'relations',
    on: BOTH,
    entities: [decorated.Author, decorated.Post, decorated.Tag, decorated.Profile, decorated.Note],
  },
  { name: 'circular foreign keys', on: BOTH, entities: [decorated.Team, decorated.Player] },
  { name: 'deferrable foreign keys', on: BOTH, entities: [decorated.Parent, decorated.DeferredChild] },
  { name: 'trees', on: BOTH, entities: [decorated.ClosureNode, decorated.NestedNode, decorated.PathNode] },
  {
    name: 'single table inheritance, embedded and dates',
    on: BOTH,
    entities: [decorated.Content, decorated.Article, decorated.Video],
  },
  {
    name: 'views',
    on: BOTH,
    entities: [
      decorated.Author,
      decorated.Post,
      decorated.Tag,
      decorated.Profile,
      decorated.Note,
      decorated.AuthorNames,
      decorated.LoudNames,
    ],
    typeormIsNeverContent: true,
  },
  {
    name: 'materialized views',
    on: POSTGRES,
    entities: [decorated.Team, decorated.Player, decorated.TeamSizes],
    typeormIsNeverContent: true,
  },
  {
    name: 'several schemas',
    on: POSTGRES,
    entities: [decorated.Invoice, decorated.Customer],
    typeormMakesOther: 'it makes no schemas',
  },
  {
    name: 'names with capitals, spaces, dots and quotes',
    on: BOTH,
    entities: [
      table('Odd Name', {
        'a b': { type: 'int' },
        'c.d': { type: 'int' },
        select: { type: 'int' },
        Ünï: { type: 'int', unique: true },
      }),
    ],
  },
  {
    name: 'names over 63 bytes',
    on: POSTGRES,
    entities: [
      table(long('t').slice(0, 60), { status: { type: 'enum', enum: ['a'] } }),
      table(
        long('tbl'),
        { [long('col')]: { type: 'int' } },
        {
          checks: [{ name: long('check'), expression: `"${long('col').slice(0, 63)}" > 0` }],
          indices: [{ name: long('index'), columns: [long('col')] }],
          uniques: [{ name: long('unique'), columns: [long('col')] }],
        },
      ),
    ],
    typeormIsNeverContent: true,
  },
  {
    name: 'a schema for a database that has none, and a query cache',
    on: SQLITE,
    entities: [table('t', { c: { type: 'simple-enum', enum: ['a', 'b'], array: true, default: ['a'] } })],
    options: { schema: 'app', cache: true } as Partial<DataSourceOptions>,
  },
  {
    name: 'a query cache, and an enum whose values another column says',
    on: POSTGRES,
    entities: [
      table('a', { c: { type: 'enum', enumName: 'mood' } }),
      table('b', { c: { type: 'enum', enumName: 'mood', enum: ['ok', 'bad'] } }),
    ],
    typeormMakesOther: 'it looks for the values in the first column alone',
    options: { cache: { type: 'database', tableName: 'kept' } } as Partial<DataSourceOptions>,
  },
  {
    name: 'unique constraints over the columns of the primary key, and over each other',
    on: BOTH,
    entities: [
      table(
        'twice',
        { code: { type: 'int' } },
        {
          uniques: [
            { name: 'UQ_id', columns: ['id'] },
            { name: 'UQ_code', columns: ['code'] },
            { name: 'UQ_code_again', columns: ['code'] },
          ],
        },
      ),
    ],
    typeormMakesOther: 'PostgreSQL merges them in CREATE TABLE',
  },
  {
    name: 'without rowid',
    on: SQLITE,
    entities: [
      new EntitySchema({ name: 'flat', withoutRowid: true, columns: { id: { type: 'varchar', primary: true } } }),
    ],
  },
];
