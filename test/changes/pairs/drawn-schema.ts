import * as fc from 'fast-check';
import { EntitySchema } from 'typeorm';
import { type Column, type DialectName, type Entity, table, view } from '../change.js';
import { families } from './families.js';

/** A column as it is drawn. */
export interface DrawnColumn extends Column {
  readonly nullable: boolean;
}

/** A table as it is drawn: plain data, so that a failure can be read. */
export interface DrawnTable {
  readonly columns: Readonly<Record<string, DrawnColumn>>;
  readonly key: 'increment' | 'big increment' | 'identity';
  readonly generated: '' | 'id * 2' | 'id + 1' | 'plain';
  readonly refersTo: readonly {
    readonly target: string;
    readonly onDelete: 'CASCADE' | 'SET NULL' | 'NO ACTION';
    readonly isDeferred: boolean;
  }[];
  readonly uniques: readonly string[];
  readonly indexes: readonly {
    readonly name: string;
    readonly column: string;
    readonly where: boolean;
    readonly unique: boolean;
  }[];
  readonly checks: readonly { readonly name: string; readonly column: string }[];
  readonly excludes: boolean;
  readonly hasView: boolean;
  /** Rows have parents, and a closure table says all that stand above each. */
  readonly isTree: boolean;
}

/** Tables by name. */
export type DrawnSchema = Readonly<Record<string, DrawnTable>>;

const TABLES = ['alpha', 'Beta', 'gamma ray'];
/** The schema that the last table stands in, where there are schemas. */
export const OTHER_SCHEMA = 'Other Schema';
/** Empties a PostgreSQL database of what a pair left. */
export const RESET = `DROP SCHEMA public CASCADE; DROP SCHEMA IF EXISTS "${OTHER_SCHEMA}" CASCADE; CREATE SCHEMA public`;
const COLUMNS = Object.keys(families);

function column(name: string, dialect: DialectName): fc.Arbitrary<DrawnColumn> {
  const family = families[name]!;
  return fc
    .tuple(
      fc.constantFrom(...family.shapes[dialect]),
      fc.boolean(),
      fc.boolean(),
      fc.constantFrom(undefined, 'one', "it's"),
    )
    .map(([shape, nullable, hasDefault, comment]) => ({
      ...shape,
      nullable,
      // Without a default no row could get a value when the column is new, or held NULL.
      ...((hasDefault || !nullable) && { default: family.default(shape) as string }),
      ...(comment !== undefined && dialect === 'postgres' && { comment }),
    }));
}

const columnName = fc.constantFrom(...COLUMNS);
/** PostgreSQL has no order for JSON. */
const indexedName = fc.constantFrom(...COLUMNS.filter((name) => name !== 'document'));

function drawnTable(dialect: DialectName): fc.Arbitrary<DrawnTable> {
  return fc.record({
    columns: fc
      .uniqueArray(columnName, { maxLength: 6 })
      .chain((names) => fc.record(Object.fromEntries(names.map((name) => [name, column(name, dialect)])))),
    key: fc.constantFrom('increment', 'big increment', 'identity'),
    generated: fc.constantFrom('', '', 'id * 2', 'id + 1', 'plain'),
    refersTo: fc.uniqueArray(
      fc.record({
        target: fc.constantFrom(...TABLES),
        onDelete: fc.constantFrom('CASCADE', 'SET NULL', 'NO ACTION'),
        isDeferred: fc.boolean(),
      }),
      { maxLength: 2, selector: ({ target }) => target },
    ),
    uniques: fc.uniqueArray(indexedName, { maxLength: 2 }),
    indexes: fc.uniqueArray(
      fc.record({
        name: fc.constantFrom('ix one', 'ix_two'),
        column: indexedName,
        where: fc.boolean(),
        unique: fc.boolean(),
      }),
      { maxLength: 2, selector: ({ name }) => name },
    ),
    checks: fc.uniqueArray(fc.record({ name: fc.constantFrom('ck one', 'ck_two'), column: columnName }), {
      maxLength: 2,
      selector: ({ name }) => name,
    }),
    excludes: fc.boolean(),
    hasView: fc.boolean(),
    isTree: fc.constantFrom(false, false, true),
  });
}

export function drawnSchema(dialect: DialectName): fc.Arbitrary<DrawnSchema> {
  return fc
    .uniqueArray(fc.constantFrom(...TABLES), { minLength: 1, maxLength: TABLES.length })
    .chain((names) => fc.record(Object.fromEntries(names.map((name) => [name, drawnTable(dialect)]))));
}

