import { table, view } from '../change.js';
import { columns, FOR_EVER, type Probe } from './probe.js';

const NAME = 'x'.repeat(60);
const number = { type: 'int' } as const;

/** What TypeORM reports for ever. */
const perpetual: readonly Probe[] = [
  ...columns(
    'postgres',
    {
      "default now() + interval '1 day'": { type: 'timestamptz', default: () => "now() + interval '1 day'" },
      "default (now() at time zone 'utc')": { type: 'timestamp', default: () => "(now() at time zone 'utc')" },
      'default gen_random_uuid() on uuid': { type: 'uuid', default: () => 'gen_random_uuid()' },
      'decimal default 0.00': { type: 'decimal', precision: 10, scale: 2, default: '0.00' },
      'numeric default 1.5 as a number': { type: 'numeric', default: 1.5 },
      "boolean default 'false' as a string": { type: 'boolean', default: 'false' },
      'varchar default with :: inside': { type: 'varchar', default: 'a::b c' },
      'varchar default () => NULL': { type: 'varchar', nullable: true, default: () => 'NULL' },
      "default 'a' || 'b'": { type: 'varchar', default: () => "'a' || 'b'" },
      'interval default 24 hours': { type: 'interval', default: '24 hours' },
      'time default 10:00': { type: 'time', default: '10:00' },
      'bit(8) default': { type: 'bit', length: 8, default: () => "B'00000000'" },
      "jsonb default () => '{}'::jsonb": { type: 'jsonb', default: () => "'{}'::jsonb" },
      "text[] default () => 'ARRAY[]::text[]'": { type: 'text', array: true, default: () => 'ARRAY[]::text[]' },
      'timestamp(3)[]': { type: 'timestamp', precision: 3, array: true, nullable: true },
      'money default 0': { type: 'money', default: 0 },
    },
    FOR_EVER,
  ),
  {
    name: 'an enum whose name is over 63 bytes',
    on: 'postgres',
    typeorm: 'reports a difference for ever, and it cannot be applied',
    entities: [
      table('a_very_long_table_name_that_is_really_quite_long_indeed', {
        status_column: { type: 'enum', enum: ['a', 'b'] },
      }),
    ],
  },
  {
    name: 'a check whose name is over 63 bytes',
    on: 'postgres',
    typeorm: FOR_EVER,
    entities: [table('t', { a: number }, { checks: [{ name: `check_${NAME}`, expression: 'a > 0' }] })],
  },
  {
    name: 'an index whose name is over 63 bytes',
    on: 'postgres',
    typeorm: FOR_EVER,
    entities: [table('t', { a: number }, { indices: [{ name: `index_${NAME}`, columns: ['a'] }] })],
  },
  {
    name: 'a unique whose name is over 63 bytes',
    on: 'postgres',
    typeorm: FOR_EVER,
    entities: [table('t', { a: number }, { uniques: [{ name: `unique_${NAME}`, columns: ['a'] }] })],
  },
  {
    name: 'a table whose name is over 63 bytes',
    on: 'postgres',
    typeorm: 'reports a difference for ever, and it cannot be applied',
    entities: [table(`tbl_${NAME}`, {})],
  },
  {
    name: 'a column whose name is over 63 bytes',
    on: 'postgres',
    typeorm: 'reports a difference for ever, and it cannot be applied',
    entities: [table('t', { [`col_${NAME}`]: number })],
  },
  {
    name: 'an index with the name of a constraint in another schema',
    on: 'postgres',
    typeorm: 'reports a difference for ever, and it cannot be applied',
    entities: [
      table('t', { a: number }, { indices: [{ name: 'dup_name', columns: ['a'] }] }),
      table('u', { a: number }, { schema: 's2', uniques: [{ name: 'dup_name', columns: ['a'] }] }),
    ],
  },
  {
    name: 'two uniques with one name in two schemas',
    on: 'postgres',
    typeorm: 'needs a second run to be content',
    entities: [
      table('t1', { a: number }, { uniques: [{ name: 'uq_same', columns: ['a'] }] }),
      table('t2', { a: number, b: number }, { schema: 's2', uniques: [{ name: 'uq_same', columns: ['a', 'b'] }] }),
    ],
  },
  {
    name: 'uuidExtension: pgcrypto',
    on: 'postgres',
    typeorm: FOR_EVER,
    options: { uuidExtension: 'pgcrypto' },
    entities: [table('t', { c: { type: 'uuid', generated: 'uuid' } })],
  },
  {
    name: 'default uuid_generate_v4() on uuid and varchar, the extension installed by hand',
    on: 'postgres',
    typeorm: 'fails where the extension is missing',
    setup: ['CREATE EXTENSION "uuid-ossp"'],
    entities: [
      table('t', {
        c: { type: 'uuid', default: () => 'uuid_generate_v4()' },
        d: { type: 'varchar', default: () => 'uuid_generate_v4()' },
      }),
    ],
  },
];

