import { type Change, type Column, type Columns, LOSES, OK, table, UNUSABLE } from '../change.js';

const word: Column = { type: 'varchar' };
const number: Column = { type: 'int' };
const both = (outcome: string): Change['typeorm'] => ({ postgres: outcome, sqlite: outcome });

/** A change of the columns of `t`, in which one row holds a word in each text column and 1 in each number. */
function ofTable(
  change: Pick<Change, 'id' | 'title' | 'typeorm'> & Partial<Change>,
  before: Columns,
  after: Columns,
): Change {
  const names = Object.keys(before);
  const values = names.map((name) => (before[name]?.type === 'int' ? '1' : `'in ${name}'`));
  const quoted = names.map((name) => `"${name}"`);
  return {
    before: [table('t', before)],
    after: [table('t', after)],
    rows: [`INSERT INTO t (${quoted.join(', ')}) VALUES (${values.join(', ')})`],
    ...change,
  };
}

/** The same with NOT NULL columns and with nullable ones: TypeORM fails with the one and loses the other. */
function withNullable(
  change: Pick<Change, 'id' | 'title'> & Partial<Change>,
  before: Columns,
  after: Columns,
  sqlite: readonly [string, string] = [UNUSABLE, LOSES],
): Change[] {
  const nullable = (columns: Columns): Columns =>
    Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, { ...column, nullable: true }]));
  const { id, title } = change;
  return [
    ofTable({ ...change, typeorm: { postgres: UNUSABLE, sqlite: sqlite[0] } }, before, after),
    ofTable(
      { ...change, id: `${id}~null`, title: `${title}, nullable`, typeorm: { postgres: LOSES, sqlite: sqlite[1] } },
      nullable(before),
      nullable(after),
    ),
  ];
}

const titleToName = { 't.title': 't.name' };
const parent = table('p', { a: word });
const child = (column: string): ReturnType<typeof table> =>
  table(
    't',
    {},
    {
      relations: { p: { type: 'many-to-one', target: 'p', joinColumn: { name: column } } } as never,
    },
  );
const withChild = (key: string): ReturnType<typeof table>[] => [
  table('p', { id: { ...number, primary: true, generated: 'increment', name: key } }),
  table(
    't',
    {},
    {
      relations: { p: { type: 'many-to-one', target: 'p', joinColumn: { name: 'p_id' } } } as never,
    },
  ),
];
const inRelation = (title: string): ReturnType<typeof table>[] => [
  table(
    't',
    { [title]: word },
    {
      relations: { ps: { type: 'many-to-many', target: 'p', joinTable: true, inverseSide: 'ts' } } as never,
    },
  ),
  table(
    'p',
    { a: word },
    {
      relations: { ts: { type: 'many-to-many', target: 't', inverseSide: 'ps' } } as never,
    },
  ),
];
const joined = (name: string): ReturnType<typeof table>[] => [
  table(
    't',
    {},
    {
      relations: { ps: { type: 'many-to-many', target: 'p', joinTable: { name } } } as never,
    },
  ),
  table('p', { a: word }),
];

