import type { SchemaModel, TableModel, ViewModel } from '../../schema/schema.model.js';
import { isSameButName } from '../compare/compare-constraints.js';
import { isSameIndex } from '../compare/compare-indices.js';
import { matchNamed, pairByName } from '../compare/matching.js';

/** What has a name that `compareConstraintNames` is about. */
interface Named {
  readonly name?: string;
}

/** The owner of indexes, and of constraints if it is a table. */
type Owner = TableModel | ViewModel;

/**
 * The wanted schema with the names that its keys, constraints and indexes have in the database, where nothing but the name
 * differs: no difference is left then, and whatever is done to them later is done by the name that they have.
 *
 * A name that something else is to have keeps no one: the two would be in each other's way.
 */
export function withKeptNames(wanted: SchemaModel, actual: SchemaModel): SchemaModel {
  const used = namesIn(wanted);
  const tables = new Map(pairByName(actual.tables, wanted.tables).pairs.map((pair) => [pair.wanted, pair.actual]));
  const views = new Map(pairByName(actual.views, wanted.views).pairs.map((pair) => [pair.wanted, pair.actual]));
  return {
    ...wanted,
    tables: wanted.tables.map((table) => {
      const standing = tables.get(table);
      return standing === undefined || standing === table ? table : tableWithNames(table, standing, used);
    }),
    views: wanted.views.map((view) => {
      const standing = views.get(view);
      return standing === undefined ? view : { ...view, indices: indicesWithNames(view, standing, used) };
    }),
  };
}

function tableWithNames(wanted: TableModel, actual: TableModel, used: ReadonlySet<string>): TableModel {
  const named = <T extends Named>(members: readonly T[], standing: readonly T[]): readonly T[] =>
    withNames(wanted, members, standing, isSameButName, used);
  const { primaryKey: key } = wanted;
  const isSameKey = (key?: TableModel['primaryKey']): string => JSON.stringify([...(key?.columnNames ?? [])].sort());
  const keepsKey = key !== undefined && isSameKey(key) === isSameKey(actual.primaryKey);
  return {
    ...wanted,
    ...(keepsKey && { primaryKey: withName(key, actual.primaryKey?.name) }),
    uniques: named(wanted.uniques, actual.uniques),
    checks: named(wanted.checks, actual.checks),
    exclusions: named(wanted.exclusions, actual.exclusions),
    foreignKeys: named(wanted.foreignKeys, actual.foreignKeys),
    indices: indicesWithNames(wanted, actual, used),
  };
}

function indicesWithNames(wanted: Owner, actual: Owner, used: ReadonlySet<string>): TableModel['indices'] {
  return withNames(wanted, wanted.indices, actual.indices, isSameIndex, used);
}

function withNames<T extends Named>(
  { schema }: Owner,
  wanted: readonly T[],
  actual: readonly T[],
  isSame: (actual: T, wanted: T) => boolean,
  used: ReadonlySet<string>,
): readonly T[] {
  const standing = new Map(matchNamed(actual, wanted, isSame).renamed.map((pair) => [pair.wanted, pair.actual.name]));
  return wanted.map((member) => {
    const name = standing.get(member);
    return name === undefined || used.has(keyOf(schema, name)) ? member : { ...member, name };
  });
}

function withName<T extends Named>({ name: _name, ...rest }: T, name: string | undefined): T {
  return { ...rest, ...(name !== undefined && { name }) } as T;
}

/** The names that the entities give, by schema: there, indexes share them. */
function namesIn({ tables, views }: SchemaModel): ReadonlySet<string> {
  const ofTables = tables.flatMap((table) =>
    [table.primaryKey, ...table.uniques, ...table.checks, ...table.exclusions, ...table.foreignKeys].flatMap((one) =>
      one?.name === undefined ? [] : [keyOf(table.schema, one.name)],
    ),
  );
  const ofIndices = [...tables, ...views].flatMap((owner) =>
    owner.indices.map(({ name }) => keyOf(owner.schema, name)),
  );
  return new Set([...ofTables, ...ofIndices]);
}

function keyOf(schema: string | undefined, name: string): string {
  return JSON.stringify([schema, name]);
}
