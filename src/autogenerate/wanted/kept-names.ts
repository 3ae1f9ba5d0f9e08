import type { SchemaModel, TableModel, ViewModel } from '../../schema/schema.model.js';
import { isSameButName } from '../compare/compare-constraints.js';
import { isSameIndex } from '../compare/compare-indices.js';
import { matchNamed, pairByName } from '../compare/matching.js';

/** A key, a constraint or an index: what `compareConstraintNames` concerns. */
interface Named {
  readonly name?: string;
}

/** The owner of indexes, and of constraints if it is a table. */
type Owner = TableModel | ViewModel;

/**
 * The wanted schema in which keys, constraints and indexes that differ only in their name have the name that they have in the
 * database. So they are no difference, and a later operation on one uses its actual name.
 *
 * A name is not kept when something else is to get it: the two would conflict.
 */
export function withKeptNames(wanted: SchemaModel, actual: SchemaModel): SchemaModel {
  const wantedNames = namesIn(wanted);
  const tables = new Map(pairByName(actual.tables, wanted.tables).pairs.map((pair) => [pair.wanted, pair.actual]));
  const views = new Map(pairByName(actual.views, wanted.views).pairs.map((pair) => [pair.wanted, pair.actual]));
  return {
    ...wanted,
    tables: wanted.tables.map((table) => {
      const actual = tables.get(table);
      return actual === undefined || actual === table ? table : tableWithNames(table, actual, wantedNames);
    }),
    views: wanted.views.map((view) => {
      const actual = views.get(view);
      return actual === undefined ? view : { ...view, indices: indicesWithNames(view, actual, wantedNames) };
    }),
  };
}

function tableWithNames(wanted: TableModel, actual: TableModel, wantedNames: ReadonlySet<string>): TableModel {
  const withNamesOf = <T extends Named>(wantedMembers: readonly T[], actualMembers: readonly T[]): readonly T[] =>
    withNames(wanted, wantedMembers, actualMembers, isSameButName, wantedNames);
  const { primaryKey: key } = wanted;
  const columnsOf = (key?: TableModel['primaryKey']): string => JSON.stringify([...(key?.columnNames ?? [])].sort());
  const keepsKey = key !== undefined && columnsOf(key) === columnsOf(actual.primaryKey);
  return {
    ...wanted,
    ...(keepsKey && { primaryKey: withName(key, actual.primaryKey?.name) }),
    uniques: withNamesOf(wanted.uniques, actual.uniques),
    checks: withNamesOf(wanted.checks, actual.checks),
    exclusions: withNamesOf(wanted.exclusions, actual.exclusions),
    foreignKeys: withNamesOf(wanted.foreignKeys, actual.foreignKeys),
    indices: indicesWithNames(wanted, actual, wantedNames),
  };
}

function indicesWithNames(wanted: Owner, actual: Owner, wantedNames: ReadonlySet<string>): TableModel['indices'] {
  return withNames(wanted, wanted.indices, actual.indices, isSameIndex, wantedNames);
}

function withNames<T extends Named>(
  { schema }: Owner,
  wanted: readonly T[],
  actual: readonly T[],
  isSame: (actual: T, wanted: T) => boolean,
  wantedNames: ReadonlySet<string>,
): readonly T[] {
  const actualNames = new Map(
    matchNamed(actual, wanted, isSame).renamed.map((pair) => [pair.wanted, pair.actual.name]),
  );
  return wanted.map((member) => {
    const name = actualNames.get(member);
    return name === undefined || wantedNames.has(keyOf(schema, name)) ? member : { ...member, name };
  });
}

function withName<T extends Named>({ name: _name, ...rest }: T, name: string | undefined): T {
  return { ...rest, ...(name !== undefined && { name }) } as T;
}

/** The names of all wanted keys, constraints and indexes with their schemas: indexes of one schema share their names. */
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
