import type { Column, Columns } from '../change.js';
import { table } from '../change.js';
import { int, type MysqlChange } from './change.js';

const zero = "'0000-00-00'";
const date = (options: Partial<Column> = {}): Column => ({ type: 'date', ...options });
const datetime = (precision: number, options: Partial<Column> = {}): Column => ({
  type: 'datetime',
  precision,
  ...options,
});

const changed = (precision: number): Column => {
  const now = `CURRENT_TIMESTAMP(${precision})`;
  return datetime(precision, { default: () => now, onUpdate: now });
};

/** Rows are written as an application does whose mode takes zeros in dates, as MariaDB's own does. */
function ofT(
  title: string,
  before: Columns,
  after: Columns,
  rows: readonly string[],
  [sql, was, upgraded = was, downgraded = was]: readonly [string, unknown, unknown?, unknown?],
  rest: Partial<MysqlChange> = {},
): MysqlChange {
  const reads = [sql, was, upgraded, downgraded] as const;
  return { title, before: [table('t', before)], after: [table('t', after)], rows, reads, ...rest };
}

const shown = 'SELECT CAST(d AS CHAR) AS d FROM t ORDER BY id';
const none = [{ d: '0000-00-00' }];

/** Dates of zeros, the moment of a change, and expressions in the definitions of columns. */
export const moments: readonly MysqlChange[] = [
  ofT(
    'a new column whose default is a date of zeros',
    { n: int },
    { n: int, d: date({ default: '0000-00-00' }) },
    ['INSERT INTO t (n) VALUES (1)'],
    ['SELECT n FROM t', [{ n: 1 }]],
  ),
  ofT(
    'a comment of a column whose default is a date of zeros',
    { d: date({ default: '0000-00-00' }) },
    { d: date({ default: '0000-00-00', comment: 'x' }) },
    ['INSERT INTO t () VALUES ()'],
    [shown, none],
  ),
  ofT(
    'another default than a date of zeros',
    { d: date({ default: '0000-00-00' }) },
    { d: date({ default: '2024-01-01' }) },
    ['INSERT INTO t () VALUES ()'],
    [shown, none],
  ),
  ofT(
    'dates of zeros that may be NULL',
    { d: date({ default: '0000-00-00' }) },
    { d: date({ nullable: true }) },
    ['INSERT INTO t () VALUES ()'],
    [shown, none],
  ),
  ofT(
    'another column, and a row with a date of zeros',
    { n: int, d: date() },
    { n: { type: 'bigint' }, d: date() },
    [`INSERT INTO t (n, d) VALUES (1, ${zero})`],
    [shown, none],
  ),
  ofT(
    'dates of zeros to moments',
    { d: date() },
    { d: datetime(0) },
    [`INSERT INTO t (d) VALUES (${zero})`],
    [shown, none, [{ d: '0000-00-00 00:00:00' }], none],
  ),
  ofT(
    'moments of zeros to another fraction',
    { d: datetime(0) },
    { d: datetime(6) },
    [`INSERT INTO t (d) VALUES (${zero})`],
    [shown, [{ d: '0000-00-00 00:00:00' }], [{ d: '0000-00-00 00:00:00.000000' }]],
  ),
  ofT(
    'months of zeros to moments',
    { d: date() },
    { d: datetime(0) },
    ["INSERT INTO t (d) VALUES ('2024-00-00')"],
    [shown, [{ d: '2024-00-00' }], [{ d: '2024-00-00 00:00:00' }]],
  ),
  ofT(
    'a check on a table with a date of zeros',
    { n: int, d: date() },
    { n: int, d: date(), g: { ...int, asExpression: 'n + 1', generatedType: 'STORED' } },
    [`INSERT INTO t (n, d) VALUES (1, ${zero})`],
    [shown, none],
  ),
  ofT(
    'moments of zeros to timestamps',
    { d: datetime(0) },
    { d: { type: 'timestamp', precision: 0 } },
    [`INSERT INTO t (d) VALUES (${zero})`],
    [shown, [{ d: '0000-00-00 00:00:00' }]],
  ),
  ofT(
    'moments with a day of zero to timestamps',
    { d: datetime(0) },
    { d: { type: 'timestamp', precision: 0 } },
    ["INSERT INTO t (d) VALUES ('2024-01-00')"],
    [shown, [{ d: '2024-01-00 00:00:00' }]],
    { refused: /has a month or a day of zero/ },
  ),
  ofT(
    'a text of zeros to a date',
    { d: { type: 'varchar', length: 20 } },
    { d: date() },
    [`INSERT INTO t (d) VALUES (${zero})`],
    [shown, none],
  ),
  ofT(
    'a longer fraction of the moment of a change, with its default',
    { n: int, d: changed(3), e: { ...changed(0), type: 'timestamp' } },
    { n: int, d: changed(6), e: { ...changed(2), type: 'timestamp' } },
    ['INSERT INTO t (n) VALUES (1)'],
    ['SELECT n FROM t WHERE d > 20000101 AND e > 20000101', [{ n: 1 }]],
  ),
  ofT(
    'the moment of a change that is none any more, and one that becomes one',
    { n: int, d: changed(6), e: datetime(6, { nullable: true }) },
    { n: int, d: datetime(6), e: datetime(6, { nullable: true, onUpdate: 'CURRENT_TIMESTAMP(6)' }) },
    ['INSERT INTO t (n) VALUES (1)'],
    ['SELECT n FROM t WHERE d > 20000101 AND e IS NULL', [{ n: 1 }]],
  ),
  ofT(
    'a renamed moment of a change',
    { n: int, d: changed(2) },
    { n: int, e: { ...changed(4), comment: 'x' } },
    ['INSERT INTO t (n) VALUES (1)'],
    ['SELECT n FROM t', [{ n: 1 }]],
    { renames: ['t.d:t.e'] },
  ),
  ofT(
    'types of columns whose defaults are expressions',
    {
      a: { type: 'varchar', length: 40, default: () => '(uuid())' },
      b: { ...int, default: () => '(floor(7.5))' },
      c: datetime(0, { default: () => '(now() + interval 1 day)' }),
      d: { type: 'varchar', length: 20, default: () => "(concat('x', 1 + 1))" },
      e: { type: 'json', default: () => '(json_array(1))' },
    },
    {
      a: { type: 'varchar', length: 50, default: () => '(uuid())' },
      b: { type: 'bigint', default: () => '(floor(7.5))', comment: "it's" },
      c: datetime(3, { default: () => '(now() + interval 2 day)' }),
      d: { type: 'varchar', length: 20, default: () => "(concat('x', 1 + 1))", collation: 'utf8mb4_bin' },
      e: { type: 'json', default: () => '(json_array(1, 2))', comment: 'x' },
    },
    ['INSERT INTO t () VALUES ()'],
    ['SELECT d, CAST(b AS CHAR) AS b FROM t', [{ d: 'x2', b: '7' }]],
  ),
  ofT(
    'types of generated columns, and of what they are computed from',
    {
      n: int,
      s: { ...int, asExpression: 'n * 2', generatedType: 'STORED' },
      v: { ...int, asExpression: 's + n', generatedType: 'VIRTUAL' },
    },
    {
      n: { type: 'bigint' },
      s: { type: 'bigint', asExpression: 'n * 2', generatedType: 'STORED', comment: 'x' },
      v: { type: 'varchar', length: 9, asExpression: 's + n', generatedType: 'VIRTUAL', nullable: true },
    },
    ['INSERT INTO t (n) VALUES (2)'],
    ['SELECT CAST(v AS CHAR) AS v FROM t WHERE s = 4', [{ v: '6' }]],
  ),
  ofT(
    'a renamed column that stored and virtual ones are computed from, with a new expression',
    {
      n: int,
      s: { ...int, asExpression: 'n * 2', generatedType: 'STORED' },
      v: { ...int, asExpression: 'n * 3', generatedType: 'VIRTUAL' },
    },
    {
      m: { type: 'bigint' },
      s: { ...int, asExpression: 'm * 4', generatedType: 'STORED' },
      v: { ...int, asExpression: 'm * 5', generatedType: 'VIRTUAL' },
    },
    ['INSERT INTO t (n) VALUES (2)'],
    ['SELECT s, v FROM t', [{ s: 4, v: 6 }], [{ s: 8, v: 10 }]],
    { renames: ['t.n:t.m'] },
  ),
];
