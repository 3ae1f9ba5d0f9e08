import type { AbsentObject, DatabaseObject, Inventory, LeftOut, TableMember } from '../../dialects/inventory.js';
import { emptySchema, type TableModel, type ViewModel } from '../../schema/schema.model.js';
import type { SqlRules } from '../../sql/rules.js';
import type { CompareContext } from '../compare/compare-context.js';
import type { CompareOptions } from '../compare/compare-options.js';
import { includedMembers } from '../compare/compare-tables.js';
import { Inclusion, parentsOf, visibleSchema } from '../compare/inclusion.js';
import type { TableObject } from './arrange.js';

/** The filters of a comparison, called only for objects of the database. */
export type InclusionOptions = Pick<CompareOptions, 'includeName' | 'includeObject'>;

/**
 * The part of a database that the options include. An object that needs one that is left out is left out as well, and reported; an
 * object that an option leaves out is not reported, since that is intended.
 */
export function includedPart(inventory: Inventory, options: InclusionOptions, rules: SqlRules): Inventory {
  const { objects, leftOut, absent } = inventory;
  const included = objects.flatMap((object) => includedObject(object, options, rules) ?? []);
  const ids = new Set(included.map(({ id }) => id));
  const out = new Map<string, string>([
    ...absent.map(nameById),
    ...objects.filter(({ id }) => !ids.has(id)).map(nameById),
    ...leftOut.flatMap(({ id, description }) => (id === undefined ? [] : [[id, description] as const])),
  ]);
  const { kept, followers } = withoutFollowers(included, out);
  return { ...inventory, objects: kept, leftOut: [...leftOut, ...followers] };
}

function nameById({ id, description }: AbsentObject): readonly [string, string] {
  return [id, description];
}

function includedObject(
  object: DatabaseObject,
  options: InclusionOptions,
  sqlRules: SqlRules,
): DatabaseObject | undefined {
  const { includeName } = options;
  if (includeName !== undefined && !includeName(schemaOf(object), 'schema', {})) return undefined;
  const inclusion = new Inclusion(
    (asked, name, type) => options.includeObject?.(asked, name, type, true, null) ?? true,
  );
  switch (object.kind) {
    case 'table':
      return includedTable(object, { inclusion, sqlRules }, options);
    case 'view': {
      const [view] = visibleSchema({ ...emptySchema, views: [object.view] }, includeName).views;
      if (view === undefined || !inclusion.ofActual('view', view)) return undefined;
      return { ...object, view: withIndices(view, inclusion) };
    }
    case 'enum': {
      const isVisible = visibleSchema({ ...emptySchema, enums: [object.enum] }, includeName).enums.length > 0;
      return isVisible && inclusion.ofActual('enum', object.enum) ? object : undefined;
    }
    default:
      return object;
  }
}

/** The schema of an object; null for the data source's own, and for an object that is in none. */
function schemaOf(object: DatabaseObject): string | null {
  switch (object.kind) {
    case 'schema':
      return object.name;
    case 'extension':
      return null;
    case 'enum':
      return object.enum.schema ?? null;
    case 'sequence':
      return object.sequence.schema ?? null;
    case 'table':
      return object.table.schema ?? null;
    case 'view':
      return object.view.schema ?? null;
    case 'sql':
      return object.schema ?? null;
  }
}

function withIndices(view: ViewModel, inclusion: Inclusion): ViewModel {
  return { ...view, indices: view.indices.filter((index) => inclusion.ofActual('index', index)) };
}

function includedTable(
  object: TableObject,
  { inclusion, sqlRules }: Pick<CompareContext, 'inclusion' | 'sqlRules'>,
  { includeName, includeObject }: InclusionOptions,
): TableObject | undefined {
  const { table } = object;
  const isVisible = visibleSchema({ ...emptySchema, tables: [table] }, includeName).tables.length > 0;
  if (!isVisible || !inclusion.ofActual('table', table)) return undefined;
  const parents = parentsOf(table);
  const ofMembers = new Inclusion(
    (member, name, type) =>
      (includeName?.(name, type, parents) ?? true) && (includeObject?.(member, name, type, true, null) ?? true),
  );
  return withMembers(object, includedMembers(table, { inclusion: ofMembers, sqlRules }));
}

