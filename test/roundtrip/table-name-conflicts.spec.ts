import { EntitySchema, Index, ViewColumn, ViewEntity } from 'typeorm';
import { createPostgresDatabase, databases, type TestDatabase } from '../support/databases.js';
import { table } from './entity-sets.js';
import { catalog, compare, type Entities, run, typeormDifferences, upgrade, withDataSource } from './round-trip.js';

const a = { type: 'int', nullable: true } as const;
const e = { type: 'enum', enum: ['x', 'y'], default: 'x' } as const;
const indexed = (name: string, index: string, column = 'a'): EntitySchema =>
  table(name, { a, b: a }, { indices: [{ name: index, columns: [column] }] });
const unique = (name: string, constraint: string): EntitySchema =>
  table(name, { a }, { uniques: [{ name: constraint, columns: ['a'] }] });
const keyed = (name: string, primaryKeyConstraintName: string): EntitySchema =>
  table(name, { id: { type: 'int', primary: true, primaryKeyConstraintName }, a });
const view = (expression: string): EntitySchema =>
  new EntitySchema({ name: 'v', type: 'view', expression, columns: { a: { type: 'int' } } });
/** On `a` of a table, with an index. */
function materialized(source: string, index: string): new () => object {
  class Materialized {}
  ViewColumn()(Materialized.prototype, 'a');
  Index(index)(Materialized.prototype, 'a');
  ViewEntity({ name: 'v', materialized: true, expression: `SELECT a FROM ${source}` })(Materialized);
  return Materialized;
}

interface Passing {
  readonly what: string;
  readonly before: Entities;
  readonly after: Entities;
  /** Beside `t:u`. */
  readonly renames?: readonly string[];
}

/** In each, `t` becomes `u`, which is what something else was called. */
const passing: readonly Passing[] = [
  { what: 'its own index, renamed', before: [indexed('t', 'u')], after: [indexed('u', 'w')] },
  { what: 'its own index, dropped', before: [indexed('t', 'u')], after: [table('u', { a, b: a })] },
  { what: 'its own index, re-created', before: [indexed('t', 'u')], after: [indexed('u', 'w', 'b')] },
  { what: 'its own index, which gets the name of the table', before: [indexed('t', 'u')], after: [indexed('u', 't')] },
  {
    what: 'the index of another table',
    before: [table('t', { a }), indexed('x', 'u')],
    after: [table('u', { a }), indexed('x', 'w')],
  },
  {
    what: 'an index that goes with its table',
    before: [table('t', { a }), indexed('x', 'u')],
    after: [table('u', { a })],
  },
  {
    what: 'its own index, in capitals',
    before: [indexed('t', 'U')],
    after: [indexed('u', 'w')],
  },
  { what: 'a unique constraint', before: [unique('t', 'u')], after: [unique('u', 'w')] },
  { what: 'a primary key', before: [keyed('t', 'u')], after: [keyed('u', 'w')] },
];

const passingOnPostgres: readonly Passing[] = [
  {
    what: 'an index that moves to another schema',
    before: [table('t', { a }), indexed('x', 'u')],
    after: [table('u', { a }), table('x', { a, b: a }, { schema: 'other', indices: [{ name: 'u', columns: ['a'] }] })],
    renames: ['x:other.x'],
  },
  { what: 'an enum type', before: [table('t', { e: { ...e, enumName: 'u' } })], after: [table('u', { e })] },
  {
    what: 'an enum type with a value renamed and one added, under a view',
    before: [table('t', { a, e: { ...e, enumName: 'u' } }), view('SELECT a FROM t')],
    after: [
      table('u', { a, e: { ...e, enum: ['first', 'z', 'y'], default: 'first', enumName: 'w' } }),
      view('SELECT a FROM u'),
    ],
    renames: ['u.x:w.first'],
  },
  {
    what: 'nothing, but gives its own to an enum type, under a view that casts to that',
    before: [table('t', { a }), table('x', { e: { ...e, enumName: 'w' } }), view(`SELECT t.a FROM t, x WHERE e = 'x'`)],
    after: [table('u', { a }), table('x', { e: { ...e, enumName: 't' } }), view(`SELECT u.a FROM u, x WHERE e = 'x'`)],
  },
  {
    what: 'the index of a view that is re-created',
    before: [table('t', { a }), materialized('t', 'u')],
    after: [table('u', { a }), materialized('u', 'w')],
  },
  {
    what: 'an enum type that goes',
    before: [table('t', { e: { ...e, enumName: 'u' } })],
    after: [table('u', { e: { type: 'varchar' } })],
  },
];

