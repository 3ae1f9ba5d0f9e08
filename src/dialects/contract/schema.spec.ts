import * as fc from 'fast-check';
import type { ColumnModel, TableModel } from '../../schema/schema.model.js';
import type { Dialect } from '../dialect.js';
import { ContractDatabase } from './contract-database.js';
import { hostileNames } from './hostile.js';
import { subjects } from './subjects.js';

/** Types that every database has, with a default and a value in SQL. */
const types = fc.constantFrom<Omit<ColumnModel, 'name'> & { readonly value: string }>(
  { type: 'integer', value: '7' },
  { type: 'integer', default: '12', value: '-7' },
  { type: 'bigint', value: '9007199254740993' },
  { type: 'varchar', length: '40', value: `'it''s'` },
  { type: 'varchar', length: '40', default: `'it''s (1, 2)'`, value: `''` },
  { type: 'text', default: `'-- "x" /* y'`, value: `'"a", b'` },
  { type: 'decimal', precision: 8, scale: 3, value: '12.345' },
  { type: 'double precision', default: '1.5', value: '0.25' },
);

interface Drawn {
  /** Two of a parent and its child, and names for later. */
  readonly tables: readonly [parent: TableModel, child: TableModel];
  /** A row of each, as SQL. */
  readonly rows: readonly string[];
  readonly free: readonly string[];
}

/** A table that another one refers to, with hostile names for everything, and all that a table may have everywhere. */
function drawn(dialect: Dialect): fc.Arbitrary<Drawn> {
  // Indexes of MySQL have no whole text in them.
  const indexed = types.filter(({ type }) => dialect.name !== 'mysql' || type !== 'text');
  return fc
    .record({
      names: hostileNames(13, dialect.rules),
      columns: fc.tuple(indexed, indexed, indexed),
      isNullable: fc.boolean(),
      increments: fc.boolean(),
    })
    .map(({ names, columns, isNullable, increments }) => {
      const [parentName = '', childName = '', pk = '', fk = '', uq = '', ck = '', ix = '', wx = '', ...rest] = names;
      const [a = '', b = '', c = '', ...free] = rest;
      const column = (name: string, at: number): ColumnModel => {
        const { value: _value, ...type } = columns[at] as (typeof columns)[0];
        return { name, ...type, ...(isNullable && { isNullable }) };
      };
      const id: ColumnModel = { name: 'id', type: 'integer', ...(increments && { generationStrategy: 'increment' }) };
      const parent: TableModel = {
        name: parentName,
        columns: [id, column(a, 0), column(b, 1)],
        primaryKey: { name: pk, columnNames: ['id'] },
        uniques: [{ name: uq, columnNames: [a, b] }],
        checks: [{ name: ck, expression: `${dialect.quote(a)} IS NOT NULL OR 'it''s' <> ''` }],
        exclusions: [],
        foreignKeys: [],
        indices: [{ name: ix, columnNames: [b, a] }],
      };
      const child: TableModel = {
        name: childName,
        columns: [
          { name: 'id', type: 'integer' },
          { name: 'parent id', type: 'integer', isNullable: true },
          column(c, 2),
        ],
        primaryKey: { name: `${pk}2`, columnNames: ['id'] },
        uniques: [],
        checks: [],
        exclusions: [],
        foreignKeys: [
          {
            name: fk,
            columnNames: ['parent id'],
            referencedTableName: parentName,
            referencedColumnNames: ['id'],
            onDelete: 'CASCADE',
          },
        ],
        indices: [{ name: wx, columnNames: [c], isUnique: true, where: `${dialect.quote(c)} IS NOT NULL` }],
      };
      const [x, y, z] = columns.map(({ value }) => value);
      const rows = [insert(dialect, parent, ['1', x, y]), insert(dialect, child, ['1', '1', z])];
      return { tables: [parent, child], rows, free };
    });
}

function insert({ quote }: Dialect, { name, columns }: TableModel, values: readonly (string | undefined)[]): string {
  return `INSERT INTO ${quote(name)} (${columns.map((column) => quote(column.name)).join(', ')}) VALUES (${values.join(', ')})`;
}

describe.each(subjects)('the schema, on %s', (_, subject) => {
  const { dialect } = subject;
  /** Every value of a table, whatever its columns are called. */
  async function valuesOf(
    database: ContractDatabase,
    { name, columns }: Pick<TableModel, 'name' | 'columns'>,
  ): Promise<unknown> {
    const named = columns.map((column, at) => `${dialect.quote(column.name)} AS c${at}`);
    return database.query(`SELECT ${named.join(', ')} FROM ${dialect.quote(name)}`);
  }

  /** Makes the tables, as the database prints them, in a database of their own: what a failure leaves would fail the next ones. */
  async function withTables(
    { tables, rows }: Drawn,
    work: (database: ContractDatabase) => Promise<void>,
  ): Promise<void> {
    const database = await ContractDatabase.make(subject);
    try {
      const made = await database.canonical(tables, []);
      const inOrder = tables.map(({ name }) => made.find((table) => table.name === name) as TableModel);
      await database.apply(...inOrder.map((table) => ({ kind: 'createTable', table }) as const));
      expect(await database.reflected()).toEqual(made);
      for (const row of rows) await database.query(row);
      await work(database);
    } finally {
      await database.drop();
    }
  }

  it('is read as it was wanted once it is created, and nothing differs', () =>
    fc.assert(
      fc.asyncProperty(drawn(dialect), (drawn) =>
        withTables(drawn, async (database) => {
          const actual = await database.reflected();
          expect(actual).toEqual(await database.canonical(drawn.tables, actual));
          expect(actual).toEqual(await database.canonical(actual, actual));
        }),
      ),
      { numRuns: 12 },
    ));

  it('keeps its rows, and what refers to them, when tables and columns are renamed', () =>
    fc.assert(
      fc.asyncProperty(drawn(dialect), (drawn) =>
        withTables(drawn, async (database) => {
          const [parent, child] = drawn.tables;
          const [name = '', column = ''] = drawn.free;
          const before = [await valuesOf(database, parent), await valuesOf(database, child)];
          const from = parent.columns[1]?.name as string;
          await database.apply(
            { kind: 'renameColumn', table: parent, from, to: column },
            { kind: 'renameTable', table: parent, to: { name } },
          );
          const columns = parent.columns.map((each) => (each.name === from ? { ...each, name: column } : each));
          expect([await valuesOf(database, { name, columns }), await valuesOf(database, child)]).toEqual(before);
          const actual = await database.reflected();
          const [key] = actual.find((table) => table.name === child.name)?.foreignKeys ?? [];
          expect(key).toMatchObject({ referencedTableName: name, referencedColumnNames: ['id'], onDelete: 'CASCADE' });
          await database.apply(
            { kind: 'renameTable', table: { name }, to: parent },
            { kind: 'renameColumn', table: parent, from: column, to: from },
          );
          expect([await valuesOf(database, parent), await valuesOf(database, child)]).toEqual(before);
          const back = await database.reflected();
          expect(back).toEqual(await database.canonical(drawn.tables, back));
        }),
      ),
      { numRuns: 12 },
    ));
});
