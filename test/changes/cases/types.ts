import {
  type Change,
  type Column,
  type DialectName,
  LOSES,
  OK,
  ofColumn,
  UNUSABLE,
  valueOfC,
  type Values,
} from '../change.js';

/** What the values of `t.c` are after the upgrade and after the downgrade, on PostgreSQL. */
interface Texts {
  readonly becomes?: string;
  readonly back?: string;
}

const ofC = (text: string | undefined): { postgres: Values } | undefined =>
  text === undefined ? undefined : { postgres: { 't.c': text } };

/** A change of type, of a column that must have a value and of one that need not: TypeORM fails with the one and loses the other. */
function retyped(
  id: string,
  title: string,
  before: Column,
  after: Column,
  value: string,
  { on = 'both', becomes, back, reads }: Texts & Pick<Change, 'reads'> & { readonly on?: 'both' | DialectName } = {},
): Change[] {
  const typeorm = (outcome: string): Change['typeorm'] => ({
    ...(on === 'sqlite' ? {} : { postgres: outcome }),
    ...(on === 'postgres' ? {} : { sqlite: OK }),
  });
  const texts = { becomes: ofC(becomes), back: ofC(back), reads };
  const nullable = (column: Column): Column => ({ ...column, nullable: true });
  return [
    ofColumn({ id, title, typeorm: typeorm(UNUSABLE), ...texts }, before, after, value),
    ofColumn(
      { id: `${id}~null`, title: `${title}, nullable`, typeorm: typeorm(LOSES), ...texts },
      nullable(before),
      nullable(after),
      value,
    ),
  ];
}

const decimal = (precision: number, scale: number): Column => ({ type: 'decimal', precision, scale });
const postgres = { on: 'postgres' } as const;

