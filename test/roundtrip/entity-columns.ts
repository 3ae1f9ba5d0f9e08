import type { EntitySchemaColumnOptions } from 'typeorm';

/** Those that have arrays; `simple-array` and `simple-json` have none. */
export const postgresTypes = [
  ...(
    'int2 int4 int8 smallint integer bigint decimal numeric real float float4 float8 money varchar char text citext hstore bytea ' +
    'bit varbit timetz timestamptz timestamp date time interval bool boolean point line lseg box path polygon circle cidr inet ' +
    'macaddr macaddr8 tsvector tsquery uuid xml json jsonb jsonpath int4range int8range numrange tsrange tstzrange daterange ' +
    'int4multirange int8multirange nummultirange tsmultirange tstzmultirange datemultirange cube ltree'
  ).split(' '),
  'double precision',
  'character varying',
  'bit varying',
  'timestamp without time zone',
  'timestamp with time zone',
  'time without time zone',
  'time with time zone',
];
export const sqliteTypes = [
  ...(
    'int integer tinyint smallint mediumint bigint int2 int8 character varchar nchar nvarchar text clob blob real double float ' +
    'numeric decimal boolean date time datetime json simple-array simple-json uuid'
  ).split(' '),
  'unsigned big int',
  'varying character',
  'native character',
  'double precision',
];

/** A column of each type that takes NULL. */
export function ofTypes(
  types: readonly string[],
  options: { readonly array?: true } = {},
): Record<string, EntitySchemaColumnOptions> {
  return Object.fromEntries(
    types.map((type) => [`c_${type.replaceAll(/[- ]/g, '_')}`, { ...options, type: type as 'int', nullable: true }]),
  );
}

export const spelledOut: Record<string, EntitySchemaColumnOptions> = {
  'double precision': { type: 'double precision' },
  'varying 50': { type: 'character varying', length: 50 },
  char3: { type: 'char', length: 3 },
  bit8: { type: 'bit', length: 8 },
  num: { type: 'numeric', precision: 10, scale: 2 },
  num0: { type: 'numeric', precision: 10 },
  ts0: { type: 'timestamp', precision: 0 },
  ts3: { type: 'timestamptz', precision: 3 },
  ts6: { type: 'timestamptz', precision: 6 },
  time3: { type: 'time', precision: 3 },
  interval3: { type: 'interval', precision: 3 },
  ints: { type: 'int', array: true },
  texts: { type: 'text', array: true, default: [] },
  varchars: { type: 'varchar', length: 20, array: true, default: ['a', 'b c', 'd"e', "f'g"] },
  nums: { type: 'numeric', precision: 10, scale: 2, array: true, nullable: true },
  ts3s: { type: 'timestamp', precision: 3, array: true, nullable: true },
  collated: { type: 'varchar', collation: 'C' },
};

export const postgresDefaults: Record<string, EntitySchemaColumnOptions> = {
  interval1: { type: 'timestamptz', default: () => "now() + interval '1 day'" },
  utc: { type: 'timestamp', default: () => "(now() at time zone 'utc')" },
  current: { type: 'timestamptz', default: () => 'CURRENT_TIMESTAMP' },
  current3: { type: 'timestamptz', precision: 3, default: () => 'CURRENT_TIMESTAMP(3)' },
  today: { type: 'date', default: () => 'CURRENT_DATE' },
  nowText: { type: 'timestamp', default: 'now()' },
  gen: { type: 'uuid', default: () => 'gen_random_uuid()' },
  dec: { type: 'decimal', precision: 10, scale: 2, default: 0.0 },
  decText: { type: 'decimal', default: '0.00' },
  num: { type: 'numeric', default: 1.5 },
  big: { type: 'bigint', default: 0 },
  negative: { type: 'int', default: -1 },
  real1: { type: 'real', default: 1 },
  boolText: { type: 'boolean', default: 'false' },
  bool: { type: 'boolean', default: true },
  cast: { type: 'varchar', default: 'a::b c' },
  nothing: { type: 'varchar', nullable: true, default: () => 'NULL' },
  empty: { type: 'varchar', default: '' },
  quote: { type: 'varchar', default: "O'Brien" },
  concat: { type: 'varchar', default: () => "'a' || 'b'" },
  hours: { type: 'interval', default: '24 hours' },
  clock: { type: 'time', default: '10:00' },
  bits: { type: 'bit', length: 8, default: () => "B'00000000'" },
  json: { type: 'jsonb', default: { a: "it's", b: [1, 2] } as never },
  jsonFn: { type: 'jsonb', default: () => "'{}'::jsonb" },
  jsonArray: { type: 'jsonb', default: [] },
  textsFn: { type: 'text', array: true, default: () => 'ARRAY[]::text[]' },
  textsText: { type: 'text', array: true, default: '{}' },
  cash: { type: 'money', default: 0 },
  backslash: { type: 'varchar', default: 'a\\b\n%' },
};

export const sqliteDefaults: Record<string, EntitySchemaColumnOptions> = {
  number: { type: 'int', default: 1 },
  big: { type: 'bigint', default: 0n },
  negative: { type: 'int', default: -1 },
  fraction: { type: 'real', default: 1.5 },
  text: { type: 'varchar', default: 'a b' },
  empty: { type: 'varchar', default: '' },
  bool: { type: 'boolean', default: true },
  boolNumber: { type: 'boolean', default: 0 },
  boolSql: { type: 'boolean', default: () => 'true' },
  boolSqlNumber: { type: 'boolean', default: () => '1' },
  nothing: { type: 'varchar', nullable: true, default: () => 'null' },
  now: { type: 'datetime', default: () => "datetime('now')" },
  current: { type: 'datetime', default: () => 'CURRENT_TIMESTAMP' },
  random: { type: 'varchar', default: () => '(lower(hex(randomblob(16))))' },
  list: { type: 'simple-array', default: 'a,b' },
};
