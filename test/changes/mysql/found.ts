import { type Column, type Columns, table, view } from '../change.js';
import { child, int, type MysqlChange, ofC, text } from './change.js';

const json: Column = { type: 'json' };
const labels = (...names: readonly string[]): Column => ({ type: 'enum', enum: [...names] });
const updated = (precision: number): Column => ({
  type: 'datetime',
  precision,
  onUpdate: `CURRENT_TIMESTAMP(${precision})`,
});
const moment = new Date('2024-01-01T10:00:00Z');

/** A change of the columns of `t`; what it reads stays the same. */
function ofT(
  title: string,
  before: Columns,
  after: Columns,
  rows: readonly string[],
  reads: readonly [sql: string, rows: unknown, upgraded?: unknown, downgraded?: unknown],
  rest: Partial<MysqlChange> = {},
): MysqlChange {
  const [sql, was, upgraded = was, downgraded = was] = reads;
  return {
    title,
    before: [table('t', before)],
    after: [table('t', after)],
    rows,
    reads: [sql, was, upgraded, downgraded],
    isSynchronized: true,
    ...rest,
  };
}

/** Changes that were once wrong, each for a kind of them, on schemas that `synchronize` has made. */
export const found: readonly MysqlChange[] = [
  ofC('another fraction with ON UPDATE and no default', updated(6), updated(3), "'2024-01-01 10:00:00'", [moment], {
    isSynchronized: true,
  }),
  ofC(
    'ON UPDATE without a default',
    { type: 'datetime', precision: 6 },
    updated(6),
    "'2024-01-01 10:00:00'",
    [moment],
    { isSynchronized: true },
  ),
  ofT(
    'another column of a table with zeros in the default of a date',
    { n: int, d: { type: 'datetime', default: '0000-00-00 00:00:00' } },
    { n: text(), d: { type: 'datetime', default: '0000-00-00 00:00:00' } },
    ["INSERT INTO t (n, d) VALUES (1, '2024-01-01 10:00:00')"],
    ['SELECT d FROM t', [{ d: moment }]],
  ),
  ofC('a label behind one of four bytes', labels('a', '🙂'), labels('a', '🙂', 'b'), "'🙂'", ['🙂'], {
    isSynchronized: true,
  }),
  ofC('a label of four bytes for another', labels('a', '🙂'), labels('a', '🙃'), "'a'", ['a'], {
    isSynchronized: true,
  }),
  ofC(
    'a set with a label of four bytes',
    { type: 'set', enum: ['a?', '🙂'] },
    { type: 'set', enum: ['a?', '🙂', 'b'] },
    "'a?,🙂'",
    ['a?,🙂'],
    { isSynchronized: true },
  ),
  ofT(
    'a column whose default has characters of four bytes',
    { n: int, c: text({ default: '? 🙂' }) },
    { n: int, c: text({ default: '? 🙂', length: 80 }) },
    ['INSERT INTO t (n) VALUES (1)'],
    ['SELECT c FROM t', [{ c: '? 🙂' }]],
  ),
  ofT(
    'characters of four bytes in expressions',
    { c: text(), g: text({ asExpression: "concat(c, '🙂')" }), d: text({ default: () => "(concat('🙂', 'x'))" }) },
    {
      c: text({ length: 20 }),
      g: text({ asExpression: "concat(c, '🙂')", length: 30 }),
      d: text({ default: () => "(concat('🙂', 'x'))", length: 30 }),
    },
    ["ALTER TABLE t ADD CONSTRAINT CK CHECK (c <> '🙃')", "INSERT INTO t (c) VALUES ('x')"],
    ['SELECT g, d FROM t', [{ g: 'x🙂', d: '🙂x' }]],
  ),
  ofC('labels that look like numbers to numbers', labels('10', '20'), int, "'20'", ['20', 20]),
  ofC('labels that are no numbers to numbers', labels('a', '20'), int, "'a'", ['a'], { refused: /is no number/ }),
  ofC('numbers to labels that look like them', int, labels('2', '1'), '1', [1, '1']),
  ofC('numbers to labels, one of which is missing', int, labels('2', '1'), '3', [3], {
    refused: /is none of '2', '1'/,
  }),
  ofC('numbers to a set', int, { type: 'set', enum: ['2', '1'] }, '2', [2, '2']),
  ofC('a label that is used, and that looks like a number', labels('1', '2', '3'), labels('3', '4'), "'2'", ['2'], {
    refused: /is none of '3', '4'/,
  }),
  ofC('a text that looks like a number to a set', text(), { type: 'set', enum: ['a', 'b.c'] }, "'3'", ['3'], {
    refused: /has a label other than 'a', 'b\.c'/,
  }),
  ofC('a text to a set', text(), { type: 'set', enum: ['a', 'b.c'] }, "'b.c'", ['b.c']),
  ofC(
    'a uuid to its bytes',
    { type: 'uuid' },
    { type: 'binary', length: 16 },
    "'00000000-0000-0000-0000-0000000000ff'",
    ['00000000-0000-0000-0000-0000000000ff', Buffer.from('000000000000000000000000000000ff', 'hex')],
  ),
  ofC('a bit to a text', { type: 'bit' }, { type: 'text' }, "b'1'", [Buffer.from([1]), '1']),
  ofT(
    'a renamed column of JSON, and a new one with its name',
    { a: json },
    { b: json, a: { ...json, nullable: true } },
    [`INSERT INTO t (a) VALUES ('{"x": 1}')`],
    ['SELECT * FROM t', [{ id: 1, a: { x: 1 } }], [{ id: 1, b: { x: 1 }, a: null }]],
    { renames: ['t.a:t.b'] },
  ),
  ofT(
    'a renamed column in the default of another',
    { n: int, m: { ...int, default: () => '(`n` + 1)' } },
    { k: int, m: { ...int, default: () => '(`k` + 1)' } },
    ['INSERT INTO t (n) VALUES (1)'],
    ['SELECT m FROM t', [{ m: 2 }]],
    { renames: ['t.n:t.k'] },
  ),
  ofT(
    'a virtual column behind a column that another one replaces',
    { n: { ...int, nullable: true }, g: { ...int, asExpression: 'n + 1' } },
    { m: { ...int, default: 3 }, g: { ...int, asExpression: 'm + 1' } },
    ['INSERT INTO t (n) VALUES (1)'],
    ['SELECT id FROM t', [{ id: 1 }]],
    { isReordered: true },
  ),
  ofT(
    'a virtual column that is computed from a char, and becomes a plain one',
    { c: { type: 'char', length: 5 }, n: int, g: { ...text({ asExpression: 'concat(c, n)' }), nullable: true } },
    { c: { type: 'char', length: 5 }, n: int, g: text({ nullable: true }) },
    ["INSERT INTO t (c, n) VALUES ('a', 1), ('b', 2)"],
    ['SELECT g FROM t', [{ g: 'a1' }, { g: 'b2' }]],
  ),
  ofT(
    'a virtual column that is computed from a timestamp, and becomes a plain one',
    { c: { type: 'timestamp', nullable: true }, g: { ...int, asExpression: 'year(c)', nullable: true } },
    { c: { type: 'timestamp', nullable: true }, g: { ...int, nullable: true } },
    ["INSERT INTO t (c) VALUES ('2020-01-02'), (NULL)"],
    ['SELECT g FROM t ORDER BY id', [{ g: 2020 }, { g: null }]],
  ),
  ofT(
    'a comment of four bytes',
    { n: int },
    { n: { ...int, comment: '🙂' } },
    ['INSERT INTO t (n) VALUES (1)'],
    ['SELECT n FROM t', [{ n: 1 }]],
  ),
  ofT(
    'spaces at the end of a text that becomes char',
    { c: text() },
    { c: { type: 'char', length: 9 } },
    ["INSERT INTO t (c) VALUES ('a')"],
    ['SELECT c FROM t', [{ c: 'a' }]],
    { warning: /spaces at the end are cut/ },
  ),
  {
    title: 'a longer text that another table refers to',
    before: [table('p', { id: text({ primary: true, length: 20 }) }), child({ pId: text({ length: 20 }) })],
    after: [table('p', { id: text({ primary: true, length: 30 }) }), child({ pId: text({ length: 30 }) })],
    rows: ["INSERT INTO p VALUES ('x')", "INSERT INTO k (pId) VALUES ('x')"],
    reads: ['SELECT p.id AS a, k.pId AS b FROM p JOIN k ON k.pId = p.id', [{ a: 'x', b: 'x' }], [{ a: 'x', b: 'x' }]],
    isSynchronized: true,
  },
  {
    title: 'a view of all columns of a table that gets one more',
    before: [table('t', { n: int }), view('SELECT * FROM t', 'n')],
    after: [table('t', { n: int, m: { ...int, default: 3 } }), view('SELECT * FROM t', 'n')],
    rows: ['INSERT INTO t (n) VALUES (1)'],
    reads: ['SELECT * FROM v', [{ id: 1, n: 1 }], [{ id: 1, n: 1, m: 3 }]],
    isSynchronized: true,
  },
  {
    title: 'a view with characters of four bytes on a renamed table',
    before: [table('t', { n: int }), view("SELECT id, '🙂' AS s, n FROM t", 'id')],
    after: [table('u', { n: int }), view("SELECT id, '🙂' AS s, n FROM u", 'id')],
    rows: ['INSERT INTO t (n) VALUES (1)'],
    renames: ['t:u'],
    reads: ['SELECT * FROM v', [{ id: 1, s: '🙂', n: 1 }], [{ id: 1, s: '🙂', n: 1 }]],
    isSynchronized: true,
  },
];
