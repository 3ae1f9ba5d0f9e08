import { EntitySchema, type EntitySchemaColumnOptions } from 'typeorm';
import { createPostgresDatabase, createSqliteDatabase, type TestDatabase } from '../support/databases.js';
import { table } from './entity-sets.js';
import { catalog, compare, type Entities, run, typeormDifferences, upgrade, withDataSource } from './round-trip.js';

const makers = { postgres: createPostgresDatabase, sqlite: createSqliteDatabase };

/** A change of entities on tables with rows in them. */
interface Change {
  readonly name: string;
  readonly on: readonly ('postgres' | 'sqlite')[];
  readonly before: Entities;
  readonly after: Entities;
  readonly rows: readonly string[];
  /** What a query finds after the upgrade. */
  readonly query: string;
  readonly found: readonly unknown[];
  /** What it finds after the downgrade; the rows as they were inserted, when nothing is said. */
  readonly afterDowngrade?: readonly unknown[] | 'lost';
  readonly typeormIsNeverContent?: true;
}

type Column = EntitySchemaColumnOptions;
const BOTH = ['postgres', 'sqlite'] as const;
const POSTGRES = ['postgres'] as const;
const SQLITE = ['sqlite'] as const;

/** A change of the one column `c` of a table `t`. */
function ofColumn(
  name: string,
  on: Change['on'],
  before: Column,
  after: Column,
  value: string,
  [found, again = found]: readonly unknown[],
): Change {
  return {
    name,
    on,
    before: [table('t', { c: before })],
    after: [table('t', { c: after })],
    rows: [`INSERT INTO t (c) VALUES (${value})`],
    query: 'SELECT c FROM t',
    found: [{ c: found }],
    afterDowngrade: [{ c: again }],
  };
}

