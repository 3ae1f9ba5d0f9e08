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
  readonly previous: QualifiedName;
  readonly present: QualifiedName;
}

/** The name of a table before all renames, and those of its columns by their present names. */
interface PreviousNames {
  readonly table: QualifiedName;
  readonly columns: ReadonlyMap<string, string>;
}

/**
 * The renames of join tables and of their columns that follow from renames of the tables that they join, and of their keys.
 *
 * TypeORM composes the name of a join table or a closure table from the names of its tables, and the names of its columns from those and
 * the names of the keys; its schema is that of one of the tables. If only these differ it is the same table, and nobody is asked.
 *
 * Example: after the rename `post:article`, `post_tags_tag` becomes `article_tags_tag`, and its column `postId` `articleId`.
 *
 * @param renames the renames that led to `actual`
 */
export function joinTableRenames(
  renames: readonly Operation[],
  actual: SchemaModel,
  wanted: SchemaModel,
): readonly Operation[] {
  const previousNames = previousNamesOf(renames);
  if (previousNames.size === 0) return [];
  const [actualTables, wantedTables] = [joinTablesOf(actual), joinTablesOf(wanted)];
  return [...actualTables].flatMap(([key, table]) => {
    const names = joinedNames(table, previousNames);
    const same = wantedTables.get(key);
    if (same !== undefined) return columnRenames(table, same, names, previousNames);
    const follower = [...wantedTables.values()].find(
      (other) => !actualTables.has(qualifiedKey(other)) && isFollower(table, other, names),
    );
    if (follower === undefined) return [];
    const rename: Operation = { kind: 'renameTable', table: qualifiedNameOf(table), to: qualifiedNameOf(follower) };
    return [rename, ...columnRenames(table, follower, names, previousNames)];
  });
}

/** Whether all columns of a table are in foreign keys, of which it has several: it does nothing but join other tables. */
export function isJoinTable({ columns, foreignKeys }: TableModel): boolean {
  const joining = new Set(foreignKeys.flatMap(({ columnNames }) => columnNames));
  return foreignKeys.length > 1 && columns.every(({ name }) => joining.has(name));
}

function joinTablesOf({ tables }: SchemaModel): ReadonlyMap<string, TableModel> {
  return new Map(tables.filter(isJoinTable).map((table) => [qualifiedKey(table), table]));
}

/** The previous names of what was renamed, by the keys of the tables' present names. */
function previousNamesOf(renames: readonly Operation[]): ReadonlyMap<string, PreviousNames> {
  const names = new Map<string, PreviousNames>();
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

function joinedNames({ foreignKeys }: TableModel, previousNames: ReadonlyMap<string, PreviousNames>): readonly Names[] {
  return foreignKeys.map((key) => {
    const present = referencedTable(key);
    return { previous: previousNames.get(qualifiedKey(present))?.table ?? present, present };
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

/** Whether a table is in the same schema, or moved with a table that it joins from one schema to the other. */
function isSameSchema(table: TableModel, other: TableModel, names: readonly Names[]): boolean {
  if (table.schema === other.schema) return true;
  return names.some(({ previous, present }) => previous.schema === table.schema && present.schema === other.schema);
}

function targetOf(key: ForeignKeyModel): string {
  return JSON.stringify([qualifiedKey(referencedTable(key)), key.referencedColumnNames]);
}

function columnRenames(
  table: TableModel,
  other: TableModel,
  names: readonly Names[],
  previousNames: ReadonlyMap<string, PreviousNames>,
): readonly Operation[] {
  const [actualNames, wantedNames] = [new Set(table.columns.map(nameOf)), new Set(other.columns.map(nameOf))];
  const removed = [...actualNames].filter((name) => !wantedNames.has(name));
  const added = [...wantedNames].filter((name) => !actualNames.has(name));
  return removed.flatMap((from): Operation[] => {
    const key = referenceOf(table, from);
    const { column: present = '' } = key ?? {};
    const previous = key && previousNames.get(key.table)?.columns.get(present);
    const to = added.find((name) => {
      const isOfKey = previous !== undefined && isDeepStrictEqual(key, referenceOf(other, name));
      return isSameName(from, name, names) || (isOfKey && isSameName(from, name, names, { previous, present }));
    });
    return to === undefined ? [] : [{ kind: 'renameColumn', table: qualifiedNameOf(other), from, to }];
  });
}

function nameOf({ name }: { readonly name: string }): string {
  return name;
}

/** The column that a column refers to, and the key of its table. */
function referenceOf(
  { foreignKeys }: TableModel,
  name: string,
): { readonly table: string; readonly column: string } | undefined {
  const key = foreignKeys.find(({ columnNames }) => columnNames.includes(name));
  const column = key?.referencedColumnNames[key.columnNames.indexOf(name)];
  return key && column !== undefined ? { table: qualifiedKey(referencedTable(key)), column } : undefined;
}

/**
 * Whether two names are the same but for the names of tables at their start or end, and for the name of a column in the rest.
 *
 * Only letters and digits are compared, in lower case: TypeORM converts the name of a table to snake case for a join table, and to
 * camel case for a column, which leaves out spaces and dashes too.
 */
function isSameName(
  previous: string,
  present: string,
  names: readonly Names[],
  column: { readonly previous: string; readonly present: string } = { previous: '', present: '' },
): boolean {
  const none: Names = { previous: { name: '' }, present: { name: '' } };
  const [previousColumn, presentColumn] = [lettersOf(column.previous), lettersOf(column.present)];
  return [none, ...names].some((start) =>
    [none, ...names].some((end) => {
      const rest = between(previous, start.previous.name, end.previous.name);
      const other = between(present, start.present.name, end.present.name);
      return rest !== undefined && other !== undefined && isReplaced(rest, other, previousColumn, presentColumn);
    }),
  );
}

/** Whether one name becomes the other when one occurrence of `previous` in it is replaced by `present`. */
function isReplaced(name: string, other: string, previous: string, present: string): boolean {
  return Array.from(name).some(
    (_, at) =>
      name.startsWith(previous, at) && name.slice(0, at) + present + name.slice(at + previous.length) === other,
  );
}

/** What a name has between a start and an end; undefined when it does not start and end with them. */
function between(name: string, start: string, end: string): string | undefined {
  const [whole = '', first = '', last = ''] = [name, start, end].map(lettersOf);
  const isMadeOf = whole.length > first.length + last.length && whole.startsWith(first) && whole.endsWith(last);
  return isMadeOf ? whole.slice(first.length, whole.length - last.length) : undefined;
}

function lettersOf(name: string): string {
  return name.replaceAll(/[^\p{L}\p{N}]/gu, '').toLowerCase();
}
