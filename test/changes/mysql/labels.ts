import type { Column } from '../change.js';
import { table, view } from '../change.js';
import { int, type MysqlChange } from './change.js';

const labels = (type: 'enum' | 'set', ...names: readonly string[]): Column => ({ type, enum: [...names] });

const uniqueLabels = (label: string): ReturnType<typeof table> =>
  table(
    't',
    { c: { ...labels('enum', label, 'b'), charset: 'latin1', nullable: true }, n: int },
    { indices: [{ name: 'UQ', columns: ['c', 'n'], unique: true }] },
  );

/** A label that gets another name, in one row of each label. */
function renamed(
  title: string,
  [before, after]: readonly [Column, Column],
  [values, upgraded]: readonly [readonly string[], readonly string[]],
  renames: readonly string[],
  rest: Partial<MysqlChange> = {},
): MysqlChange {
  const rows = (list: readonly string[]): object[] => list.map((c) => ({ c }));
  return {
    title,
    before: [table('t', { c: before })],
    after: [table('t', { c: after })],
    rows: values.map((value) => `INSERT INTO t (c) VALUES ('${value.replaceAll("'", "''").replaceAll('\\', '\\\\')}')`),
    reads: ['SELECT CAST(c AS CHAR) AS c FROM t ORDER BY id', rows(values), rows(upgraded), rows(values)],
    renames,
    ...rest,
  };
}

/** Renames of labels, which the servers have no statement for. */
export const labelRenames: readonly MysqlChange[] = [
  renamed(
    'a renamed label of an enum, with a default',
    [
      { ...labels('enum', 'a', 'b'), default: 'a' },
      { ...labels('enum', 'x', 'b'), default: 'x' },
    ],
    [
      ['a', 'b'],
      ['x', 'b'],
    ],
    ['t.c.a:t.c.x'],
  ),
  renamed(
    'renamed labels of an enum that exchange their names',
    [labels('enum', 'a', 'b', 'c'), labels('enum', 'b', 'a', 'c')],
    [
      ['a', 'b', 'c'],
      ['b', 'a', 'c'],
    ],
    ['t.c.a:t.c.b', 't.c.b:t.c.a'],
  ),
  renamed(
    'a renamed label of a set, with a default',
    [
      { ...labels('set', 'a', 'b', 'c'), default: ['a', 'c'] },
      { ...labels('set', 'a', 'b', 'x y'), default: ['a', 'x y'] },
    ],
    [
      ['a,b,c', 'c', 'a', ''],
      ['a,b,x y', 'x y', 'a', ''],
    ],
    ['t.c.c:t.c.x y'],
  ),
  renamed(
    'a label that only a stricter collation holds for another one',
    [labels('enum', 'open', 'b'), labels('enum', 'Open', 'b')],
    [
      ['open', 'b'],
      ['Open', 'b'],
    ],
    ['t.c.open:t.c.Open'],
  ),
  renamed(
    'a label that the collation of the column holds for another one',
    [
      { ...labels('enum', 'open', 'b'), collation: 'utf8mb4_bin' },
      { ...labels('enum', 'Open', 'b'), collation: 'utf8mb4_bin' },
    ],
    [
      ['open', 'b'],
      ['Open', 'b'],
    ],
    ['t.c.open:t.c.Open'],
  ),
  renamed(
    'a renamed label with quotes and a backslash, among others that come and go',
    [labels('enum', "it's", 'gone', '1'), labels('enum', '2', "a\\b:c.d'", 'new')],
    [
      ["it's", '1'],
      ["a\\b:c.d'", '2'],
    ],
    ["t.c.it's:t.c.a\\b:c.d'", 't.c.1:t.c.2'],
  ),
  renamed(
    'a renamed label of four bytes',
    [labels('enum', 'a?', '🙂'), labels('enum', 'a?', 'b 🙃')],
    [
      ['🙂', 'a?'],
      ['b 🙃', 'a?'],
    ],
    ['t.c.🙂:t.c.b 🙃'],
  ),
  renamed(
    'a label of four bytes for another one, which are one to the collation',
    [labels('set', 'a', '🙂'), labels('set', 'a', '🙃')],
    [
      ['a,🙂', '🙂'],
      ['a,🙃', '🙃'],
    ],
    ['t.c.🙂:t.c.🙃'],
  ),
  {
    title: 'a renamed label in a unique index of two columns, of another character set, with NULL',
    before: [uniqueLabels('ä')],
    after: [uniqueLabels('ö')],
    rows: ["INSERT INTO t (c, n) VALUES ('ä', 1), ('ä', 2), (NULL, 1), ('b', 1)"],
    renames: ['t.c.ä:t.c.ö'],
    reads: [
      'SELECT c, n FROM t ORDER BY id',
      [
        { c: 'ä', n: 1 },
        { c: 'ä', n: 2 },
        { c: null, n: 1 },
        { c: 'b', n: 1 },
      ],
      [
        { c: 'ö', n: 1 },
        { c: 'ö', n: 2 },
        { c: null, n: 1 },
        { c: 'b', n: 1 },
      ],
    ],
  },
  {
    title: 'a renamed label in a renamed column of a renamed table, which a check and a view have',
    before: [
      table(
        't',
        {
          c: labels('enum', 'a', 'b'),
          n: int,
          at: { type: 'datetime', precision: 0, nullable: true, onUpdate: 'CURRENT_TIMESTAMP' },
        },
        {
          checks: [{ name: 'CK', expression: "c <> 'a' OR n > 0" }],
        },
      ),
      view("SELECT id FROM t WHERE c = 'a'", 'id'),
    ],
    after: [
      table(
        'u',
        {
          d: labels('enum', 'x', 'b'),
          n: int,
          at: { type: 'datetime', precision: 0, nullable: true, onUpdate: 'CURRENT_TIMESTAMP' },
        },
        {
          checks: [{ name: 'CK', expression: "d <> 'x' OR n > 0" }],
        },
      ),
      view("SELECT id FROM u WHERE d = 'x'", 'id'),
    ],
    rows: ["INSERT INTO t (c, n, at) VALUES ('a', 1, '2020-01-01'), ('b', -1, NULL)"],
    renames: ['t:u', 't.c:u.d', 't.c.a:u.d.x'],
    reads: ['SELECT id FROM v', [{ id: 1 }], [{ id: 1 }]],
  },
];