const types: Change[] = [
  ofColumn('longer varchar', BOTH, { type: 'varchar', length: 50 }, { type: 'varchar', length: 100 }, "'hello'", [
    'hello',
  ]),
  ofColumn('shorter varchar', BOTH, { type: 'varchar', length: 100 }, { type: 'varchar', length: 50 }, "'hello'", [
    'hello',
  ]),
  ofColumn('varchar to text', BOTH, { type: 'varchar' }, { type: 'text' }, "'hello'", ['hello']),
  ofColumn('text to varchar', BOTH, { type: 'text' }, { type: 'varchar', length: 255 }, "'hello'", ['hello']),
  ofColumn('int to bigint', POSTGRES, { type: 'int' }, { type: 'bigint' }, '42', ['42', 42]),
  ofColumn('int to bigint', SQLITE, { type: 'int' }, { type: 'bigint' }, '42', [42]),
  ofColumn(
    'bigint to int, with a default',
    POSTGRES,
    { type: 'bigint', default: 7 },
    { type: 'int', default: 8 },
    '42',
    [42, '42'],
  ),
  ofColumn('int to varchar', BOTH, { type: 'int' }, { type: 'varchar' }, '42', ['42', 42]),
  ofColumn('varchar to int', BOTH, { type: 'varchar' }, { type: 'int' }, "'42'", [42, '42']),
  ofColumn('int to decimal', POSTGRES, { type: 'int' }, { type: 'decimal', precision: 10, scale: 2 }, '42', [
    '42.00',
    42,
  ]),
  ofColumn(
    'more decimals',
    POSTGRES,
    { type: 'decimal', precision: 10, scale: 2 },
    { type: 'decimal', precision: 12, scale: 4 },
    '1.25',
    ['1.2500', '1.25'],
  ),
  ofColumn('boolean to int', POSTGRES, { type: 'boolean', default: true }, { type: 'int', default: 0 }, 'true', [
    1,
    true,
  ]),
  ofColumn('json to jsonb', POSTGRES, { type: 'json' }, { type: 'jsonb' }, `'{"a":1}'`, [{ a: 1 }]),
  ofColumn('text to jsonb', POSTGRES, { type: 'text' }, { type: 'jsonb' }, `'{"a": 1}'`, [{ a: 1 }, '{"a": 1}']),
  ofColumn(
    'varchar to uuid',
    POSTGRES,
    { type: 'varchar' },
    { type: 'uuid' },
    "'11111111-1111-1111-1111-111111111111'",
    ['11111111-1111-1111-1111-111111111111'],
  ),
  ofColumn('varchar to citext', POSTGRES, { type: 'varchar' }, { type: 'citext' }, "'Hello'", ['Hello']),
  ofColumn(
    'varchar to enum',
    POSTGRES,
    { type: 'varchar', default: 'a' },
    { type: 'enum', enum: ['a', 'b'], default: 'b' },
    "'a'",
    ['a'],
  ),
  ofColumn(
    'enum to varchar',
    POSTGRES,
    { type: 'enum', enum: ['a', 'b'], default: 'b' },
    { type: 'varchar', default: 'b' },
    "'a'",
    ['a'],
  ),
  ofColumn('text to text[]', POSTGRES, { type: 'text' }, { type: 'text', array: true }, "'a'", [['a'], 'a']),
  ofColumn('int[] to bigint[]', POSTGRES, { type: 'int', array: true }, { type: 'bigint', array: true }, "'{1,2}'", [
    ['1', '2'],
    [1, 2],
  ]),
  ofColumn('collation', POSTGRES, { type: 'varchar', collation: 'C' }, { type: 'varchar' }, "'x'", ['x']),
  ofColumn('default', BOTH, { type: 'int', default: 1 }, { type: 'int', default: 2 }, '5', [5]),
  {
    ...ofColumn('default with a quote', BOTH, { type: 'varchar' }, { type: 'varchar', default: "O'Brien" }, "'x'", [
      'x',
    ]),
    typeormIsNeverContent: true,
  },
  ofColumn(
    'nullable to NOT NULL with a default',
    BOTH,
    { type: 'varchar', nullable: true },
    { type: 'varchar', default: 'x' },
    'NULL',
    ['x'],
  ),
  ofColumn('NOT NULL to nullable', BOTH, { type: 'varchar' }, { type: 'varchar', nullable: true }, "'x'", ['x']),
  ofColumn(
    'comment',
    POSTGRES,
    { type: 'varchar', comment: 'one' },
    { type: 'varchar', comment: "two's\nlines" },
    "'x'",
    ['x'],
  ),
  ofColumn('unique', BOTH, { type: 'int' }, { type: 'int', unique: true }, '1', [1]),
  ofColumn('no longer unique', BOTH, { type: 'int', unique: true }, { type: 'int' }, '1', [1]),
  ofColumn(
    'generated at last',
    POSTGRES,
    { type: 'int', default: 5 },
    { type: 'int', generated: 'increment' },
    '3',
    [3],
  ),
];

