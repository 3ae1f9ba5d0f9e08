import { type Change, type Column, type Entity, ofColumn, table, view } from './change.js';
import { runChange } from './run-change.js';
import { Workbench } from './workbench.js';

const changeOf = (title: string, before: Column, after: Column, value: string): Change =>
  ofColumn({ id: title, title, typeorm: {} }, before, after, value);

const viewed = (name: string, column: string): Entity[] => [
  table(name, { [column]: { type: 'int' } }),
  view(`SELECT "${column}" AS id FROM "${name}"`, 'id'),
];

const joined = (name: string, place: { readonly schema?: string } = {}): Entity[] => [
  table(
    't',
    {},
    {
      ...place,
      relations: { tags: { type: 'many-to-many', target: name, joinTable: { name: `of ${name}` } } } as never,
    },
  ),
  table(name, {}),
];

const PART = { type: 'int', primary: true, default: 0 } as const;

const onBoth: readonly Change[] = [
  {
    id: 'view of a table',
    title: 'a table is renamed under a view',
    typeorm: {},
    before: viewed('t', 'a'),
    after: viewed('u', 'a'),
    rows: ['INSERT INTO t (a) VALUES (5)'],
    renames: { t: 'u' },
  },
  {
    id: 'view of a column',
    title: 'a column is renamed under a view',
    typeorm: {},
    before: viewed('t', 'a'),
    after: viewed('t', 'b'),
    rows: ['INSERT INTO t (a) VALUES (5)'],
    renames: { 't.a': 't.b' },
  },
  {
    id: 'join table',
    title: 'a table with a space in its name is renamed beside its join table',
    typeorm: {},
    before: joined('one tag'),
    after: joined('one-label'),
    rows: [
      `INSERT INTO t DEFAULT VALUES`,
      `INSERT INTO "one tag" DEFAULT VALUES`,
      `INSERT INTO "of one tag" VALUES (1, 1)`,
    ],
    renames: { 'one tag': 'one-label' },
  },
  {
    id: 'wide key',
    title: 'a key that counts gets a second column',
    typeorm: {},
    before: [table('t', { n: { type: 'int' } })],
    after: [table('t', { n: { type: 'int' }, part: PART })],
    rows: ['INSERT INTO t (n) VALUES (5)'],
    unmadeByTypeorm: { sqlite: /does not support AUTOINCREMENT on composite primary key/ },
  },
  {
    id: 'narrow key',
    title: 'a key of two columns becomes one that counts',
    typeorm: {},
    before: [table('t', { n: { type: 'int' }, part: PART })],
    after: [table('t', { n: { type: 'int' } })],
    rows: ['INSERT INTO t (id, n) VALUES (3, 5)'],
  },
];

const rowids = (withoutRowid: boolean): Entity[] => [
  table(
    't',
    { id: { type: 'varchar', primary: true }, n: { type: 'int' } },
    { withoutRowid, indices: [{ columns: ['n'] }] },
  ),
  table(
    'child',
    { tId: { type: 'varchar' } },
    { foreignKeys: [{ target: 't', columnNames: ['tId'], referencedColumnNames: ['id'], onDelete: 'CASCADE' }] },
  ),
];
const rowsOfRowids = [`INSERT INTO t VALUES ('a', 1), ('b', 2)`, `INSERT INTO child ("tId") VALUES ('b')`];

const onSqlite: readonly Change[] = [
  changeOf(
    'a number with a default that becomes a boolean',
    { type: 'int', default: 1 },
    { type: 'boolean', default: true },
    '1',
  ),
  {
    id: 'without rowid',
    title: 'a table with children loses its row ids',
    typeorm: {},
    before: rowids(false),
    after: rowids(true),
    rows: rowsOfRowids,
  },
  {
    id: 'with rowid',
    title: 'a table with children gets row ids',
    typeorm: {},
    before: rowids(true),
    after: rowids(false),
    rows: rowsOfRowids,
  },
  {
    id: 'counter and rowid',
    title: 'a key that counts does so no longer, and its table loses its row ids',
    typeorm: {},
    before: [table('t', { n: { type: 'int' } })],
    after: [table('t', { id: { type: 'int', primary: true }, n: { type: 'int' } }, { withoutRowid: true })],
    rows: ['INSERT INTO t (id, n) VALUES (3, 5)'],
  },
  {
    id: 'rowid and counter',
    title: 'a table gets row ids, and its key counts by them',
    typeorm: {},
    before: [table('t', { id: { type: 'int', primary: true }, n: { type: 'int' } }, { withoutRowid: true })],
    after: [table('t', { n: { type: 'int' } })],
    rows: ['INSERT INTO t (id, n) VALUES (3, 5)'],
  },
];

/** The smallest of what random pairs found. */
describe.each(['postgres', 'sqlite'] as const)('what random pairs of schemas found on %s', (dialect) => {
  it.each(onBoth)('$title', async (change) => {
    await runChange(change, dialect);
  });
});

/** The value of every row is another one after the change, and comes back on the way down. */
const inOtherWords = (title: string, before: Column, after: Column, value: string, now: string): Change => ({
  ...changeOf(title, before, after, `'${value}'`),
  becomes: { postgres: { 't.c': now } },
});

const computed = (type: 'int' | 'numeric' | 'varchar', asExpression?: string): Entity =>
  table('t', {
    g: { type: 'int', nullable: true, ...(asExpression !== undefined && { asExpression, generatedType: 'STORED' }) },
    c: { type },
  });