export const renames: readonly Change[] = [
  ofTable(
    { id: 'rename1', title: 'one column is renamed', typeorm: both(OK), renames: titleToName },
    { title: word },
    { name: word },
  ),
  ...withNullable(
    { id: 'rename2', title: 'two columns are renamed', renames: { 't.title': 't.name', 't.body': 't.content' } },
    { title: word, body: { type: 'text' } },
    { name: word, content: { type: 'text' } },
  ),
  ...withNullable(
    { id: 'renameAdd', title: 'one column is renamed, another added', renames: titleToName },
    { title: word },
    { name: word, extra: { ...number, nullable: true } },
  ),
  ...withNullable(
    {
      id: 'renameDrop',
      title: 'one column is renamed, another dropped',
      renames: titleToName,
    },
    { title: word, junk: { ...number, default: 1 } },
    { name: word },
  ),
  ...withNullable(
    { id: 'renameLen', title: 'one column is renamed and gets longer', renames: titleToName },
    { title: { ...word, length: 50 } },
    { name: { ...word, length: 100 } },
    [OK, OK],
  ),
  ofTable(
    {
      id: 'renameNull',
      title: 'one column is renamed, another becomes nullable',
      typeorm: both(UNUSABLE),
      renames: titleToName,
    },
    { title: word, o: number },
    { name: word, o: { ...number, nullable: true } },
  ),
  ofTable(
    {
      id: 'renameNull~null',
      title: 'one nullable column is renamed, another becomes nullable',
      typeorm: both(LOSES),
      renames: titleToName,
    },
    { title: { ...word, nullable: true }, o: number },
    { name: { ...word, nullable: true }, o: { ...number, nullable: true } },
  ),
  ofTable(
    { id: 'renameCase', title: 'userName → username', typeorm: both(OK), renames: { 't.userName': 't.username' } },
    { userName: word },
    { username: word },
  ),
  ofTable(
    {
      id: 'falseRename',
      title: '"fax" is dropped, an unrelated "email" of the same type added',
      typeorm: both('puts the fax numbers into "email"'),
    },
    { fax: { ...word, nullable: true } },
    { email: { ...word, nullable: true } },
  ),
  ofTable(
    {
      id: 'falseRenameType',
      title: '"age int" is dropped, "bio text" added',
      typeorm: { postgres: 'takes it for a rename; the way down fails', sqlite: 'puts the age into "bio"' },
    },
    { age: { ...number, default: 0 } },
    { bio: { type: 'text', nullable: true } },
  ),
  {
    id: 'renIdx',
    title: 'an indexed, unique column is renamed',
    typeorm: both(OK),
    renames: { 't.code': 't.sku' },
    before: [table('t', { code: { ...word, unique: true } }, { indices: [{ columns: ['code'] }] })],
    after: [table('t', { sku: { ...word, unique: true } }, { indices: [{ columns: ['sku'] }] })],
    rows: ["INSERT INTO t (code) VALUES ('x')"],
  },
  {
    id: 'renFk',
    title: 'a foreign key column is renamed',
    typeorm: both(OK),
    renames: { 't.p_id': 't.parent_id' },
    before: [parent, child('p_id')],
    after: [parent, child('parent_id')],
    rows: ["INSERT INTO p (a) VALUES ('x')", 'INSERT INTO t (p_id) VALUES (1)'],
  },
  {
    id: 'renPk',
    title: 'a primary key column is renamed, a child refers to it',
    typeorm: { postgres: OK, sqlite: 'ok, but the way down leaves another schema' },
    renames: { 'p.id': 'p.pid' },
    before: withChild('id'),
    after: withChild('pid'),
    rows: ['INSERT INTO p (id) VALUES (7)', 'INSERT INTO t (p_id) VALUES (7)'],
  },
  {
    id: 'renPkChild',
    title: 'a column is renamed in a table with a many-to-many relation',
    typeorm: both(OK),
    renames: titleToName,
    before: inRelation('title'),
    after: inRelation('name'),
    rows: [
      "INSERT INTO t (title) VALUES ('x')",
      "INSERT INTO p (a) VALUES ('y')",
      'INSERT INTO t_ps_p ("tId", "pId") VALUES (1, 1)',
    ],
  },
  {
    id: 'renIdxRef',
    title: 'a column under a named check and a partial index is renamed',
    typeorm: { postgres: OK, sqlite: UNUSABLE },
    renames: { 't.a': 't.b' },
    before: [
      table(
        't',
        { a: number },
        {
          checks: [{ name: 'ck', expression: 'a > 0' }],
          indices: [{ name: 'ix', columns: ['a'], where: 'a > 1' }],
        },
      ),
    ],
    after: [
      table(
        't',
        { b: number },
        {
          checks: [{ name: 'ck', expression: 'b > 0' }],
          indices: [{ name: 'ix', columns: ['b'], where: 'b > 1' }],
        },
      ),
    ],
    rows: ['INSERT INTO t (a) VALUES (2)'],
  },
  {
    id: 'renTable',
    title: 'a table is renamed',
    typeorm: both('makes an empty table, the rows stay behind'),
    renames: { user_old: 'user_new' },
    before: [table('user_old', { a: word })],
    after: [table('user_new', { a: word })],
    rows: ["INSERT INTO user_old (a) VALUES ('x')"],
  },
  {
    id: 'dropEntity',
    title: 'an entity is removed',
    typeorm: both('does not notice'),
    before: [table('t', { a: word }), parent],
    after: [parent],
    rows: ["INSERT INTO t (a) VALUES ('x')", "INSERT INTO p (a) VALUES ('y')"],
  },
  {
    id: 'swap',
    title: 'two columns swap their names',
    typeorm: { postgres: UNUSABLE, sqlite: 'leaves the values under the wrong names' },
    before: [table('t', { a: word, b: number })],
    after: [table('t', { a: number, b: word })],
    rows: ["INSERT INTO t (a, b) VALUES ('word', 1)"],
    refused: { postgres: /invalid input syntax for type integer: "word"/ },
  },
  {
    id: 'm2mRename',
    title: 'a join table is renamed',
    typeorm: both('makes an empty table, the rows stay behind'),
    renames: { tp1: 'tp2' },
    before: joined('tp1'),
    after: joined('tp2'),
    rows: [
      'INSERT INTO t (id) VALUES (1)',
      "INSERT INTO p (a) VALUES ('y')",
      'INSERT INTO tp1 ("tId", "pId") VALUES (1, 1)',
    ],
  },
];