const enums: Change[] = [
  ofColumn(
    'enum value added',
    POSTGRES,
    { type: 'enum', enum: ['a', 'b'] },
    { type: 'enum', enum: ['a', 'x', 'b'] },
    "'b'",
    ['b'],
  ),
  ofColumn(
    'enum value added and default at once',
    POSTGRES,
    { type: 'enum', enum: ['a'], default: 'a' },
    { type: 'enum', enum: ['a', 'b'], default: 'b' },
    "'a'",
    ['a'],
  ),
  ofColumn(
    'unused enum value removed',
    POSTGRES,
    { type: 'enum', enum: ['a', 'b'], default: 'b' },
    { type: 'enum', enum: ['a'], default: 'a' },
    "'a'",
    ['a'],
  ),
  ofColumn(
    'enum values reordered',
    POSTGRES,
    { type: 'enum', enum: ['a', 'b'] },
    { type: 'enum', enum: ['b', 'a'] },
    "'a'",
    ['a'],
  ),
  ofColumn(
    'enum[] value added',
    POSTGRES,
    { type: 'enum', enum: ['a'], array: true, default: ['a'] },
    { type: 'enum', enum: ['a', 'b'], array: true, default: ['a'] },
    "'{a}'",
    ['{a}'],
  ),
  ofColumn(
    'enum name',
    POSTGRES,
    { type: 'enum', enum: ['a'], enumName: 'e1', default: 'a' },
    { type: 'enum', enum: ['a'], enumName: 'e2', default: 'a' },
    "'a'",
    ['a'],
  ),
  ofColumn(
    'simple-enum value added',
    BOTH,
    { type: 'simple-enum', enum: ['a', 'b'] },
    { type: 'simple-enum', enum: ['a', 'b', 'c'] },
    "'b'",
    ['b'],
  ),
  {
    name: 'shared enum loses an unused value under a partial index and a check',
    on: POSTGRES,
    before: ['t', 'u'].map((name) =>
      table(
        name,
        { c: { type: 'enum', enum: ['a', 'b', 'c'], enumName: 'shared' } },
        {
          indices: [{ name: `ix_${name}`, columns: ['c'], where: "c = 'a'" }],
          checks: [{ name: `ck_${name}`, expression: "c <> 'b'" }],
        },
      ),
    ),
    after: ['t', 'u'].map((name) =>
      table(
        name,
        { c: { type: 'enum', enum: ['a', 'b'], enumName: 'shared' } },
        {
          indices: [{ name: `ix_${name}`, columns: ['c'], where: "c = 'a'" }],
          checks: [{ name: `ck_${name}`, expression: "c <> 'b'" }],
        },
      ),
    ),
    rows: ["INSERT INTO t (c) VALUES ('a')", "INSERT INTO u (c) VALUES ('a')"],
    query: 'SELECT t.c, u.c AS d FROM t, u',
    found: [{ c: 'a', d: 'a' }],
  },
];

const named = (where: string, columns: string[], expression: string): EntitySchema =>
  table(
    't',
    { a: { type: 'int' }, b: { type: 'int' } },
    {
      indices: [{ name: 'ix', columns, where }],
      uniques: [{ name: 'uq', columns: ['a', ...columns.slice(1)] }],
      checks: [{ name: 'ck', expression }],
    },
  );

/** Texts that PostgreSQL writes with a cast on one of the types only. */
const counted = (type: Column): EntitySchema =>
  table(
    't',
    { c: type },
    {
      checks: [{ name: 'ck', expression: 'c >= 0' }],
      indices: [{ name: 'ix', columns: ['c'], where: 'c > 1' }],
      exclusions: [{ name: 'ex', expression: 'USING btree (id WITH =) WHERE (c > 2)' }],
    },
  );
const spoken = (type: Column): EntitySchema =>
  table(
    't',
    { c: type },
    {
      checks: [{ name: 'ck', expression: 'length(c) > 2' }],
      indices: [{ name: 'ix', columns: ['c'], where: "c <> 'x'" }],
    },
  );

const parent = (type: Column): EntitySchema =>
  new EntitySchema({ name: 'p', columns: { id: { primary: true, ...type } } });
const child = (onDelete?: 'CASCADE'): EntitySchema =>
  new EntitySchema<{ id: number; p: object }>({
    name: 'c',
    columns: { id: { type: 'int', primary: true } },
    relations: { p: { type: 'many-to-one', target: 'p', ...(onDelete ? { onDelete } : {}) } },
  });

