import { table, view } from '../change.js';
import { child, int, type MysqlChange, ofC, parent, text } from './change.js';

/** Changes of every kind. */
export const changes: readonly MysqlChange[] = [
  ofC('a longer varchar', text(), text({ length: 500 }), "'hello'", ['hello']),
  ofC('a shorter varchar that fits', text(), text({ length: 9 }), "'hello'", ['hello']),
  ofC('a shorter varchar that does not fit', text(), text({ length: 3 }), "'hello'", ['hello'], {
    refused: /1 row has a value that does not fit/,
  }),
  ofC('text to number', text(), int, "'42'", ['42', 42]),
  ofC('text that is no number', text(), int, "'x'", ['x'], { refused: /is no number/ }),
  ofC('int to bigint', int, { type: 'bigint' }, '7', [7, '7']),
  ofC('int to unsigned', int, { type: 'int', unsigned: true }, '7', [7]),
  ofC('a negative number to unsigned', int, { type: 'int', unsigned: true }, '-7', [-7], {
    refused: /is out of range/,
  }),
  ofC(
    'a decimal with fewer digits',
    { type: 'decimal', precision: 10, scale: 4 },
    { type: 'decimal', precision: 10, scale: 2 },
    '1.2345',
    ['1.2345', '1.23', '1.2300'],
    { warning: /values are rounded/ },
  ),
  ofC('fewer bits that fit', { type: 'bit', precision: 8 }, { type: 'bit', precision: 4 }, "b'1010'", [
    Buffer.from([10]),
  ]),
  ofC(
    'fewer bits that do not fit',
    { type: 'bit', precision: 8 },
    { type: 'bit', precision: 4 },
    "b'11010'",
    [Buffer.from([26])],
    { refused: /is out of range/ },
  ),
  ofC('a number that is no bits', int, { type: 'bit', precision: 4 }, '16', [16], { refused: /is out of range/ }),
  ofC(
    'bits that are no tinyint',
    { type: 'bit', precision: 16 },
    { type: 'tinyint' },
    "b'100000000'",
    [Buffer.from([1, 0])],
    { refused: /is out of range/ },
  ),
  ofC(
    'a double with fewer digits',
    { type: 'double', precision: 10, scale: 2 },
    { type: 'double', precision: 10, scale: 1 },
    '1.27',
    [1.27, 1.3, 1.27],
    { warning: /values are rounded/, notice: /the value of 'c' is rounded/ },
  ),
  ofC('int to unsigned is named so', int, { type: 'int', unsigned: true }, '7', [7], {
    warning: /changes from int to int unsigned: /,
  }),
  ofC('varchar to text', text(), { type: 'text' }, "'hello'", ['hello']),
  ofC('text to json', { type: 'text' }, { type: 'json' }, `'{"a": 1}'`, ['{"a": 1}', { a: 1 }]),
  ofC('text that is no JSON', { type: 'text' }, { type: 'json' }, "'x'", ['x'], { refused: /is no JSON/ }),
  ofC('one more label', { type: 'enum', enum: ['a', 'b'] }, { type: 'enum', enum: ['a', 'b', 'c'] }, "'b'", ['b']),
  ofC('labels in another order', { type: 'enum', enum: ['a', 'b'] }, { type: 'enum', enum: ['c', 'b', 'a'] }, "'b'", [
    'b',
  ]),
  ofC('a label that is used', { type: 'enum', enum: ['a', 'b'] }, { type: 'enum', enum: ['a'] }, "'b'", ['b'], {
    refused: /is none of 'a'/,
  }),
  ofC('varchar to enum', text(), { type: 'enum', enum: ['a', 'b'] }, "'b'", ['b']),
  ofC('enum to varchar', { type: 'enum', enum: ['a', 'b'] }, text(), "'b'", ['b']),
  ofC('set', { type: 'set', enum: ['a', 'b'] }, { type: 'set', enum: ['b', 'a', 'c'] }, "'a,b'", ['a,b', 'b,a', 'a,b']),
  ofC('charset', text({ charset: 'latin1' }), text(), "'ä'", ['ä']),
  ofC('collation', text(), text({ collation: 'utf8mb4_bin' }), "'ä'", ['ä']),
  ofC(
    'datetime to another fraction',
    { type: 'datetime', precision: 6 },
    { type: 'datetime', precision: 0 },
    "'2024-01-01 10:00:00.5'",
    [new Date('2024-01-01T10:00:00.500Z'), new Date('2024-01-01T10:00:00Z'), new Date('2024-01-01T10:00:00Z')],
    { warning: /fractions of a second are cut/ },
  ),
  ofC('NULL allowed', int, { ...int, nullable: true }, '7', [7]),
  ofC('NULL forbidden, without one', { ...int, nullable: true }, int, '7', [7]),
  ofC('NULL forbidden, with one and without a default', { ...int, nullable: true }, int, 'NULL', [null], {
    refused: /no value in it/,
  }),
  ofC('NULL forbidden, with one and a default', { ...int, nullable: true }, { ...int, default: 5 }, 'NULL', [
    null,
    5,
    5,
  ]),
  ofC('a default', text(), text({ default: "it's" }), "'x'", ['x']),
  ofC(
    'a default of the present time',
    { type: 'datetime', precision: 6 },
    { type: 'datetime', precision: 6, default: () => 'CURRENT_TIMESTAMP(6)', onUpdate: 'CURRENT_TIMESTAMP(6)' },
    "'2024-01-01 10:00:00'",
    [new Date('2024-01-01T10:00:00Z')],
  ),
  ofC('a comment', text(), text({ comment: "it's \\ it" }), "'x'", ['x']),
  {
    title: 'a renamed column',
    before: [table('t', { old: text({ unique: true }) })],
    after: [table('t', { fresh: text({ unique: true }) })],
    rows: ["INSERT INTO t (old) VALUES ('x')"],
    renames: ['t.old:t.fresh'],
    reads: ['SELECT * FROM t', [{ id: 1, old: 'x' }], [{ id: 1, fresh: 'x' }]],
  },
  {
    title: 'a renamed table with a child',
    before: [parent({ n: int }), child({ pId: int })],
    after: [
      table('parents', { n: int }),
      table(
        'k',
        { pId: int },
        {
          foreignKeys: [
            {
              target: 'parents',
              columnNames: ['pId'],
              referencedColumnNames: ['id'],
              onDelete: 'CASCADE',
              name: 'FK_k_p',
            },
          ],
        },
      ),
    ],
    rows: ['INSERT INTO p (n) VALUES (5)', 'INSERT INTO k (pId) VALUES (1)'],
    renames: ['p:parents'],
    reads: ['SELECT k.pId AS pId FROM k', [{ pId: 1 }], [{ pId: 1 }]],
  },
  {
    title: 'the type of a key and of what refers to it',
    before: [parent(), child({ pId: int })],
    after: [parent({}, { type: 'bigint', unsigned: true }), child({ pId: { type: 'bigint', unsigned: true } })],
    rows: ['INSERT INTO p VALUES (7)', 'INSERT INTO k (pId) VALUES (7)'],
    reads: ['SELECT p.id AS a, k.pId AS b FROM p JOIN k ON k.pId = p.id', [{ a: 7, b: 7 }], [{ a: '7', b: '7' }]],
  },
  {
    title: 'another action of a foreign key',
    before: [parent(), child({ pId: { ...int, nullable: true } })],
    after: [parent(), child({ pId: { ...int, nullable: true } }, 'SET NULL')],
    rows: ['INSERT INTO p VALUES (7)', 'INSERT INTO k (pId) VALUES (7)'],
    reads: ['SELECT pId FROM k', [{ pId: 7 }], [{ pId: 7 }]],
  },
  {
    title: 'a foreign key that is dropped, with its index',
    before: [parent(), child({ pId: int })],
    after: [parent(), table('k', { pId: int })],
    rows: ['INSERT INTO p VALUES (7)', 'INSERT INTO k (pId) VALUES (7)'],
    reads: ['SELECT pId FROM k', [{ pId: 7 }], [{ pId: 7 }]],
  },
  {
    title: 'a foreign key on rows without a parent',
    before: [parent(), table('k', { pId: int })],
    after: [parent(), child({ pId: int })],
    rows: ['INSERT INTO k (pId) VALUES (7)'],
    reads: ['SELECT pId FROM k', [{ pId: 7 }], [{ pId: 7 }]],
    refused: /a value that no row there has/,
  },
  {
    title: 'an int that begins to count',
    before: [table('t', { id: { type: 'int', primary: true }, n: int })],
    after: [table('t', { n: int })],
    rows: ['INSERT INTO t VALUES (5, 1)'],
    reads: ['SELECT id, n FROM t', [{ id: 5, n: 1 }], [{ id: 5, n: 1 }]],
  },
  {
    title: 'a key of two columns',
    before: [table('t', { n: int })],
    after: [table('t', { n: { ...int, primary: true } })],
    rows: ['INSERT INTO t (n) VALUES (3)'],
    reads: ['SELECT id, n FROM t', [{ id: 1, n: 3 }], [{ id: 1, n: 3 }]],
  },
  {
    title: 'new columns, one of them NOT NULL with a default',
    before: [table('t', { n: int })],
    after: [
      table('t', {
        n: int,
        a: text({ nullable: true }),
        b: text({ default: 'x' }),
        g: { type: 'int', asExpression: 'n * 2', generatedType: 'STORED' },
      }),
    ],
    rows: ['INSERT INTO t (n) VALUES (3)'],
    reads: ['SELECT n FROM t', [{ n: 3 }], [{ n: 3 }]],
  },
  {
    title: 'a new column that is NOT NULL without a default',
    before: [table('t', { n: int })],
    after: [table('t', { n: int, j: { type: 'json' } })],
    rows: ['INSERT INTO t (n) VALUES (3)'],
    reads: ['SELECT n FROM t', [{ n: 3 }], [{ n: 3 }]],
    // A person is to fill the column between the two statements.
    refused: /the table has 1 row/,
  },
  {
    title: 'another expression of a virtual column with an index',
    before: [
      table('t', { n: int, g: { type: 'int', asExpression: 'n + 1' } }, { indices: [{ name: 'ix', columns: ['g'] }] }),
    ],
    after: [
      table('t', { n: int, g: { type: 'int', asExpression: 'n + 2' } }, { indices: [{ name: 'ix', columns: ['g'] }] }),
    ],
    rows: ['INSERT INTO t (n) VALUES (3)'],
    reads: ['SELECT g FROM t', [{ g: 4 }], [{ g: 5 }]],
  },
  {
    title: 'a unique index over duplicates under the collation',
    before: [table('t', { c: text() })],
    after: [table('t', { c: text({ unique: true }) })],
    rows: ["INSERT INTO t (c) VALUES ('a'), ('A')"],
    reads: ['SELECT c FROM t', [{ c: 'a' }, { c: 'A' }], []],
    refused: /1 value is in more than one row/,
  },
  {
    title: 'a check',
    before: [table('t', { n: int })],
    after: [table('t', { n: int }, { checks: [{ name: 'CHK_n', expression: '"n" > 0' }] })],
    rows: ['INSERT INTO t (n) VALUES (3)'],
    reads: ['SELECT n FROM t', [{ n: 3 }], [{ n: 3 }]],
  },
  {
    title: 'an index that a foreign key needs',
    before: [
      parent(),
      table(
        'k',
        { pId: int, n: int },
        {
          indices: [{ name: 'ix', columns: ['pId', 'n'] }],
          foreignKeys: [{ target: 'p', columnNames: ['pId'], referencedColumnNames: ['id'], name: 'FK' }],
        },
      ),
    ],
    after: [
      parent(),
      table(
        'k',
        { pId: int, n: int },
        { foreignKeys: [{ target: 'p', columnNames: ['pId'], referencedColumnNames: ['id'], name: 'FK' }] },
      ),
    ],
    rows: ['INSERT INTO p VALUES (7)', 'INSERT INTO k (pId, n) VALUES (7, 1)'],
    reads: ['SELECT pId FROM k', [{ pId: 7 }], [{ pId: 7 }]],
  },
  {
    title: 'a view with another query, on a column that changes',
    before: [table('t', { n: int }), view('SELECT id, n FROM t', 'id', 'n')],
    after: [table('t', { n: { type: 'bigint' } }), view('SELECT id, n FROM t WHERE n > 1', 'id', 'n')],
    rows: ['INSERT INTO t (n) VALUES (1), (3)'],
    reads: ['SELECT COUNT(*) AS c FROM v', [{ c: '2' }], [{ c: '1' }]],
  },
  {
    title: 'a table that was made by hand, which comes back as it was',
    before: [table('t', { n: int })],
    after: [table('t', { n: int })],
    rows: [
      `CREATE TABLE hand (id int(6) zerofill PRIMARY KEY, a varchar(20) INVISIBLE CHECK (a <> ''), b text, u bigint unsigned,
         at datetime ON UPDATE CURRENT_TIMESTAMP, l varchar(9) COLLATE latin1_bin, KEY ix (b(10), a DESC))
       ENGINE=MyISAM COLLATE=utf8mb4_bin COMMENT='by hand'`,
      'INSERT INTO t (n) VALUES (3)',
    ],
    reads: ['SELECT n FROM t', [{ n: 3 }], [{ n: 3 }]],
  },
  {
    title: 'indexes that exchange their names, and one that takes another name',
    before: [
      table(
        't',
        { n: int, m: int },
        {
          indices: [
            { name: 'a', columns: ['n'] },
            { name: 'b', columns: ['m'] },
            { name: 'c', columns: ['n', 'm'] },
          ],
        },
      ),
    ],
    after: [
      table(
        't',
        { n: int, m: int },
        {
          indices: [
            { name: 'b', columns: ['n'] },
            { name: 'a', columns: ['m'] },
            { name: 'd', columns: ['n', 'm'] },
            { name: 'c', columns: ['m', 'n'] },
          ],
        },
      ),
    ],
    rows: ['INSERT INTO t (n, m) VALUES (3, 4)'],
    reads: ['SELECT n FROM t', [{ n: 3 }], [{ n: 3 }]],
  },
  {
    title: 'a new column in the key of an empty table that counts',
    before: [table('t', { n: int })],
    after: [table('t', { n: int, k: { type: 'int', primary: true } })],
    rows: [],
    reads: ['SELECT n FROM t', [], []],
  },
  {
    title: 'tables that come and go',
    before: [table('t', { n: int }), parent(), child({ pId: int })],
    after: [table('t', { n: int }), table('other', { c: text() })],
    rows: ['INSERT INTO t (n) VALUES (3)'],
    reads: ['SELECT n FROM t', [{ n: 3 }], [{ n: 3 }]],
  },
];
