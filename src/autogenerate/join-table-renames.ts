import type { Operation } from '../operations/operation.js';
import {
  type ForeignKeyModel,
  qualifiedKey,
  qualifiedNameOf,
  type QualifiedName,
  referencedTable,
  type SchemaModel,
  type TableModel,
} from '../schema/schema.model.js';

/** The names of a table before and after its rename; of one that was not renamed they are the same. */
interface Names {
  readonly old: QualifiedName;
  readonly now: QualifiedName;
}

/**
 * The renames of join tables and of their columns that follow from renames of the tables that they join.
 *
 * TypeORM makes the names of join and closure tables out of those of their tables, and the names of their columns too, and puts
 * them into the schema of one. What differs in nothing but these is the same table: nobody has to be asked about it.
 *
 * @param renames what was renamed, and led to `schema`
 */
export function joinTableRenames(
  renames: readonly Operation[],
  schema: SchemaModel,
  wanted: SchemaModel,
): readonly Operation[] {
  const oldNames = oldNamesOf(renames);
  if (oldNames.size === 0) return [];
  const [standing, coming] = [joinTablesOf(schema), joinTablesOf(wanted)];
  return [...standing].flatMap(([key, table]) => {
    const names = joinedNames(table, oldNames);
    const same = coming.get(key);
    if (same !== undefined) return columnRenames(table, same, names);
    const follower = [...coming.values()].find(
      (other) => !standing.has(qualifiedKey(other)) && isFollower(table, other, names),
    );
    if (follower === undefined) return [];
    const rename: Operation = { kind: 'renameTable', table: qualifiedNameOf(table), to: qualifiedNameOf(follower) };
    return [rename, ...columnRenames(table, follower, names)];
  });
}

/** Whether a table has nothing but what says which rows of other tables go together. */
export function isJoinTable({ columns, foreignKeys }: TableModel): boolean {
  const joining = new Set(foreignKeys.flatMap(({ columnNames }) => columnNames));
  return foreignKeys.length > 1 && columns.every(({ name }) => joining.has(name));
}

function joinTablesOf({ tables }: SchemaModel): ReadonlyMap<string, TableModel> {
  return new Map(tables.filter(isJoinTable).map((table) => [qualifiedKey(table), table]));
}

/** What the tables that were renamed were called at first, by the keys of their present names. */
function oldNamesOf(renames: readonly Operation[]): ReadonlyMap<string, QualifiedName> {
  const names = new Map<string, QualifiedName>();
  for (const rename of renames) {
    if (rename.kind !== 'renameTable') continue;
    const key = qualifiedKey(rename.table);
    names.set(qualifiedKey(rename.to), names.get(key) ?? rename.table);
    names.delete(key);
  }
  return names;
}

function joinedNames({ foreignKeys }: TableModel, oldNames: ReadonlyMap<string, QualifiedName>): readonly Names[] {
  return foreignKeys.map((key) => {
    const now = referencedTable(key);
    return { old: oldNames.get(qualifiedKey(now)) ?? now, now };
  });
}

function isFollower(table: TableModel, other: TableModel, names: readonly Names[]): boolean {
  return (
    isSameSchema(table, other, names) &&
    table.columns.length === other.columns.length &&
    isSameName(table.name, other.name, names) &&
    String(table.foreignKeys.map(targetOf).sort()) === String(other.foreignKeys.map(targetOf).sort())
  );
}

/** Whether a table stands where it stood, or where one of the tables went that it stood beside. */
function isSameSchema(table: TableModel, other: TableModel, names: readonly Names[]): boolean {
  if (table.schema === other.schema) return true;
  return names.some(({ old, now }) => old.schema === table.schema && now.schema === other.schema);
}

function targetOf(key: ForeignKeyModel): string {
  return JSON.stringify([qualifiedKey(referencedTable(key)), key.referencedColumnNames]);
}

function columnRenames(table: TableModel, other: TableModel, names: readonly Names[]): readonly Operation[] {
  const [had, has] = [table, other].map(({ columns }) => columns.map(({ name }) => name));
  const left = had?.filter((name) => has?.includes(name) === false) ?? [];
  const added = has?.filter((name) => had?.includes(name) === false) ?? [];
  return left.flatMap((from): Operation[] => {
    const to = added.find((name) => isSameName(from, name, names));
    return to === undefined ? [] : [{ kind: 'renameColumn', table: qualifiedNameOf(other), from, to }];
  });
}

/**
 * Whether two names are the same but for the names of tables that they begin or end with.
 *
 * Letters and digits alone, whatever their case: TypeORM puts a table's name into snake case for a join table, and into camel
 * case for a column, which leaves out spaces and dashes too.
 */
function isSameName(old: string, now: string, names: readonly Names[]): boolean {
  const none: Names = { old: { name: '' }, now: { name: '' } };
  return [none, ...names].some((start) =>
    [none, ...names].some((end) => {
      const rest = between(old, start.old.name, end.old.name);
      return rest !== undefined && rest === between(now, start.now.name, end.now.name);
    }),
  );
}

function between(name: string, start: string, end: string): string | undefined {
  const [whole = '', first = '', last = ''] = [name, start, end].map((text) =>
    text.replaceAll(/[^\p{L}\p{N}]/gu, '').toLowerCase(),
  );
  const isMadeOf = whole.length > first.length + last.length && whole.startsWith(first) && whole.endsWith(last);
  return isMadeOf ? whole.slice(first.length, whole.length - last.length) : undefined;
}