const tables: Change[] = [
  {
    name: 'a column that a check, a partial index and an exclusion compare with a number gets another number type',
    on: POSTGRES,
    before: [counted({ type: 'int' })],
    after: [counted({ type: 'decimal', precision: 10, scale: 2 })],
    rows: ['INSERT INTO t (c) VALUES (3)'],
    query: 'SELECT c FROM t',
    found: [{ c: '3.00' }],
    afterDowngrade: [{ c: 3 }],
  },
  {
    name: 'a column that a check and a partial index compare with a text gets another text type',
    on: BOTH,
    before: [spoken({ type: 'varchar' })],
    after: [spoken({ type: 'text' })],
    rows: ["INSERT INTO t (c) VALUES ('abc')"],
    query: 'SELECT c FROM t',
    found: [{ c: 'abc' }],
  },
  {
    name: 'named constraints and indexes change what they say',
    on: BOTH,
    before: [named('a > 1', ['a', 'b'], 'a > 0')],
    after: [named('a > 2', ['b'], 'a > 10')],
    rows: ['INSERT INTO t (a, b) VALUES (11, 2)'],
    query: 'SELECT a, b FROM t',
    found: [{ a: 11, b: 2 }],
  },
  {
    name: 'a column comes and another goes',
    on: BOTH,
    before: [table('t', { a: { type: 'int' }, old: { type: 'int', nullable: true } })],
    after: [table('t', { a: { type: 'int' }, added: { type: 'varchar', default: 'x' } })],
    rows: ['INSERT INTO t (a, old) VALUES (1, 2)'],
    query: 'SELECT a FROM t',
    found: [{ a: 1 }],
  },
  {
    name: 'a numeric key grows, with children',
    on: POSTGRES,
    before: [parent({ type: 'int', generated: 'increment' }), child('CASCADE')],
    after: [parent({ type: 'bigint', generated: 'increment' }), child('CASCADE')],
    rows: ['INSERT INTO p DEFAULT VALUES', 'INSERT INTO c (id, "pId") VALUES (1, 1)'],
    query: 'SELECT p.id, c."pId" FROM p JOIN c ON c."pId" = p.id',
    found: [{ id: '1', pId: '1' }],
    afterDowngrade: [{ id: 1, pId: 1 }],
  },
  {
    name: 'a text key gets longer, with children',
    on: BOTH,
    before: [parent({ type: 'varchar', length: 36 }), child()],
    after: [parent({ type: 'varchar', length: 50 }), child()],
    rows: ["INSERT INTO p VALUES ('x')", `INSERT INTO c (id, "pId") VALUES (1, 'x')`],
    query: 'SELECT p.id, c."pId" FROM p JOIN c ON c."pId" = p.id',
    found: [{ id: 'x', pId: 'x' }],
  },
  {
    name: 'a foreign key changes what it does',
    on: BOTH,
    before: [parent({ type: 'int' }), child()],
    after: [parent({ type: 'int' }), child('CASCADE')],
    rows: ['INSERT INTO p VALUES (1)', 'INSERT INTO c (id, "pId") VALUES (1, 1)'],
    query: 'SELECT c."pId" FROM c',
    found: [{ pId: 1 }],
  },
  {
    name: 'a number as key becomes text, with children',
    on: BOTH,
    before: [parent({ type: 'int' }), child()],
    after: [parent({ type: 'varchar' }), child()],
    rows: ['INSERT INTO p VALUES (1)', 'INSERT INTO c (id, "pId") VALUES (1, 1)'],
    query: 'SELECT p.id, c."pId" FROM p JOIN c ON c."pId" = p.id',
    found: [{ id: '1', pId: '1' }],
    afterDowngrade: [{ id: 1, pId: 1 }],
  },
  {
    name: 'a key of one column becomes one of two',
    on: POSTGRES,
    before: [new EntitySchema({ name: 't', columns: { a: { type: 'int', primary: true }, b: { type: 'int' } } })],
    after: [
      new EntitySchema({
        name: 't',
        columns: { a: { type: 'int', primary: true }, b: { type: 'int', primary: true } },
      }),
    ],
    rows: ['INSERT INTO t VALUES (1, 2)'],
    query: 'SELECT a, b FROM t',
    found: [{ a: 1, b: 2 }],
  },
  {
    name: 'a key of one column becomes one of two',
    on: SQLITE,
    before: [new EntitySchema({ name: 't', columns: { a: { type: 'int', primary: true }, b: { type: 'int' } } })],
    after: [
      new EntitySchema({
        name: 't',
        columns: { a: { type: 'int', primary: true }, b: { type: 'int', primary: true } },
      }),
    ],
    rows: ['INSERT INTO t VALUES (1, 2)'],
    query: 'SELECT a, b FROM t',
    found: [{ a: 1, b: 2 }],
  },
  {
    name: 'serial becomes identity',
    on: POSTGRES,
    before: [parent({ type: 'int', generated: 'increment' })],
    after: [parent({ type: 'int', generated: 'identity' as 'increment' })],
    rows: ['INSERT INTO p DEFAULT VALUES'],
    query: 'SELECT id FROM p',
    found: [{ id: 1 }],
  },
  {
    name: 'a column under a view changes its type',
    on: POSTGRES,
    before: [table('t', { a: { type: 'int' } }), view('SELECT a FROM t')],
    after: [table('t', { a: { type: 'bigint' } }), view('SELECT a FROM t')],
    rows: ['INSERT INTO t (a) VALUES (1)'],
    query: 'SELECT a FROM v',
    found: [{ a: '1' }],
    afterDowngrade: [{ a: 1 }],
    typeormIsNeverContent: true,
  },
  {
    name: 'a view changes',
    on: BOTH,
    before: [table('t', { a: { type: 'int' } }), view('SELECT a FROM t')],
    after: [table('t', { a: { type: 'int' } }), view('SELECT a + 1 AS a FROM t')],
    rows: ['INSERT INTO t (a) VALUES (1)'],
    query: 'SELECT a FROM v',
    found: [{ a: 2 }],
    afterDowngrade: [{ a: 1 }],
    typeormIsNeverContent: true,
  },
  {
    name: 'a column comes in the middle of a table under a view of all its columns',
    on: BOTH,
    before: [table('t', { a: { type: 'int' }, c: { type: 'int' } }), view('SELECT * FROM t')],
    after: [
      table('t', { a: { type: 'int' }, b: { type: 'int', nullable: true }, c: { type: 'int' } }),
      view('SELECT * FROM t'),
    ],
    rows: ['INSERT INTO t (a, c) VALUES (1, 3)'],
    query: 'SELECT a, c FROM v',
    found: [{ a: 1, c: 3 }],
    typeormIsNeverContent: true,
  },
  {
    name: 'an entity goes, with its enum and the key to it',
    on: BOTH,
    before: [parent({ type: 'int' }), child()],
    after: [new EntitySchema({ name: 'c', columns: { id: { type: 'int', primary: true } } })],
    rows: ['INSERT INTO c (id) VALUES (1)'],
    query: 'SELECT id FROM c',
    found: [{ id: 1 }],
  },
];