const listed = (length: string): Entity =>
  table(
    't',
    {
      c: { type: 'varchar', length },
      g: { type: 'boolean', nullable: true, asExpression: `c IN ('a', 'b')`, generatedType: 'STORED' },
      h: { type: 'text', nullable: true, asExpression: `c || '!'`, generatedType: 'STORED' },
    },
    {
      checks: [{ name: 'ck', expression: `c IN ('a', 'b')` }],
      indices: [{ name: 'ix', columns: ['id'], where: `c IN ('a', 'b')` }],
    },
  );

const onPostgres: readonly Change[] = [
  ...(
    [
      [
        'a column that another is computed from gets a wider type',
        computed('int', 'c * 2'),
        computed('numeric', 'c * 2'),
      ],
      [
        'a column that another is computed from gets a smaller type',
        computed('numeric', 'c * 2'),
        computed('int', 'c * 2'),
      ],
      ['an expression fits the new type alone', computed('int', 'c * 2'), computed('varchar', 'length(c)'), '1'],
      ['an expression fits the old type alone', computed('varchar', 'length(c)'), computed('int', 'c + 1'), '6'],
      ['a column of another type is computed from no longer', computed('int', 'c * 2'), computed('numeric')],
      ['a column of another type is computed from now', computed('int'), computed('numeric', 'c * 2'), '10', '10'],
    ] as const
  ).map(([title, before, after, value, back]): Change => ({
    id: title,
    title,
    typeorm: {},
    before: [before],
    after: [after],
    rows: [`INSERT INTO t (c) VALUES ('5')`],
    ...(value !== undefined && { becomes: { postgres: { 't.g': value } } }),
    ...(back !== undefined && { back: { postgres: { 't.g': back } } }),
  })),
  {
    id: 'longer in lists',
    title: 'a varchar gets longer that a check, a predicate and a generated column look for in a list',
    typeorm: {},
    before: [listed('10')],
    after: [listed('20')],
    rows: [`INSERT INTO t (c) VALUES ('a')`],
  },
  {
    id: 'computed from an enum',
    title: 'an enum goes that a column was computed from, and the column stays',
    typeorm: {},
    before: [
      table('t', {
        c: { type: 'enum', enum: ['a', 'b'], default: 'b' },
        g: {
          type: 'int',
          nullable: true,
          asExpression: `CASE WHEN c = 'b' THEN 1 ELSE 2 END`,
          generatedType: 'STORED',
        },
      }),
    ],
    after: [table('t', { g: { type: 'int', nullable: true } })],
    rows: ['INSERT INTO t DEFAULT VALUES'],
  },
  {
    id: 'enum to table',
    title: 'an enum makes room for a table of its name',
    typeorm: {},
    before: [table('t', { c: { type: 'enum', enum: ['a', 'b'], enumName: 'kind', default: 'a' } })],
    after: [table('t', { c: { type: 'varchar', default: 'a' } }), table('kind', { label: { type: 'text' } })],
    rows: ['INSERT INTO t DEFAULT VALUES'],
  },
  inOtherWords(
    'a truth value becomes a number with a fraction',
    { type: 'boolean', default: false },
    { type: 'numeric', precision: 9, scale: 2, default: 0 },
    'true',
    '1',
  ),
  inOtherWords(
    'a range becomes a multirange',
    { type: 'daterange' },
    { type: 'datemultirange' },
    '[2026-01-01,)',
    '{[2026-01-01,)}',
  ),
  inOtherWords('bits become a number', { type: 'bit', length: 8 }, { type: 'int', default: 0 }, '00000101', '5'),
  inOtherWords('an array becomes a text', { type: 'text', array: true }, { type: 'text' }, '{a,b}', '{a,b}'),
  inOtherWords('a hstore becomes JSON', { type: 'hstore' }, { type: 'jsonb' }, 'a=>1', '{"a":"1"}'),
];

describe('what else was found on PostgreSQL', () => {
  it.each(onPostgres)('$title', async (change) => {
    await runChange(change, 'postgres');
  });

  it('a table moves to another schema with its join table', async () => {
    await Workbench.use('postgres', async (bench) => {
      await bench.stage(joined('tag'), async ({ migrations, dataSource }) => {
        await migrations.init();
        await migrations.migrate();
        await migrations.upgrade();
        for (const table of ['t', 'tag']) await dataSource.query(`INSERT INTO ${table} DEFAULT VALUES`);
        await dataSource.query('INSERT INTO "of tag" VALUES (1, 1)');
      });
      await bench.stage(joined('tag', { schema: 'sales' }), async ({ migrations, dataSource }) => {
        await migrations.migrate({ renames: ['t:sales.t'] });
        await migrations.upgrade();
        expect(await migrations.check()).toEqual([]);
        expect(await dataSource.query('SELECT * FROM sales."of tag"')).toEqual([{ tId: 1, tagId: 1 }]);
        await migrations.downgrade();
        expect(await dataSource.query('SELECT * FROM "of tag"')).toEqual([{ tId: 1, tagId: 1 }]);
      });
    });
  });
});

describe('what random pairs of schemas found on SQLite', () => {
  it.each(onSqlite)('$title', async (change) => {
    await runChange(change, 'sqlite');
  });

  it('a generated key of a table without row ids is refused', async () => {
    await Workbench.use('sqlite', async (bench) => {
      await bench.stage([table('t', {}, { withoutRowid: true })], async ({ migrations }) => {
        await migrations.init();
        await expect(migrations.migrate()).rejects.toMatchObject({
          code: 'UNSUPPORTED_ENTITY',
          message: expect.stringMatching(/"t".*"id"/),
        });
      });
    });
  });
});