export const types: readonly Change[] = [
  ...retyped(
    'len+',
    'varchar(50) → varchar(100)',
    { type: 'varchar', length: 50 },
    { type: 'varchar', length: 100 },
    "'hello'",
  ),
  ...retyped(
    'len-',
    'varchar(100) → varchar(50)',
    { type: 'varchar', length: 100 },
    { type: 'varchar', length: 50 },
    "'hello'",
  ),
  ...retyped('vc2text', 'varchar → text', { type: 'varchar' }, { type: 'text' }, "'hello'"),
  ...retyped('text2vc', 'text → varchar(255)', { type: 'text' }, { type: 'varchar', length: 255 }, "'hello'"),
  ...retyped('vcNoLen2Len', 'varchar → varchar(255)', { type: 'varchar' }, { type: 'varchar', length: 255 }, "'hello'"),
  ...retyped('int2big', 'int → bigint', { type: 'int' }, { type: 'bigint' }, '42', {
    reads: { postgres: valueOfC('42', 42), sqlite: valueOfC(42) },
  }),
  ...retyped('small2int', 'smallint → int', { type: 'smallint' }, { type: 'int' }, '42'),
  ...retyped('big2int', 'bigint → int', { type: 'bigint' }, { type: 'int' }, '42'),
  ...retyped('int2vc', 'int → varchar', { type: 'int' }, { type: 'varchar' }, '42', {
    reads: { postgres: valueOfC('42', 42), sqlite: valueOfC('42', 42) },
  }),
  ...retyped('vc2int', 'varchar → int, numbers in it', { type: 'varchar' }, { type: 'int' }, "'42'", {
    reads: { postgres: valueOfC(42, '42'), sqlite: valueOfC(42, '42') },
  }),
  ...retyped('real2dbl', 'real → double precision', { type: 'real' }, { type: 'double precision' }, '1.5'),
  ...retyped('int2dec', 'int → decimal(10,2)', { type: 'int' }, decimal(10, 2), '42', {
    reads: { postgres: valueOfC('42.00', 42) },
  }),
  ...retyped('bool2int', 'boolean → int', { type: 'boolean' }, { type: 'int' }, 'true', { becomes: '1' }),
  ...retyped('char', 'char(3) → char(5)', { type: 'char', length: 3 }, { type: 'char', length: 5 }, "'abc'", {
    ...postgres,
    becomes: 'abc  ',
  }),
  ...retyped('json2jsonb', 'json → jsonb', { type: 'json' }, { type: 'jsonb' }, `'{"a":1}'`, {
    ...postgres,
    reads: { postgres: valueOfC({ a: 1 }) },
  }),
  ...retyped('text2jsonb', 'text → jsonb', { type: 'text' }, { type: 'jsonb' }, `'{"a": 1}'`, {
    ...postgres,
    becomes: '{"a":1}',
    reads: { postgres: valueOfC({ a: 1 }, '{"a": 1}') },
  }),
  ...retyped(
    'vc2uuid',
    'varchar → uuid',
    { type: 'varchar' },
    { type: 'uuid' },
    "'11111111-1111-1111-1111-111111111111'",
    postgres,
  ),
  ...retyped('vc2citext', 'varchar → citext', { type: 'varchar' }, { type: 'citext' }, "'Hello'", postgres),
  ...retyped('vc2enum', 'varchar → enum', { type: 'varchar' }, { type: 'enum', enum: ['a', 'b'] }, "'a'", postgres),
  ...retyped('enum2vc', 'enum → varchar', { type: 'enum', enum: ['a', 'b'] }, { type: 'varchar' }, "'a'", postgres),
  ...retyped('scalar2arr', 'text → text[]', { type: 'text' }, { type: 'text', array: true }, "'a'", {
    ...postgres,
    becomes: '["a"]',
    reads: { postgres: valueOfC(['a'], 'a') },
  }),
  ...retyped('arr2arr', 'int[] → bigint[]', { type: 'int', array: true }, { type: 'bigint', array: true }, "'{1,2}'", {
    ...postgres,
    reads: { postgres: valueOfC(['1', '2'], [1, 2]) },
  }),
  ...retyped(
    'ts2tz',
    'timestamp → timestamptz',
    { type: 'timestamp' },
    { type: 'timestamptz' },
    "'2024-01-01 10:00:00'",
    {
      ...postgres,
      becomes: '2024-01-01T10:00:00+00:00',
    },
  ),
  ...retyped('date2ts', 'date → timestamp', { type: 'date' }, { type: 'timestamp' }, "'2024-01-01'", {
    ...postgres,
    becomes: '2024-01-01T00:00:00',
  }),
  ...retyped('sqdt', 'datetime → date', { type: 'datetime' }, { type: 'date' }, "'2024-01-01 10:00:00'", {
    on: 'sqlite',
  }),
  ofColumn(
    {
      id: 'dec+',
      title: 'decimal(10,2) → decimal(12,4)',
      typeorm: { postgres: OK, sqlite: OK },
      reads: { postgres: valueOfC('1.2500', '1.25') },
    },
    decimal(10, 2),
    decimal(12, 4),
    '1.25',
  ),
  ofColumn(
    {
      id: 'dec-',
      title: 'decimal(12,4) → decimal(10,2), a value with four decimals',
      typeorm: { postgres: 'rounds without a word', sqlite: OK },
      becomes: ofC('12.35'),
      back: ofC('12.35'),
    },
    decimal(12, 4),
    decimal(10, 2),
    '12.3456',
  ),
  ofColumn(
    { id: 'decNone', title: 'decimal(10,2) → decimal', typeorm: { postgres: OK, sqlite: OK } },
    decimal(10, 2),
    { type: 'decimal' },
    '1.25',
  ),
  ofColumn(
    { id: 'tsprec+', title: 'timestamp(3) → timestamp(6)', typeorm: { postgres: OK } },
    { type: 'timestamp', precision: 3 },
    { type: 'timestamp', precision: 6 },
    "'2024-01-01 10:00:00.123'",
  ),
  ofColumn(
    {
      id: 'tsprec-',
      title: 'timestamp(6) → timestamp(0), a value with fractions',
      typeorm: { postgres: 'rounds without a word' },
      becomes: ofC('2024-01-01T10:00:00'),
      back: ofC('2024-01-01T10:00:00'),
    },
    { type: 'timestamp', precision: 6 },
    { type: 'timestamp', precision: 0 },
    "'2024-01-01 10:00:00.123456'",
  ),
  ofColumn(
    { id: 'collation', title: 'collation "C" → "POSIX"', typeorm: { postgres: OK } },
    { type: 'varchar', collation: 'C' },
    { type: 'varchar', collation: 'POSIX' },
    "'x'",
  ),
  ofColumn(
    {
      id: 'collationDrop',
      title: 'collation "C" → none',
      typeorm: { postgres: 'writes COLLATE "undefined", which fails' },
    },
    { type: 'varchar', collation: 'C' },
    { type: 'varchar' },
    "'x'",
  ),
  ofColumn(
    { id: 'len+~def', title: 'varchar(50) → varchar(100), with a default', typeorm: { postgres: LOSES, sqlite: OK } },
    { type: 'varchar', length: 50, default: 'dflt' },
    { type: 'varchar', length: 100, default: 'dflt' },
    "'hello'",
  ),
  ofColumn(
    { id: 'int2big~def', title: 'int → bigint, with a default', typeorm: { postgres: LOSES, sqlite: OK } },
    { type: 'int', default: 0 },
    { type: 'bigint', default: 0 },
    '42',
  ),
  ofColumn(
    {
      id: 'big2int~def',
      title: 'bigint → int, with another default',
      typeorm: { postgres: LOSES, sqlite: OK },
      reads: { postgres: valueOfC(42, '42'), sqlite: valueOfC(42) },
    },
    { type: 'bigint', default: 7 },
    { type: 'int', default: 8 },
    '42',
  ),
  ofColumn(
    {
      id: 'bool2int~def',
      title: 'boolean → int, with a default of each',
      typeorm: { postgres: LOSES, sqlite: OK },
      becomes: ofC('1'),
      reads: { postgres: valueOfC(1, true), sqlite: valueOfC(1) },
    },
    { type: 'boolean', default: true },
    { type: 'int', default: 0 },
    'true',
  ),
  ofColumn(
    { id: 'vc2enum~def', title: 'varchar → enum, with another default', typeorm: { postgres: LOSES } },
    { type: 'varchar', default: 'a' },
    { type: 'enum', enum: ['a', 'b'], default: 'b' },
    "'a'",
  ),
  ofColumn(
    { id: 'enum2vc~def', title: 'enum → varchar, with a default', typeorm: { postgres: LOSES } },
    { type: 'enum', enum: ['a', 'b'], default: 'b' },
    { type: 'varchar', default: 'b' },
    "'a'",
  ),
];
