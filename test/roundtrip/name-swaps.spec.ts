import * as fc from 'fast-check';
import type { EntitySchema } from 'typeorm';
import type { Operation } from '../../src/operations/operation.js';
import { databases, type TestDatabase } from '../support/databases.js';
import { table } from './entity-sets.js';
import { catalog, compare, run, typeormDifferences, upgrade, withDataSource } from './round-trip.js';

const TABLES = ['t', 'u', 'third'];
const COLUMNS = {
  a: { type: 'varchar', unique: true },
  b: { type: 'text', nullable: true },
  C: { type: 'varchar', length: 40, default: 'x' },
} as const;

/** Some need quotes: on both databases, or on one. */
const COLUMN_NAMES = ['a', 'b', 'C', 'd', 'position', 'transaction', 'select', "it's"];

/** By table and by `table.column`: the names that they get. */
type Naming = Readonly<Record<string, string>>;

/** What the names may become: any others, as long as they differ. */
const naming: fc.Arbitrary<Naming> = fc
  .record({
    tables: fc.shuffledSubarray([...TABLES, 'fourth'], { minLength: 3, maxLength: 3 }),
    columns: fc.tuple(...TABLES.map(() => fc.shuffledSubarray(COLUMN_NAMES, { minLength: 3, maxLength: 3 }))),
  })
  .map(({ tables, columns }) =>
    Object.fromEntries(
      TABLES.flatMap((name, at) => [
        [name, tables[at] as string],
        ...Object.keys(COLUMNS).map((column, place) => [`${name}.${column}`, columns[at]?.[place] as string]),
      ]),
    ),
  );

const asItIs: Naming = Object.fromEntries(
  TABLES.flatMap((name) => [[name, name], ...Object.keys(COLUMNS).map((column) => [`${name}.${column}`, column])]),
);

function entities(names: Naming): EntitySchema[] {
  return TABLES.map((name) =>
    table(
      names[name] as string,
      Object.fromEntries(
        Object.entries(COLUMNS).map(([column, options]) => [names[`${name}.${column}`] as string, options]),
      ),
      {
        indices: [{ columns: [names[`${name}.b`] as string] }],
        checks: [{ expression: `"${names[`${name}.b`]}" <> "${names[`${name}.C`]}"` }],
      },
    ),
  );
}

function renamesOf(names: Naming): string[] {
  return Object.entries(names).flatMap(([path, to]) => {
    const [owner = '', column] = path.split('.');
    if (column === undefined) return owner === to ? [] : [`${owner}:${to}`];
    return column === to ? [] : [`${path}:${names[owner]}.${to}`];
  });
}

/** What a batch does counts by itself. */
function kindsOf(operations: readonly Operation[]): string[] {
  return operations.flatMap((one) => (one.kind === 'batch' ? kindsOf(one.operations) : [one.kind]));
}

/** Every row says where it comes from. */
async function expectValues(dataSource: Parameters<typeof compare>[0], names: Naming): Promise<void> {
  for (const name of TABLES) {
    const columns = Object.keys(COLUMNS).map((column) => [column, names[`${name}.${column}`] as string] as const);
    const [row] = await dataSource.query(`SELECT * FROM "${names[name]}"`);
    expect(row).toEqual({ id: 1, ...Object.fromEntries(columns.map(([column, now]) => [now, `${name}.${column}`])) });
  }
}

async function withRows(database: TestDatabase): Promise<void> {
  await withDataSource(database, entities(asItIs), async (dataSource) => {
    await upgrade(dataSource);
    for (const name of TABLES) {
      await dataSource.query(`INSERT INTO "${name}" (a, b, "C") VALUES ('${name}.a', '${name}.b', '${name}.C')`);
    }
  });
}

/** Gives tables and columns other names, and their own again; what is in them goes along. */
async function thereAndBack(database: TestDatabase, names: Naming): Promise<void> {
  const downgrade = await withDataSource(database, entities(names), async (dataSource) => {
    const found = await upgrade(dataSource, { renames: renamesOf(names) });
    expect(kindsOf(found.operations)).not.toContain('createCheck');
    await expectValues(dataSource, names);
    expect((await compare(dataSource)).operations).toEqual([]);
    return found.downgrade;
  });
  await withDataSource(database, entities(asItIs), async (dataSource) => {
    await run(dataSource, downgrade);
    await expectValues(dataSource, asItIs);
    expect((await compare(dataSource)).operations).toEqual([]);
    expect(await typeormDifferences(dataSource)).toEqual([]);
  });
}

/** What the tables are; the order of columns is of no account, nor is that in which SQLite lists the tables. */
async function tables(dataSource: Parameters<typeof catalog>[0]): Promise<Set<object>> {
  const found = (await catalog(dataSource)).tables;
  return new Set(found.map((one) => ({ ...one, columns: new Set(one.columns) })));
}

function indexed(name: string, index: string, column: string): EntitySchema {
  return table(name, { a: COLUMNS.a, b: COLUMNS.b }, { indices: [{ name: index, columns: [column] }] });
}

