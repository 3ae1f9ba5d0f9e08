import { qualifiedKey, type SchemaModel, type TableModel } from './schema.model.js';

/**
 * Whether two members of a schema, or two schemas, are equal, field by field.
 *
 * They are plain data: strings, numbers, lists and objects of these. `isDeepStrictEqual` checks more and takes three times as long,
 * and a database has tens of thousands of columns. It also tells lists of another realm apart (Jest has several).
 */
export function isSameData(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one)) {
    return (
      Array.isArray(other) && one.length === other.length && one.every((item, place) => isSameData(item, other[place]))
    );
  }
  return !Array.isArray(other) && hasSameFields(one as Fields, other as Fields);
}

type Fields = Readonly<Record<string, unknown>>;

function hasSameFields(one: Fields, other: Fields): boolean {
  let count = 0;
  for (const key in one) {
    if (!(key in other) || !isSameData(one[key], other[key])) return false;
    count += 1;
  }
  for (const _key in other) count -= 1;
  return count === 0;
}

/**
 * The wanted schema in which every table that equals its actual one is that same object.
 *
 * Identical objects need no comparing later, and in most databases that is nearly all of them.
 */
export function withActualTables(wanted: SchemaModel, actual: SchemaModel): SchemaModel {
  const tables = new Map(actual.tables.map((table) => [qualifiedKey(table), table]));
  const shared = (table: TableModel): TableModel => {
    const other = tables.get(qualifiedKey(table));
    return other !== undefined && isSameTable(table, other) ? other : table;
  };
  return { ...wanted, tables: wanted.tables.map(shared) };
}

/** Whether two tables are the same. Columns are compared by position, constraints and indexes by name. */
export function isSameTable(one: TableModel, other: TableModel): boolean {
  if (one === other) return true;
  return (
    isSameData({ ...one, ...WITHOUT_NAMED }, { ...other, ...WITHOUT_NAMED }) &&
    NAMED.every((kind) => hasSameMembers(one[kind], other[kind]))
  );
}

const NAMED = ['uniques', 'checks', 'exclusions', 'foreignKeys', 'indices'] as const;
const WITHOUT_NAMED = Object.fromEntries(NAMED.map((kind) => [kind, undefined]));

interface Named {
  readonly name?: string;
}

function hasSameMembers(one: readonly Named[], other: readonly Named[]): boolean {
  return (
    one.length === other.length && one.every((member, place) => isSameData(member, namesake(member, place, other)))
  );
}

/** The counterpart of a member by its name; an unnamed one pairs with the member at the same position. */
function namesake({ name }: Named, place: number, others: readonly Named[]): Named | undefined {
  const opposite = others[place];
  return name === undefined || opposite?.name === name ? opposite : others.find((other) => other.name === name);
}