/** The entities of a drawn schema. */
export function entitiesOf(schema: DrawnSchema, dialect: DialectName): Entity[] {
  return Object.entries(schema).flatMap(([name, drawn]) => {
    const names = Object.keys(drawn.columns);
    const known = <T extends { readonly column: string }>(list: readonly T[]): T[] =>
      list.filter((one) => names.includes(one.column));
    const holds = (column: string): string => `"${column}" IS NOT NULL OR "id" > 0`;
    const entity = table(name, columnsOf(drawn, dialect), {
      tableName: name,
      ...(drawn.isTree && { trees: [{ type: 'closure-table' }] }),
      ...(dialect === 'postgres' && postgresOptions(name, drawn)),
      relations: { ...relationsOf(drawn, schema, dialect), ...(drawn.isTree && treeOf(name)) } as never,
      uniques: drawn.uniques.filter((one) => names.includes(one)).map((one) => ({ columns: ['id', one] })),
      indices: known(drawn.indexes).map((index) => ({
        name: `${index.name} ${name}`,
        columns: index.unique ? [index.column, 'id'] : [index.column],
        unique: index.unique,
        ...(index.where && { where: holds(index.column) }),
      })),
      checks: known(drawn.checks).map((check) => ({ name: `${check.name} ${name}`, expression: holds(check.column) })),
    });
    return drawn.hasView && name === 'alpha' ? [entity, viewOf(name, names)] : [entity];
  });
}

/** The name of a drawn table in SQL, or with a suffix that of the one beside it. */
export function pathOf(name: string, dialect: DialectName, suffix = ''): string {
  const quoted = `"${name}${suffix}"`;
  return dialect === 'postgres' && standsElsewhere(name) ? `"${OTHER_SCHEMA}".${quoted}` : quoted;
}

function standsElsewhere(name: string): boolean {
  return name === TABLES.at(-1);
}

function postgresOptions(name: string, { excludes }: DrawnTable): object {
  return {
    ...(standsElsewhere(name) && { schema: OTHER_SCHEMA }),
    ...(excludes && { exclusions: [{ name: `ex ${name}`, expression: 'USING gist ("id" WITH =)' }] }),
  };
}

function columnsOf(drawn: DrawnTable, dialect: DialectName): Record<string, Column> {
  const key = dialect === 'postgres' ? drawn.key : 'increment';
  return {
    id: {
      type: key === 'big increment' ? 'bigint' : 'int',
      primary: true,
      // EntitySchema takes it, though its type does not say so.
      generated: (key === 'identity' ? 'identity' : 'increment') as 'increment',
    },
    ...drawn.columns,
    ...(drawn.generated === '' ? {} : { derived: derived(drawn.generated) }),
  };
}

function derived(expression: string): Column {
  const plain: Column = { type: 'int', nullable: true };
  return expression === 'plain' ? plain : { ...plain, asExpression: expression, generatedType: 'STORED' };
}

function relationsOf({ refersTo }: DrawnTable, schema: DrawnSchema, dialect: DialectName): object {
  return Object.fromEntries(
    refersTo
      .filter(({ target }) => target in schema)
      .map(({ target, onDelete, isDeferred }) => [
        relationTo(target),
        {
          type: 'many-to-one',
          target,
          onDelete,
          nullable: true,
          joinColumn: { name: relationTo(target) },
          ...(isDeferred && dialect === 'postgres' && { deferrable: 'INITIALLY DEFERRED' }),
        },
      ]),
  );
}

/** The name of the foreign key column to a table. */
export function relationTo(target: string): string {
  return `${target.replaceAll(' ', '_')}_id`;
}

/** The column of a tree that refers to the row above. */
export const PARENT = 'parent_id';

/** The relations of a table whose rows have parents in it. */
function treeOf(name: string): object {
  const joinColumn = { name: PARENT };
  return {
    parent: {
      type: 'many-to-one',
      target: name,
      treeParent: true,
      nullable: true,
      joinColumn,
      inverseSide: 'children',
    },
    children: { type: 'one-to-many', target: name, treeChildren: true, inverseSide: 'parent' },
  };
}

function viewOf(name: string, columns: readonly string[]): EntitySchema {
  const list = ['id', ...columns].map((column) => `"${column}"`).join(', ');
  return view(`SELECT ${list} FROM "${name}" WHERE "id" > 0`, 'id', ...columns);
}