/** A table with a constraint of each kind and an index, with their names in this order. */
function constrained(dialect: TestDatabase['dialect'], names: readonly string[]): EntitySchema[] {
  const [check, unique, index, foreignKey, primaryKey, exclusion] = names as readonly [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const id = { type: 'int', primary: true, primaryKeyConstraintName: primaryKey } as const;
  const parts = {
    checks: [{ name: check, expression: '"a" > 0' }],
    uniques: [{ name: unique, columns: ['b'] }],
    indices: [{ name: index, columns: ['a', 'b'] }],
    foreignKeys: [{ name: foreignKey, target: 'named', columnNames: ['a'], referencedColumnNames: ['id'] }],
    ...(dialect === 'postgres' && { exclusions: [{ name: exclusion, expression: 'USING btree ("a" WITH =)' }] }),
  };
  return [table('named', { id, a: { type: 'int' }, b: { type: 'int' } }, parts as object)];
}

describe.each(databases)('names that other objects had, on %s', (dialect, make) => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await make();
    await withRows(database);
  });
  afterEach(() => database.drop());

  it.each<[string, Naming]>([
    ['two columns exchange their names', { 't.a': 'b', 't.b': 'a' }],
    ['three columns pass their names on in a circle', { 't.a': 'b', 't.b': 'C', 't.C': 'a' }],
    ['a column takes the name that another gives up', { 't.a': 'b', 't.b': 'd' }],
    ['two tables exchange their names', { t: 'u', u: 't' }],
    ['tables and their columns exchange names', { t: 'u', u: 't', 't.a': 'b', 't.b': 'a', 'u.b': 'C', 'u.C': 'b' }],
  ])('keep their values when %s, there and back', (_what, names) => thereAndBack(database, { ...asItIs, ...names }));

  it('keep their values under any exchange, there and back', () =>
    fc.assert(
      fc.asyncProperty(naming, (names) => thereAndBack(database, names)),
      { numRuns: dialect === 'sqlite' ? 25 : 6 },
    ));

  it.each([1, 2, 3])('are passed on by %s among the constraints of a table, there and back', async (places) => {
    const names = ['one', 'two', 'three', 'four', 'five', 'six'];
    const passed = [...names.slice(places), ...names.slice(0, places)];
    const before = await withDataSource(database, constrained(dialect, names), async (dataSource) => {
      await upgrade(dataSource);
      return catalog(dataSource);
    });
    await withDataSource(database, constrained(dialect, passed), async (dataSource) => {
      const { downgrade } = await upgrade(dataSource);
      expect((await compare(dataSource)).operations).toEqual([]);
      await run(dataSource, downgrade);
      expect(await catalog(dataSource)).toEqual(before);
    });
  });

  it.each([
    [
      'new ones of other tables',
      [indexed('one', 'x', 'a'), indexed('two', 'y', 'a'), indexed('three', 'z', 'a')],
      [indexed('four', 'z', 'a'), indexed('one', 'y', 'b'), indexed('two', 'x', 'b'), indexed('three', 'w', 'a')],
    ],
    ['a new table', [indexed('one', 'two', 'a')], [indexed('one', 'w', 'b'), indexed('two', 'x', 'a')]],
    ['a new table in capitals', [indexed('one', 'TWO', 'a')], [indexed('one', 'w', 'b'), indexed('two', 'x', 'a')]],
    [
      'each other in capitals',
      [indexed('one', 'X', 'a'), indexed('two', 'Y', 'a')],
      [indexed('one', 'y', 'a'), indexed('two', 'x', 'a')],
    ],
    ['themselves in capitals', [indexed('one', 'X', 'a')], [indexed('one', 'x', 'a')]],
  ])('pass from dropped indexes to %s, there and back', async (_, first, second) => {
    const others = entities(asItIs);
    const before = await withDataSource(database, [...others, ...first], async (dataSource) => {
      await upgrade(dataSource);
      return tables(dataSource);
    });
    await withDataSource(database, [...others, ...second], async (dataSource) => {
      const { downgrade } = await upgrade(dataSource);
      expect((await compare(dataSource)).operations).toEqual([]);
      await run(dataSource, downgrade);
      expect(await tables(dataSource)).toEqual(before);
    });
  });

  it('are left for something new, when that is named: the values go along, there and back', async () => {
    const added = [
      table(
        't',
        { a: { type: 'int', default: 5 }, d: COLUMNS.a, b: COLUMNS.b, C: COLUMNS.C },
        { indices: [{ columns: ['b'] }] },
      ),
      table('u', { a: { type: 'varchar' } }),
      table('v', COLUMNS, { indices: [{ columns: ['b'] }] }),
    ];
    const renames = ['t.a:t.d', 'u:v'];
    const before = await withDataSource(database, entities(asItIs), (dataSource) => tables(dataSource));
    const all = [...added, ...entities(asItIs).slice(2)];
    await withDataSource(database, all, async (dataSource) => {
      expect((await compare(dataSource, { renameHints: renames })).refusedRenames).toHaveLength(2);
      const { downgrade } = await upgrade(dataSource, { renames });
      expect(await dataSource.query('SELECT a, d FROM t')).toEqual([{ a: 5, d: 't.a' }]);
      expect(await dataSource.query('SELECT a FROM v')).toEqual([{ a: 'u.a' }]);
      expect(await dataSource.query('SELECT a FROM u')).toEqual([]);
      expect((await compare(dataSource)).operations).toEqual([]);
      expect(await typeormDifferences(dataSource)).toEqual([]);
      await run(dataSource, downgrade);
      expect(await tables(dataSource)).toEqual(before);
      expect(await dataSource.query('SELECT a FROM u')).toEqual([{ a: 'u.a' }]);
    });
  });

  it('are not exchanged by a hint, which would do it again the next time', async () => {
    await withDataSource(database, entities({ ...asItIs, t: 'u', u: 't' }), async (dataSource) => {
      const { operations, refusedRenames } = await compare(dataSource, { renameHints: ['t:u', 'u:t'] });
      expect(operations).toEqual([]);
      expect(refusedRenames.map(({ rename }) => rename)).toEqual(['t:u', 'u:t']);
    });
  });
});