describe('an enum type that gets the name of a dropped table or view', () => {
  it('is re-created, there and back', async () => {
    const database = await createPostgresDatabase();
    const typed = (one: string, other: string): EntitySchema =>
      table('t', { e: { ...e, enumName: one }, f: { ...e, enumName: other } });
    const before = [typed('one', 'other'), table('u', { a }), view('SELECT id AS a FROM u')];
    const had = await withDataSource(database, before, async (dataSource) => {
      await upgrade(dataSource);
      await dataSource.query(`INSERT INTO t (e, f) VALUES ('x', 'y')`);
      return catalog(dataSource);
    });
    await withDataSource(database, [typed('u', 'v')], async (dataSource) => {
      const { downgrade } = await upgrade(dataSource);
      expect((await compare(dataSource)).operations).toEqual([]);
      expect(await dataSource.query('SELECT e, f FROM t')).toEqual([{ e: 'x', f: 'y' }]);
      await run(dataSource, downgrade);
      expect(await dataSource.query('SELECT e, f FROM t')).toEqual([{ e: 'x', f: 'y' }]);
      expect(await catalog(dataSource)).toEqual(had);
    });
    await database.drop();
  });
});

describe('a table that leaves its schema for one with a table of its old name', () => {
  const order = (tableName: string, schema?: string): EntitySchema =>
    new EntitySchema({
      name: `${schema} ${tableName}`,
      tableName,
      ...(schema !== undefined && { schema }),
      columns: {
        id: { type: 'int', primary: true, generated: 'increment' },
        a: { type: 'int', unique: true },
        b: { type: 'int', nullable: true },
        e,
      },
      indices: [{ columns: ['b'] }],
    });
  const stays = [order('order'), order('other', 'sales')];

  it('is renamed with all that is named after it, there and back', async () => {
    const database = await createPostgresDatabase();
    const had = await withDataSource(database, [...stays, order('order', 'sales')], async (dataSource) => {
      await upgrade(dataSource);
      await dataSource.query(`INSERT INTO sales."order" (a, e) VALUES (5, 'y')`);
      return catalog(dataSource, ['sales']);
    });
    await withDataSource(database, [...stays, order('sale')], async (dataSource) => {
      const { downgrade } = await upgrade(dataSource, { renames: ['sales.order:sale'] });
      expect((await compare(dataSource)).operations).toEqual([]);
      expect(await typeormDifferences(dataSource)).toEqual([]);
      expect(await dataSource.query('INSERT INTO sale (a) VALUES (6) RETURNING id')).toEqual([{ id: 2 }]);
      expect(await dataSource.query('SELECT e FROM sale')).toEqual([{ e: 'y' }, { e: 'x' }]);
      await run(dataSource, downgrade);
      expect(await catalog(dataSource, ['sales'])).toEqual(had);
      expect(await dataSource.query('SELECT id, a FROM sales."order"')).toHaveLength(2);
    });
    await database.drop();
  });
});

describe.each(databases)('a table that gets a name from something else, on %s', (dialect, make) => {
  let database: TestDatabase;
  beforeEach(async () => void (database = await make()));
  afterEach(() => database.drop());

  it.each([...passing, ...(dialect === 'postgres' ? passingOnPostgres : [])])(
    'keeps its rows, there and back: $what',
    async ({ before, after, renames = [] }) => {
      const [had, rows] = await withDataSource(database, before, async (dataSource) => {
        await upgrade(dataSource);
        await dataSource.query('INSERT INTO t (id) VALUES (7)');
        return [await catalog(dataSource), await dataSource.query('SELECT * FROM t')];
      });
      await withDataSource(database, after, async (dataSource) => {
        const { downgrade } = await upgrade(dataSource, { renames: ['t:u', ...renames] });
        expect((await compare(dataSource)).operations).toEqual([]);
        expect(await dataSource.query('SELECT id FROM u')).toEqual([{ id: 7 }]);
        await run(dataSource, downgrade);
        expect(await catalog(dataSource)).toEqual(had);
        expect(await dataSource.query('SELECT * FROM t')).toEqual(rows);
      });
    },
  );
});
