import { dropForeignKey } from '../../operations/call/drop-operations.js';
import type { Operation, TableOperation } from '../../operations/operation.js';
import {
  type ForeignKeyModel,
  INNODB,
  qualifiedKey,
  qualifiedNameOf,
  type QualifiedName,
  referencedTable,
  type SchemaModel,
  type TableModel,
} from '../../schema/schema.model.js';
import { isSameTable } from '../../schema/same-data.js';
import { compareColumns } from './compare-columns.js';
import { compareConstraints } from './compare-constraints.js';
import type { CompareContext } from './compare-context.js';
import { compareIndices } from './compare-indices.js';
import { inDependencyOrder } from '../order/dependency-order.js';
import { inheritingTables } from './inheriting-tables.js';
import { withoutLeftOut } from './left-out-columns.js';
import { type Pair, pairByName } from './matching.js';
import { isTableOperation } from '../order/operation-order.js';

/** The operations that turn the tables of a schema into the wanted ones: each difference once, tables in a fixed order. */
export function compareTables(actual: SchemaModel, wanted: SchemaModel, context: CompareContext): Operation[] {
  const inheriting = inheritingTables(actual, wanted).map(({ table }) => table);
  const paired = pairByName(actual.tables, wanted.tables);
  const actualOnly = paired.actualOnly.filter((table) => !inheriting.includes(table));
  const tables = context.inclusion.in('table', { ...paired, actualOnly });
  const referenced = (table: TableModel): QualifiedName[] => [
    ...table.foreignKeys.map(referencedTable),
    ...(table.postgres?.inherits ?? []),
  ];
  const changes = differing(tables.pairs, referenced, context).flatMap((pair) => compareTable(pair, context));
  return [
    ...changes,
    ...createTables(inDependencyOrder(tables.wantedOnly, referenced), changes, context),
    ...dropTables(inDependencyOrder(tables.actualOnly, referenced).reverse(), context),
  ];
}

/**
 * The pairs of tables to compare, each after those that it refers to. Equal ones, nearly all in most databases, are passed over
 * unless a function among the options is to be asked about them.
 */
function differing(
  pairs: readonly Pair<TableModel>[],
  dependenciesOf: (table: TableModel) => readonly QualifiedName[],
  { isUnwatched }: CompareContext,
): readonly Pair<TableModel>[] {
  const compared = isUnwatched ? pairs.filter(({ actual, wanted }) => !isSameTable(actual, wanted)) : pairs;
  if (compared.length === 0) return [];
  const byTable = new Map(compared.map((pair) => [pair.wanted, pair]));
  const ordered = inDependencyOrder(
    pairs.map(({ wanted }) => wanted),
    dependenciesOf,
  );
  return ordered.flatMap((table) => byTable.get(table) ?? []);
}

function compareTable({ actual, wanted: whole }: Pair<TableModel>, context: CompareContext): Operation[] {
  const wanted = withoutLeftOut(whole, actual.columns, context);
  const columns = compareColumns(actual, wanted, context);
  const dropped = columns.flatMap((operation) => (operation.kind === 'dropColumn' ? [operation.column] : []));
  return [
    ...columns,
    ...compareConstraints(actual, wanted, context),
    ...compareIndices(actual, wanted, context, dropped),
    ...compareComments(actual, wanted),
    ...compareEngines(actual, wanted),
    ...compareRowids(actual, wanted),
  ];
}

function compareEngines(actual: TableModel, wanted: TableModel): TableOperation[] {
  const existing = actual.mysql?.engine ?? INNODB;
  const engine = wanted.mysql?.engine ?? INNODB;
  return existing === engine ? [] : [{ kind: 'setTableEngine', table: qualifiedNameOf(wanted), engine, existing }];
}

function compareRowids(actual: TableModel, wanted: TableModel): TableOperation[] {
  if (actual.sqlite?.withoutRowid === wanted.sqlite?.withoutRowid) return [];
  return [
    { kind: 'setWithoutRowid', table: qualifiedNameOf(wanted), withoutRowid: wanted.sqlite?.withoutRowid === true },
  ];
}

function compareComments(actual: TableModel, wanted: TableModel): TableOperation[] {
  if (actual.comment === wanted.comment) return [];
  const table = qualifiedNameOf(wanted);
  return [{ kind: 'setTableComment', table, comment: wanted.comment ?? null, existing: actual.comment ?? null }];
}

/** Creates tables. A foreign key is created with its table if the table that it refers to exists by then, and else after all tables. */
function createTables(
  tables: readonly TableModel[],
  changes: readonly Operation[],
  context: CompareContext,
): Operation[] {
  const position = positionsIn(tables);
  const changing = new Set(changes.flatMap((change) => (isTableOperation(change) ? [qualifiedKey(change.table)] : [])));
  return tables.flatMap((table): Operation[] => {
    const isReachable = (key: ForeignKeyModel): boolean => {
      const target = referencedTable(key);
      return context.rebuildsTables || (position(target) <= position(table) && !changing.has(qualifiedKey(target)));
    };
    const wanted = includedMembers(table, context);
    const name = qualifiedNameOf(table);
    const later = wanted.foreignKeys.filter((key) => !isReachable(key));
    return [
      { kind: 'createTable', table: { ...wanted, foreignKeys: wanted.foreignKeys.filter(isReachable) } },
      ...later.map((foreignKey): Operation => ({ kind: 'createForeignKey', table: name, foreignKey })),
    ];
  });
}

/** The position of a table in a list; -1 when it is not in it. */
function positionsIn(tables: readonly QualifiedName[]): (table: QualifiedName) => number {
  const positions = new Map(tables.map((table, position) => [qualifiedKey(table), position]));
  return (table) => positions.get(qualifiedKey(table)) ?? -1;
}

/** A new table without what `includeObject` leaves out. Its indexes are not concurrent: nobody uses it yet. */
export function includedMembers(
  whole: TableModel,
  context: Pick<CompareContext, 'inclusion' | 'sqlRules'>,
): TableModel {
  const { inclusion } = context;
  const { primaryKey, ...table } = withoutLeftOut(whole, [], context);
  return {
    ...table,
    ...(primaryKey && inclusion.ofWanted('primaryKey', primaryKey) && { primaryKey }),
    uniques: table.uniques.filter((unique) => inclusion.ofWanted('uniqueConstraint', unique)),
    checks: table.checks.filter((check) => inclusion.ofWanted('checkConstraint', check)),
    exclusions: table.exclusions.filter((exclusion) => inclusion.ofWanted('exclusionConstraint', exclusion)),
    foreignKeys: table.foreignKeys.filter((key) => inclusion.ofWanted('foreignKeyConstraint', key)),
    indices: table.indices
      .filter((index) => inclusion.ofWanted('index', index))
      .map(({ isConcurrent: _isConcurrent, ...index }) => index),
  };
}

/** Drops tables, those that refer to others first. In a circle, a foreign key to a table that is dropped earlier is dropped before. */
function dropTables(tables: readonly TableModel[], { rebuildsTables }: CompareContext): Operation[] {
  const position = positionsIn(tables);
  return tables.flatMap((table): Operation[] => {
    const name = qualifiedNameOf(table);
    const isBlocking = (key: ForeignKeyModel): boolean => {
      const target = position(referencedTable(key));
      return !rebuildsTables && target >= 0 && target < position(table);
    };
    const was = { ...table, foreignKeys: table.foreignKeys.filter((key) => !isBlocking(key)) };
    return [
      ...table.foreignKeys.filter(isBlocking).map((key) => dropForeignKey(name, key)),
      { kind: 'dropTable', table: name, was },
    ];
  });
}