function view(expression: string): EntitySchema {
  return new EntitySchema({ name: 'v', type: 'view', expression, columns: { a: { type: 'int' } } });
}

const changes = [...types, ...enums, ...tables].flatMap((change) =>
  change.on.map((dialect) => ({ ...change, dialect })),
);

describe('a change of entities on tables with rows', () => {
  let database: TestDatabase;

  afterEach(() => database.drop());

  it.each(changes)('keeps the values, both ways: $name on $dialect', async (change) => {
    database = await makers[change.dialect]();
    const before = await withDataSource(database, change.before, async (dataSource) => {
      await upgrade(dataSource);
      for (const sql of change.rows) await dataSource.query(sql);
      return { catalog: await catalog(dataSource), rows: (await dataSource.query(change.query)) as unknown[] };
    });
    await withDataSource(database, change.after, async (dataSource) => {
      const { operations, downgrade } = await upgrade(dataSource);
      expect(operations).not.toEqual([]);
      expect(await dataSource.query(change.query)).toEqual(change.found);
      expect((await compare(dataSource)).operations).toEqual([]);
      if (!change.typeormIsNeverContent) expect(await typeormDifferences(dataSource)).toEqual([]);

      await run(dataSource, downgrade);
      expect(sorted(await catalog(dataSource))).toEqual(sorted(before.catalog));
      expect(await dataSource.query(change.query)).toEqual(change.afterDowngrade ?? before.rows);
    });
  });
});

/** A catalog in which order says nothing: what was dropped comes back at the end. */
function sorted(schema: Awaited<ReturnType<typeof catalog>>): unknown {
  const { extensions: _extensions, ...rest } = schema;
  return {
    ...rest,
    tables: schema.tables.toSorted(byName).map((one) => ({
      ...one,
      columns: one.columns.toSorted(byName),
    })),
  };
}

function byName(first: { readonly name: string }, second: { readonly name: string }): number {
  return first.name < second.name ? -1 : 1;
}
