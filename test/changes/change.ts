import { EntitySchema, type EntitySchemaColumnOptions, type EntitySchemaOptions } from 'typeorm';
import type { DialectName } from '../support/databases.js';

export type { DialectName } from '../support/databases.js';
export type Entity = EntitySchema | (new () => object);
/** By `table.column`: the text that every row holds there. */
export type Values = Readonly<Record<string, string>>;
type OnDialect<T> = Partial<Readonly<Record<DialectName, T>>>;

/** A query, and the rows that the driver returns for it after the upgrade and after the downgrade. */
export interface Reading {
  readonly sql: string;
  readonly upgraded: readonly object[];
  readonly downgraded: readonly object[];
}

/** A change of entities on tables with rows in them, and what is to become of the rows. */
export interface Change {
  readonly id: string;
  readonly title: string;
  /**
   * What TypeORM's own generated migration does, in few words; a change is tried on the databases named here.
   *
   * Measured once for each case, as `write-report.mjs` says: `synchronize` the first schema, insert the rows, run what
   * `driver.createSchemaBuilder().log()` gives for the second schema as a migration, compare the rows, and revert it.
   */
  readonly typeorm: OnDialect<string>;
  readonly before: readonly Entity[];
  readonly after: readonly Entity[];
  /** Statements run on the first schema: its rows, and what somebody made by hand. */
  readonly rows: readonly string[];
  /** Rows and objects that one database has its own words for. */
  readonly rowsOn?: OnDialect<readonly string[]>;
  /** The renames that a person confirms; without them the change must be warned of as a drop and an addition. */
  readonly renames?: Readonly<Record<string, string>>;
  /** Values that the upgrade is asked to change; all others stay. */
  readonly becomes?: OnDialect<Values>;
  /** Values that do not come back because the upgrade was asked to give them up. */
  readonly back?: OnDialect<Values>;
  /** What an application reads, where the text of each value in its table does not show it: a view, the type of a value. */
  readonly reads?: OnDialect<Reading>;
  /** A clear failure that leaves the database as it was: the message. */
  readonly refused?: OnDialect<RegExp>;
  /** A downgrade that fails clearly and leaves the database as the upgrade left it, because rows are in its way. */
  readonly downgradeRefused?: OnDialect<RegExp>;
  /** Where the database is right already, since the entities say the same in other words: no revision is written. */
  readonly unchangedOn?: readonly DialectName[];
  /** Why TypeORM's own `synchronize` cannot make the second schema, so that its comparison has nothing to be measured by. */
  readonly unmadeByTypeorm?: OnDialect<RegExp>;
}

export type Column = EntitySchemaColumnOptions;
export type Columns = Readonly<Record<string, Column>>;
type TableOptions = Partial<
  Pick<
    EntitySchemaOptions<object>,
    | 'tableName'
    | 'schema'
    | 'trees'
    | 'uniques'
    | 'checks'
    | 'indices'
    | 'exclusions'
    | 'relations'
    | 'foreignKeys'
    | 'withoutRowid'
  >
>;

/** An entity with a numeric key `id`, unless the columns say otherwise. */
export function table(name: string, columns: Columns, options: TableOptions = {}): EntitySchema {
  return new EntitySchema({
    name,
    columns: { id: { type: 'int', primary: true, generated: 'increment' }, ...columns },
    ...options,
  } as EntitySchemaOptions<unknown>);
}

/** A view over the columns named. */
export function view(expression: string, ...columns: readonly string[]): EntitySchema {
  return new EntitySchema({
    name: 'v',
    type: 'view',
    expression,
    columns: Object.fromEntries(columns.map((column) => [column, { type: 'int' }])),
  } as EntitySchemaOptions<unknown>);
}

/** A change of the one column `c` of the table `t`, in which one row holds `value` (SQL). */
export function ofColumn(
  change: Pick<Change, 'id' | 'title' | 'typeorm'> & Partial<Change>,
  before: Column,
  after: Column,
  value: string,
): Change {
  return {
    before: [table('t', { c: before })],
    after: [table('t', { c: after })],
    rows: [`INSERT INTO t (c) VALUES (${value})`],
    ...change,
  };
}

/** The value of `t.c` as the driver returns it after the upgrade and after the downgrade. */
export function valueOfC(upgraded: unknown, downgraded: unknown = upgraded): Reading {
  return { sql: 'SELECT c FROM t', upgraded: [{ c: upgraded }], downgraded: [{ c: downgraded }] };
}

export const OK = 'ok';
export const MISSED = 'does not notice';
export const UNUSABLE = 'fails on a table with a row';
export const LOSES = 'loses the values';