/** A table object with a smaller table, and those of its members that are left in it. */
function withMembers(object: TableObject, table: TableModel): TableObject {
  return { ...object, table, members: object.members.filter((member) => isIn(table, member)) };
}

function isIn(table: TableModel, { kind, name }: TableMember): boolean {
  const { columns, primaryKey, uniques, checks, exclusions, foreignKeys, indices } = table;
  const lists = {
    default: columns,
    primaryKey: primaryKey === undefined ? [] : [primaryKey],
    unique: uniques,
    check: checks,
    exclusion: exclusions,
    foreignKey: foreignKeys,
    index: indices,
  };
  return lists[kind].some((member) => member.name === name);
}

/** A table without one of its members. */
export function withoutMember(table: TableModel, { kind, name }: TableMember): TableModel {
  const others = <T extends { readonly name?: string }>(members: readonly T[]): T[] =>
    members.filter((member) => member.name !== name);
  switch (kind) {
    case 'default':
      return {
        ...table,
        columns: table.columns.map((column) => (column.name === name ? undefaulted(column) : column)),
      };
    case 'primaryKey': {
      const { primaryKey: _primaryKey, ...rest } = table;
      return rest;
    }
    case 'unique':
      return { ...table, uniques: others(table.uniques) };
    case 'check':
      return { ...table, checks: others(table.checks) };
    case 'exclusion':
      return { ...table, exclusions: others(table.exclusions) };
    case 'foreignKey':
      return { ...table, foreignKeys: others(table.foreignKeys) };
    case 'index':
      return { ...table, indices: others(table.indices) };
  }
}

function undefaulted({ default: _default, ...column }: TableModel['columns'][number]): TableModel['columns'][number] {
  return column;
}

interface Followed {
  readonly kept: readonly DatabaseObject[];
  readonly followers: readonly LeftOut[];
}

/**
 * Leaves out the objects that need one that is left out, directly or through others.
 *
 * @param out the descriptions of what is left out, by id; those of the followers are added
 */
function withoutFollowers(objects: readonly DatabaseObject[], out: Map<string, string>): Followed {
  const followers: LeftOut[] = [];
  let kept = objects;
  for (let size = -1; size !== out.size + followers.length;) {
    size = out.size + followers.length;
    kept = kept.flatMap((object) => {
      if (object.partOf !== undefined && out.has(object.partOf)) {
        out.set(object.id, object.description);
        return [];
      }
      const need = object.needs.find((id) => out.has(id));
      if (need === undefined) return [object.kind === 'table' ? withoutLost(object, out, followers) : object];
      out.set(object.id, object.description);
      followers.push({ id: object.id, description: object.description, reason: `it needs ${out.get(need)}` });
      return [];
    });
  }
  return { kept, followers };
}

/** A table without the members that need what is left out. */
function withoutLost(object: TableObject, out: Map<string, string>, followers: LeftOut[]): TableObject {
  let { table } = object;
  for (const member of object.members) {
    const need = member.needs.find((id) => out.has(id));
    if (need === undefined) continue;
    table = withoutMember(table, member);
    const description = `${WORDS[member.kind]} ${member.name} of ${object.description}`;
    out.set(member.id, description);
    followers.push({ id: member.id, description, reason: `it needs ${out.get(need)}` });
  }
  return table === object.table ? object : withoutParts(object, table, out);
}

function withoutParts(object: TableObject, table: TableModel, out: ReadonlyMap<string, string>): TableObject {
  return { ...object, table, members: object.members.filter(({ id }) => !out.has(id)) };
}

const WORDS: Readonly<Record<TableMember['kind'], string>> = {
  default: 'default of column',
  primaryKey: 'primary key',
  unique: 'unique constraint',
  check: 'check constraint',
  exclusion: 'exclusion constraint',
  foreignKey: 'foreign key',
  index: 'index',
};
