import { isDeepStrictEqual } from 'node:util';
import type { Operation } from '../../operations/operation.js';
import {
  type ForeignKeyModel,
  qualifiedKey,
  qualifiedNameOf,
  type QualifiedName,
  referencedTable,
  type SchemaModel,
  type TableModel,
} from '../../schema/schema.model.js';

/** The names of a table before and after its rename; of one that was not renamed they are the same. */
interface Names {
  readonly old: QualifiedName;
  readonly now: QualifiedName;
}

/** What a table was called at first, and its columns by their present names. */
interface OldNames {
  readonly table: QualifiedName;
  readonly columns: ReadonlyMap<string, string>;
}

/**
 * The renames of join tables and of their columns that follow from renames of the tables that they join, and of their keys.
 *
 * TypeORM makes the names of join and closure tables out of those of their tables, and the names of their columns out of those
 * and of the names of the keys, and puts them into the schema of one. What differs in nothing but these is the same table:
 * nobody has to be asked about it.
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
    if (same !== undefined) return columnRenames(table, same, names, oldNames);
    const follower = [...coming.values()].find(
      (other) => !standing.has(qualifiedKey(other)) && isFollower(table, other, names),
    );
    if (follower === undefined) return [];
    const rename: Operation = { kind: 'renameTable', table: qualifiedNameOf(table), to: qualifiedNameOf(follower) };
    return [rename, ...columnRenames(table, follower, names, oldNames)];
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

/** What was called otherwise at first, by the keys of the tables' present names. */
function oldNamesOf(renames: readonly Operation[]): ReadonlyMap<string, OldNames> {
  const names = new Map<string, OldNames>();
  for (const rename of renames) {
    if (rename.kind !== 'renameTable' && rename.kind !== 'renameColumn') continue;
    const key = qualifiedKey(rename.table);
    const known = names.get(key) ?? { table: rename.table, columns: new Map() };
    if (rename.kind === 'renameTable') {
      names.delete(key);
      names.set(qualifiedKey(rename.to), known);
    } else {
      const columns = new Map(known.columns).set(rename.to, known.columns.get(rename.from) ?? rename.from);
      columns.delete(rename.from);
      names.set(key, { ...known, columns });
    }
  }
  return names;
}

function joinedNames({ foreignKeys }: TableModel, oldNames: ReadonlyMap<string, OldNames>): readonly Names[] {
  return foreignKeys.map((key) => {
    const now = referencedTable(key);
    return { old: oldNames.get(qualifiedKey(now))?.table ?? now, now };
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

function columnRenames(
  table: TableModel,
  other: TableModel,
  names: readonly Names[],
  oldNames: ReadonlyMap<string, OldNames>,
): readonly Operation[] {
  const [had, has] = [table, other].map(({ columns }) => columns.map(({ name }) => name));
  const left = had?.filter((name) => has?.includes(name) === false) ?? [];
  const added = has?.filter((name) => had?.includes(name) === false) ?? [];
  return left.flatMap((from): Operation[] => {
    const key = keyOf(table, from);
    const { column: now = '' } = key ?? {};
    const old = key && oldNames.get(key.table)?.columns.get(now);
    const to = added.find((name) => {
      const isOfKey = old !== undefined && isDeepStrictEqual(key, keyOf(other, name));
      return isSameName(from, name, names) || (isOfKey && isSameName(from, name, names, { old, now }));
    });
    return to === undefined ? [] : [{ kind: 'renameColumn', table: qualifiedNameOf(other), from, to }];
  });
}

/** The column that a column refers to, and the key of its table. */
function keyOf(
  { foreignKeys }: TableModel,
  name: string,
): { readonly table: string; readonly column: string } | undefined {
  const key = foreignKeys.find(({ columnNames }) => columnNames.includes(name));
  const column = key?.referencedColumnNames[key.columnNames.indexOf(name)];
  return key && column !== undefined ? { table: qualifiedKey(referencedTable(key)), column } : undefined;
}

/**
 * Whether two names are the same but for the names of tables that they begin or end with, and for the name of a column in
 * the rest.
 *
 * Letters and digits alone, whatever their case: TypeORM puts a table's name into snake case for a join table, and into camel
 * case for a column, which leaves out spaces and dashes too.
 */
function isSameName(
  old: string,
  now: string,
  names: readonly Names[],
  column: { readonly old: string; readonly now: string } = { old: '', now: '' },
): boolean {
  const none: Names = { old: { name: '' }, now: { name: '' } };
  const [had, has] = [lettersOf(column.old), lettersOf(column.now)];
  return [none, ...names].some((start) =>
    [none, ...names].some((end) => {
      const rest = between(old, start.old.name, end.old.name);
      const other = between(now, start.now.name, end.now.name);
      return rest !== undefined && other !== undefined && isReplaced(rest, other, had, has);
    }),
  );
}

/** Whether one name becomes the other when what it has at one place is replaced. */
function isReplaced(name: string, other: string, had: string, has: string): boolean {
  return Array.from(name).some(
    (_, at) => name.startsWith(had, at) && name.slice(0, at) + has + name.slice(at + had.length) === other,
  );
}

function between(name: string, start: string, end: string): string | undefined {
  const [whole = '', first = '', last = ''] = [name, start, end].map(lettersOf);
  const isMadeOf = whole.length > first.length + last.length && whole.startsWith(first) && whole.endsWith(last);
  return isMadeOf ? whole.slice(first.length, whole.length - last.length) : undefined;
}

function lettersOf(name: string): string {
  return name.replaceAll(/[^\p{L}\p{N}]/gu, '').toLowerCase();
}
