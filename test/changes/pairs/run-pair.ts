import type { DataSource } from 'typeorm';
import type { MigrateRequest } from '../../../src/index.js';
import type { TestDatabase } from '../../support/databases.js';
import type { DialectName } from '../change.js';
import { dump } from '../dump.js';
import { readRows, type Rows, type TextRow } from '../rows.js';
import { Workbench } from '../workbench.js';
import {
  type DrawnSchema,
  type DrawnTable,
  entitiesOf,
  OTHER_SCHEMA,
  PARENT,
  pathOf,
  relationTo,
} from './drawn-schema.js';
import { families } from './families.js';

const ROWS = 3;

/**
 * The law of autogenerate on one pair of schemas: the upgrade leaves nothing to do, keeps the values of every column that
 * both have, and the downgrade gives the first schema back, with the same values.
 *
 * @param request how the revisions are written.
 */
export function runPair(
  before: DrawnSchema,
  after: DrawnSchema,
  database: TestDatabase,
  request: MigrateRequest = {},
): Promise<void> {
  const { dialect } = database;
  // A schema that no entity names any more is left alone, unless it is listed.
  return Workbench.on(
    database,
    async (bench) => {
      const original = await bench.stage(entitiesOf(before, dialect), async ({ migrations, dataSource }) => {
        await migrations.init();
        await migrations.migrate({ ...request, message: 'before' });
        await migrations.upgrade();
        expect(await migrations.check()).toEqual([]);
        await insertRows(dataSource, before, dialect);
        return { catalog: await dump(dataSource), rows: await readRows(dataSource) };
      });
      await bench.stage(entitiesOf(after, dialect), async ({ migrations, dataSource }) => {
        const written = await migrations.migrate({ ...request, message: 'after' });
        await migrations.upgrade();
        expect(await migrations.check()).toEqual([]);
        const kept = keptValues(before, after);
        expect(essenceOf(await readRows(dataSource), kept)).toEqual(essenceOf(original.rows, kept));

        if (written.length === 0) return;
        await migrations.downgrade();
        expect(await dump(dataSource)).toEqual(original.catalog);
        expect(essenceOf(await readRows(dataSource), kept)).toEqual(essenceOf(original.rows, kept));
      });
    },
    { includeSchemas: [OTHER_SCHEMA] },
  );
}

async function insertRows(dataSource: DataSource, schema: DrawnSchema, dialect: DialectName): Promise<void> {
  for (const [name, drawn] of Object.entries(schema)) {
    for (let row = 0; row < ROWS; row += 1) {
      const values = valuesOf(drawn, row, dialect);
      const columns = Object.keys(values).map((column) => `"${column}"`);
      const sql =
        columns.length === 0
          ? `INSERT INTO ${pathOf(name, dialect)} DEFAULT VALUES`
          : `INSERT INTO ${pathOf(name, dialect)} (${columns.join(', ')}) VALUES (${Object.values(values).join(', ')})`;
      await dataSource.query(sql);
    }
  }
  for (const [name, { refersTo, isTree }] of Object.entries(schema)) {
    const path = pathOf(name, dialect);
    if (isTree) {
      await dataSource.query(`UPDATE ${path} SET "${PARENT}" = 1 WHERE "id" = 2`);
      await dataSource.query(`INSERT INTO ${pathOf(name, dialect, '_closure')} SELECT "id", "id" FROM ${path}`);
    }
    for (const { target } of refersTo.filter((one) => one.target in schema)) {
      await dataSource.query(`UPDATE ${path} SET "${relationTo(target)}" = 4 - "id" WHERE "id" < 3`);
    }
  }
}

function valuesOf(drawn: DrawnTable, row: number, dialect: DialectName): Record<string, string> {
  const drawnValues = Object.entries(drawn.columns).map(([name, column]) => [
    name,
    column.nullable && row === 1 ? 'NULL' : families[name]!.value(row, dialect, column),
  ]);
  return {
    ...(Object.fromEntries(drawnValues) as Record<string, string>),
    ...(drawn.generated === 'plain' && { derived: String(row * 100) }),
  };
}

/** The columns that both schemas have and no change is asked of, by table; and whether gaps in them are filled. */
type Kept = Readonly<Record<string, readonly { readonly column: string; readonly fillsGaps: boolean }[]>>;

function keptValues(before: DrawnSchema, after: DrawnSchema): Kept {
  return Object.fromEntries(
    Object.entries(before).flatMap(([name, table]) => {
      const next = after[name];
      if (next === undefined) return [];
      const columns = Object.keys(table.columns).filter((column) => column in next.columns);
      const relations = table.refersTo
        .filter(({ target }) => target in before && target in after)
        .filter(({ target }) => next.refersTo.some((other) => other.target === target))
        .map(({ target }) => relationTo(target));
      const parent = table.isTree && next.isTree ? [PARENT] : [];
      const hasDerived = table.generated !== '' && table.generated === next.generated;
      return [
        [
          name,
          [
            ...['id', ...relations, ...parent, ...(hasDerived ? ['derived'] : [])].map((column) => ({
              column,
              fillsGaps: false,
            })),
            ...columns.map((column) => ({ column, fillsGaps: !next.columns[column]!.nullable })),
          ],
        ],
      ];
    }),
  );
}

/** What must stay the same of the rows. */
function essenceOf(rows: Rows, kept: Kept): unknown {
  return Object.fromEntries(
    Object.entries(kept).map(([table, columns]) => [
      table,
      (rows[table] ?? rows[`${OTHER_SCHEMA}.${table}`] ?? [])
        .map((row) => columns.map(({ column, fillsGaps }) => valueOf(row, column, fillsGaps)))
        .sort(([first = ''], [second = '']) => Number(first) - Number(second)),
    ]),
  );
}

function valueOf(row: TextRow, column: string, fillsGaps: boolean): string {
  if (!(column in row)) return 'lost';
  const text = row[column];
  // The second row holds NULL where the first schema allows it.
  if (fillsGaps && row['id'] === '2') return 'filled where it was NULL';
  if (text === null || text === undefined) return 'NULL';
  return families[column]?.essence(text) ?? text;
}