/** What TypeORM is content with too. */
const content: readonly Probe[] = [
  ...columns('postgres', {
    'default now()': { type: 'timestamptz', default: () => 'now()' },
    'default NOW()': { type: 'timestamp', default: () => 'NOW()' },
    'default CURRENT_TIMESTAMP': { type: 'timestamptz', default: () => 'CURRENT_TIMESTAMP' },
    'default CURRENT_TIMESTAMP(3)': { type: 'timestamptz', precision: 3, default: () => 'CURRENT_TIMESTAMP(3)' },
    'default LOCALTIMESTAMP': { type: 'timestamp', default: () => 'LOCALTIMESTAMP' },
    'default CURRENT_DATE': { type: 'date', default: () => 'CURRENT_DATE' },
    "default timezone('utc', now())": { type: 'timestamp', default: () => "timezone('utc', now())" },
    "bigint default '0'": { type: 'bigint', default: '0' },
    'bigint default 0': { type: 'bigint', default: 0 },
    'int default -5': { type: 'int', default: -5 },
    'boolean default false': { type: 'boolean', default: false },
    'decimal(10,2) default 0': { type: 'decimal', precision: 10, scale: 2, default: 0 },
    'decimal(10,2) default -1.5': { type: 'decimal', precision: 10, scale: 2, default: -1.5 },
    'varchar default empty': { type: 'varchar', default: '' },
    'jsonb default object': { type: 'jsonb', default: { a: 1 } },
    'jsonb default array': { type: 'jsonb', default: [1, 2] },
    'jsonb default nested, with quotes': { type: 'jsonb', default: { a: { b: "it's" }, c: ['"'] } },
    'text[] default []': { type: 'text', array: true, default: [] },
    "int[] default '{}'": { type: 'int', array: true, default: '{}' },
    enum: { type: 'enum', enum: ['a', 'b'] },
    'enum with a default': { type: 'enum', enum: ['a', "it's"], default: "it's" },
    'enum[] with a default': { type: 'enum', enum: ['a', 'b c'], array: true, default: ['b c'] },
    'numeric enum': { type: 'enum', enum: [1, 2], default: 2 },
    enumName: { type: 'enum', enum: ['a'], enumName: 'Named Enum' },
    bigserial: { type: 'bigint', generated: 'increment' },
    'timestamp(0)': { type: 'timestamp', precision: 0 },
    'timestamp(6)': { type: 'timestamp', precision: 6 },
    'interval(3)': { type: 'interval', precision: 3 },
    'time(3)': { type: 'time', precision: 3 },
    'numeric(10)': { type: 'numeric', precision: 10 },
    'numeric(10,0)': { type: 'numeric', precision: 10, scale: 0 },
    'varchar(20)[]': { type: 'varchar', length: 20, array: true },
    'numeric(10,2)[]': { type: 'numeric', precision: 10, scale: 2, array: true },
    'char(3)[]': { type: 'char', length: 3, array: true },
    citext: { type: 'citext' },
    hstore: { type: 'hstore' },
    ltree: { type: 'ltree' },
    cube: { type: 'cube' },
    int4range: { type: 'int4range' },
    tstzrange: { type: 'tstzrange' },
    int4multirange: { type: 'int4multirange' },
    bytea: { type: 'bytea' },
    money: { type: 'money' },
    collation: { type: 'varchar', collation: 'C' },
    'comment with a quote, a line break and a backslash': { type: 'varchar', comment: 'it\'s\n"a"\\' },
    'generated, stored: int': { type: 'int', asExpression: 'id * 2', generatedType: 'STORED', nullable: true },
    'generated, stored: text': { type: 'text', asExpression: "'n' || id", generatedType: 'STORED', nullable: true },
    'uuid generated': { type: 'uuid', generated: 'uuid' },
    point: { type: 'point' },
    'bit varying(5)': { type: 'bit varying', length: 5 },
    'simple-array': { type: 'simple-array' },
    'simple-json': { type: 'simple-json' },
    'simple-enum with a quote': { type: 'simple-enum', enum: ["it's", 'b'] },
    'a reserved word as enum value': { type: 'enum', enum: ['select', 'NULL'], default: 'NULL' },
    'tsvector, generated': {
      type: 'tsvector',
      asExpression: "to_tsvector('english'::regconfig, 'a'::text)",
      generatedType: 'STORED',
      nullable: true,
    },
  }),
  {
    name: 'enum in a schema',
    on: 'postgres',
    entities: [table('t', { c: { type: 'enum', enum: ['a'], default: 'a' } }, { schema: 's2' })],
  },
  {
    name: 'generated column in another schema',
    on: 'postgres',
    entities: [
      table(
        't',
        { c: { type: 'int', asExpression: 'id + 1', generatedType: 'STORED', nullable: true } },
        { schema: 's2' },
      ),
    ],
  },
  {
    name: 'data source schema',
    on: 'postgres',
    options: { schema: 's9' },
    setup: ['CREATE SCHEMA s9'],
    entities: [table('t', { c: { type: 'enum', enum: ['a'] } })],
  },
  {
    name: 'entityPrefix',
    on: 'postgres',
    options: { entityPrefix: 'app_' },
    entities: [table('t', { a: number }, { indices: [{ columns: ['a'] }] })],
  },
  {
    name: 'reserved words',
    on: 'postgres',
    entities: [table('order', { select: number, from: number }, { indices: [{ columns: ['select', 'from'] }] })],
  },
  {
    name: 'checks over many forms',
    on: 'postgres',
    entities: [
      table(
        't',
        { a: number, b: { type: 'varchar' } },
        {
          checks: [
            { expression: "b IN ('x', 'y')" },
            { expression: 'a BETWEEN 1 AND 5' },
            { expression: "b ~ '^a(b|c)+$'" },
            { expression: '((a > 0) AND (b IS NOT NULL OR a < 3))' },
            { expression: "length(b) > 2 AND b NOT LIKE '%''%'" },
          ],
        },
      ),
    ],
  },
  {
    name: 'partial indexes over many forms',
    on: 'postgres',
    entities: [
      table(
        't',
        { a: number, b: { type: 'varchar' } },
        {
          indices: [
            { name: 'i1', columns: ['a'], where: "b IN ('x', 'y')" },
            { name: 'i2', columns: ['a'], where: '"a" > 0 AND "b" IS NOT NULL', unique: true },
            { name: 'i3', columns: ['a', 'b'], where: "b <> ''" },
          ],
        },
      ),
    ],
  },
  {
    name: 'two indexes of the same columns in another order',
    on: 'postgres',
    entities: [
      table(
        't',
        { a: number, b: number },
        {
          indices: [
            { name: 'ab', columns: ['a', 'b'] },
            { name: 'ba', columns: ['b', 'a'] },
          ],
        },
      ),
    ],
  },
  {
    name: 'exclusion, deferrable unique',
    on: 'postgres',
    entities: [
      table(
        't',
        { a: number, r: { type: 'int4range' } },
        {
          exclusions: [{ expression: 'USING gist (r WITH &&)' }],
          uniques: [{ columns: ['a'], deferrable: 'INITIALLY DEFERRED' }],
        },
      ),
    ],
  },
  {
    name: 'view with an indented text',
    on: 'postgres',
    entities: [
      table('t', { a: number }),
      view(
        `
      SELECT "id",
             a -- a comment
        FROM "t"
       WHERE a > 1
  `,
        'id',
        'a',
      ),
    ],
  },
  {
    name: 'view that ends in a semicolon',
    on: 'postgres',
    entities: [table('t', { a: number }), view('SELECT id FROM t;', 'id')],
  },
];

export const postgresProbes: readonly Probe[] = [...perpetual, ...content];
