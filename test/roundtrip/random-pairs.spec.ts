import * as fc from 'fast-check';
import { EntitySchema, type EntitySchemaColumnOptions } from 'typeorm';
import { createPostgresDatabase, createSqliteDatabase, type DatabaseMaker } from '../support/databases.js';
import { catalog, compare, run, typeormDifferences, upgrade, withDataSource } from './round-trip.js';

/** An entity as it is drawn: data, so that a failure can be read. */
interface Drawn {
  readonly columns: Readonly<Record<string, EntitySchemaColumnOptions>>;
  readonly target?: string;
  readonly onDelete?: 'CASCADE';
  readonly unique: boolean;
  readonly index?: string;
  readonly check?: string;
}

const tableNames = ['alpha', 'beta', 'gamma'];

/** Types whose values become each other, whatever they are: a row holds '1' everywhere. */
const shapes: Readonly<Record<'postgres' | 'sqlite', readonly EntitySchemaColumnOptions[]>> = {
  postgres: [
    { type: 'int' },
    { type: 'bigint' },
    { type: 'varchar' },
    { type: 'varchar', length: 40 },
    { type: 'text' },
    { type: 'smallint' },
    { type: 'enum', enum: ['0', '1'] },
    { type: 'enum', enum: ['1', '2', '0'] },
    { type: 'enum', enum: ['0', '1'], enumName: 'shared' },
  ],
  sqlite: [
    { type: 'int' },
    { type: 'bigint' },
    { type: 'varchar' },
    { type: 'varchar', length: 40 },
    { type: 'text' },
    { type: 'simple-enum', enum: ['0', '1'] },
    { type: 'simple-enum', enum: ['1', '2', '0'] },
  ],
};

const arbitraryColumn = (dialect: 'postgres' | 'sqlite'): fc.Arbitrary<EntitySchemaColumnOptions> =>
  fc.tuple(fc.constantFrom(...shapes[dialect]), fc.boolean(), fc.boolean()).map(([shape, nullable, hasDefault]) => ({
    ...shape,
    ...(nullable && { nullable }),
    ...((hasDefault || !nullable) && { default: String(shape.type).endsWith('int') ? 1 : '1' }),
  }));

const arbitraryEntities = (dialect: 'postgres' | 'sqlite'): fc.Arbitrary<Record<string, Drawn>> =>
  fc.dictionary(
    fc.constantFrom(...tableNames),
    fc.record(
      {
        columns: fc.dictionary(fc.constantFrom('a', 'b', 'c'), arbitraryColumn(dialect)),
        target: fc.constantFrom(...tableNames),
        onDelete: fc.constant('CASCADE' as const),
        unique: fc.boolean(),
        index: fc.constantFrom('"id" > 5', '"id" > 6'),
        check: fc.constantFrom('id > 0', 'id > -1'),
      },
      { requiredKeys: ['columns', 'unique'] },
    ),
    { minKeys: 1 },
  );

function entitiesOf(drawn: Record<string, Drawn>): EntitySchema[] {
  return Object.entries(drawn).map(([name, { columns, target, onDelete, unique, index, check }]) => {
    const names = Object.keys(columns);
    const hasTarget = target !== undefined && target in drawn;
    return new EntitySchema<Record<string, unknown>>({
      name,
      columns: { id: { type: 'int', primary: true, generated: 'increment' }, ...columns },
      relations: hasTarget ? { parent: { type: 'many-to-one', target, ...(onDelete && { onDelete }) } } : {},
      uniques: unique ? [{ columns: ['id', ...names.slice(0, 1)] }] : [],
      indices: index === undefined ? [] : [{ name: `ix_${name}`, columns: ['id', ...names.slice(0, 1)], where: index }],
      checks: check === undefined ? [] : [{ name: `ck_${name}`, expression: check }],
    });
  });
}

/** The columns that both have, of the tables that both have. */
function kept(before: Record<string, Drawn>, after: Record<string, Drawn>): [string, string[]][] {
  return Object.entries(before).flatMap(([name, { columns }]): [string, string[]][] => {
    const next = after[name];
    return next === undefined
      ? []
      : [[name, ['id', ...Object.keys(columns).filter((column) => column in next.columns)]]];
  });
}

async function checkPair(make: DatabaseMaker, before: Record<string, Drawn>, after: Record<string, Drawn>) {
  const database = await make();
  try {
    const original = await withDataSource(database, entitiesOf(before), async (dataSource) => {
      await upgrade(dataSource);
      for (const [name, { columns }] of Object.entries(before)) {
        const names = Object.keys(columns).map((column) => `"${column}"`);
        await dataSource.query(
          names.length === 0
            ? `INSERT INTO ${name} DEFAULT VALUES`
            : `INSERT INTO ${name} (${names.join(', ')}) VALUES (${names.map(() => "'1'").join(', ')})`,
        );
      }
      return catalog(dataSource);
    });
    await withDataSource(database, entitiesOf(after), async (dataSource) => {
      const { downgrade } = await upgrade(dataSource);
      for (const [name, columns] of kept(before, after)) {
        const rows: Record<string, unknown>[] = await dataSource.query(
          `SELECT ${columns.map((column) => `"${column}"`).join(', ')} FROM ${name}`,
        );
        expect(rows.map((row) => Object.values(row).map(Number))).toEqual([columns.map(() => 1)]);
      }
      expect((await compare(dataSource)).operations).toEqual([]);
      expect(await typeormDifferences(dataSource)).toEqual([]);

      await run(dataSource, downgrade);
      expect(comparable(await catalog(dataSource))).toEqual(comparable(original));
    });
  } finally {
    await database.drop();
  }
}

/** A catalog in which order says nothing: what was dropped comes back at the end. */
function comparable({ tables, enums }: Awaited<ReturnType<typeof catalog>>): unknown {
  return {
    enums: enums.toSorted(byName),
    tables: tables.toSorted(byName).map((one) => ({ ...one, columns: one.columns.toSorted(byName) })),
  };
}

function byName(first: { readonly name: string }, second: { readonly name: string }): number {
  return first.name < second.name ? -1 : 1;
}

describe('random pairs of schemas, with rows in them', () => {
  it.each([
    ['postgres', createPostgresDatabase, 15],
    ['sqlite', createSqliteDatabase, 60],
  ] as const)(
    'lead from one to the other without losing a value, and back, on %s',
    async (dialect, make, numRuns) => {
      await fc.assert(
        fc.asyncProperty(arbitraryEntities(dialect), arbitraryEntities(dialect), (before, after) =>
          checkPair(make, before, after),
        ),
        { numRuns, endOnFailure: true },
      );
    },
    600_000,
  );
});
