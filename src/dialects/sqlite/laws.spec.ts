import * as fc from 'fast-check';
import { SqliteDatabase, tableModel } from '../../../test/support/sqlite-database.js';
import { applyToTable } from '../../operations/apply/apply.js';
import type { TableOperation } from '../../operations/operation.js';
import type { ColumnModel, TableModel } from '../../schema/schema.model.js';
import { quote } from './text.js';

const t = { name: 't' };
const names = ['a', 'B c', 'd"e', 'select', '[x]', 'Größe'];

const type = fc.constantFrom<Pick<ColumnModel, 'type'> & Partial<ColumnModel>>(
  { type: 'integer' },
  { type: 'varchar', length: '20' },
  { type: 'decimal', precision: 8, scale: 3 },
  { type: 'blob' },
  { type: 'varchar', enum: ['p', `q'q`], default: `'p'` },
  { type: 'text', collation: 'NOCASE' },
  { type: 'datetime', default: `date('2000-01-01')` },
  { type: 'text', default: `'it''s (1, 2)'` },
);

const column = (name: string): fc.Arbitrary<ColumnModel> =>
  fc
    .record({ type, isNullable: fc.boolean() })
    .map(({ type, isNullable }) => ({ name, ...type, ...((isNullable || !type.default) && { isNullable: true }) }));

const columnNames = (from: readonly string[]): fc.Arbitrary<string[]> => fc.subarray([...from], { minLength: 1 });

const table: fc.Arbitrary<TableModel> = fc.subarray(names, { minLength: 2 }).chain((names) =>
  fc
    .record({
      columns: fc.tuple(...names.map(column)),
      hasId: fc.boolean(),
      uniques: fc.array(columnNames(names), { maxLength: 2 }),
      indices: fc.array(columnNames(names), { maxLength: 2 }),
      check: fc.option(fc.constantFrom(...names)),
      parent: fc.option(fc.constantFrom(...names)),
    })
    .map(({ columns, hasId, uniques, indices, check, parent }) =>
      tableModel('t', {
        columns: [
          ...(hasId ? [{ name: 'id', type: 'integer', generationStrategy: 'increment' } as const] : []),
          ...columns,
        ],
        ...(hasId && { primaryKey: { columnNames: ['id'] } }),
        uniques: uniques.map((columnNames, index) => ({ name: `UQ_${index}`, columnNames })),
        indices: indices.map((columnNames, index) => ({
          name: `IX_${index}`,
          columnNames,
          where: `${quote(columnNames[0]!)} IS NOT NULL`,
        })),
        checks: check === null ? [] : [{ name: 'CHK', expression: `${quote(check)} <> 'never'` }],
        foreignKeys:
          parent === null
            ? []
            : [
                {
                  name: 'FK',
                  columnNames: [parent],
                  referencedTableName: 'parent',
                  referencedColumnNames: ['id'],
                  onDelete: 'SET NULL',
                },
              ],
      }),
    ),
);

/** A change that fits the table, chosen by a number. */
function change(
  { columns, uniques, indices, checks, foreignKeys }: TableModel,
  choice: number,
  to: ColumnModel,
): TableOperation {
  const pick = <T>(list: readonly T[]): T | undefined => list[choice % Math.max(list.length, 1)];
  const victim = pick(columns.filter(({ name }) => name !== 'id'));
  const free = names.find((name) => columns.every((column) => column.name !== name));
  // A row that is there may hold none of the labels.
  const { name: _name, enum: _enum, ...rest } = to;
  const candidates: (TableOperation | undefined)[] = [
    victim && {
      kind: 'alterColumn',
      table: t,
      column: victim.name,
      to: { default: null, ...rest, isNullable: to.isNullable ?? false },
    },
    free === undefined ? undefined : { kind: 'addColumn', table: t, column: { ...to, name: free } },
    columns.length > 2 && victim ? { kind: 'dropColumn', table: t, column: victim.name } : undefined,
    victim && free !== undefined ? { kind: 'renameColumn', table: t, from: victim.name, to: free } : undefined,
    victim && { kind: 'createUnique', table: t, unique: { name: `UQ_new_${choice}`, columnNames: [victim.name] } },
    victim && { kind: 'createIndex', table: t, index: { name: `IX_new_${choice}`, columnNames: [victim.name] } },
    uniques[0]?.name === undefined ? undefined : { kind: 'dropUnique', table: t, name: uniques[0].name },
    indices[0] && { kind: 'dropIndex', table: t, name: indices[0].name },
    checks[0]?.name === undefined ? undefined : { kind: 'dropCheck', table: t, name: checks[0].name },
    foreignKeys[0]?.name === undefined
      ? undefined
      : { kind: 'renameConstraint', table: t, from: foreignKeys[0].name, to: `FK_${choice}` },
  ];
  const possible = candidates.filter((candidate) => candidate !== undefined);
  return possible[choice % possible.length]!;
}

async function onDatabase(work: (database: SqliteDatabase) => Promise<void>): Promise<void> {
  const database = await SqliteDatabase.create();
  try {
    await database.run(
      'CREATE TABLE parent (id PRIMARY KEY)',
      `INSERT INTO parent VALUES ('p'), ('it''s (1, 2)'), ('2000-01-01')`,
      'INSERT INTO parent SELECT CAST(id AS blob) FROM parent',
    );
    await work(database);
  } finally {
    await database.drop();
  }
}

describe('random tables of SQLite', () => {
  it('are read as they were created', () =>
    fc.assert(
      fc.asyncProperty(table, (table) =>
        onDatabase(async (database) => {
          await database.migrate({ kind: 'createTable', table });
          expect(await database.table('t')).toEqual(table);
          expect(await database.canonical(table)).toEqual([table]);
        }),
      ),
      { numRuns: 40 },
    ));

  it('become what the model becomes by any changes, one by one or as a batch, and keep their rows', () =>
    fc.assert(
      fc.asyncProperty(
        table,
        fc.array(fc.tuple(fc.nat(1000), column('x')), { minLength: 1, maxLength: 6 }),
        fc.boolean(),
        (table, choices, isBatch) =>
          onDatabase(async (database) => {
            await database.migrate({ kind: 'createTable', table });
            await database.run('INSERT INTO t DEFAULT VALUES');
            const operations: TableOperation[] = [];
            const wanted = choices.reduce((current, [choice, to], index) => {
              const operation = change(current, choice * 10 + index, to);
              operations.push(operation);
              return applyToTable(current, operation);
            }, table);
            await database.migrate(...(isBatch ? [{ kind: 'batch', table: t, operations } as const] : operations));
            const sorted = ({ indices, ...rest }: TableModel): TableModel => ({
              ...rest,
              indices: indices.toSorted((left, right) => left.name.localeCompare(right.name)),
            });
            const [canonical] = await database.canonical(wanted);
            expect(sorted(await database.table('t'))).toEqual(sorted(canonical!));
            expect(await database.rows('SELECT count(*) AS rows FROM t')).toEqual([{ rows: 1 }]);
          }),
      ),
      { numRuns: 60 },
    ));
});
