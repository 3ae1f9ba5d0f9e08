import { mentionsColumn } from '../../../sql/columns.js';
import { POSTGRES_SQL } from '../../../sql/rules.js';
import { qualifiedKey, type SchemaModel, type TableModel } from '../../../schema/schema.model.js';
import type { SecondPrint } from './settle.js';

/**
 * A predicate: whether an expression mentions a column whose length or collation changes.
 *
 * Expressions contain neither, but PostgreSQL parses all expressions on a column again when it alters it. What it prints
 * for `IN` on a varchar then differs, and still does after a downgrade.
 */
function mentionsReshaped(wanted: TableModel, actual: TableModel): (sql: string | undefined) => boolean {
  const columns = new Map(actual.columns.map((column) => [column.name, column]));
  const reshaped = wanted.columns.filter(({ name, length, collation }) => {
    const previous = columns.get(name);
    return previous !== undefined && (previous.length !== length || previous.collation !== collation);
  });
  return (sql = '') => reshaped.some(({ name }) => mentionsColumn(sql, name, POSTGRES_SQL));
}

/** The keys of tables with a check, an exclusion, a predicate or a generated column that PostgreSQL will parse again. */
export function reparsedTables(wanted: SchemaModel, actual: SchemaModel): ReadonlySet<string> {
  const tables = byKey(actual.tables);
  const mayDiffer = (table: TableModel): boolean => {
    const counterpart = tables.get(qualifiedKey(table));
    if (counterpart === undefined || counterpart === table) return false;
    const mentions = mentionsReshaped(table, counterpart);
    const expressions = [...table.checks, ...table.exclusions].map(({ expression }) => expression);
    const others = [
      ...table.indices.map(({ where }) => where),
      ...table.columns.map(({ asExpression }) => asExpression),
    ];
    return [...expressions, ...others].some(mentions);
  };
  return new Set(wanted.tables.filter(mayDiffer).map(qualifiedKey));
}

/**
 * Gives each expression that changes when it is parsed again the spelling of the second print. It then differs from the
 * catalog's, so that its object is re-created.
 */
export function withReparsed(settled: SchemaModel, actual: SchemaModel, second: SecondPrint): SchemaModel {
  const [tables, again, actualAgain] = [
    byKey(actual.tables),
    byKey(second.again.tables),
    byKey(second.actualAgain.tables),
  ];
  return {
    ...settled,
    tables: settled.tables.map((table) => {
      const key = qualifiedKey(table);
      const [actualTable, tableAgain, actualTableAgain] = [tables.get(key), again.get(key), actualAgain.get(key)];
      return actualTable && tableAgain && actualTableAgain
        ? reparsed(table, actualTable, tableAgain, actualTableAgain)
        : table;
    }),
  };
}

function reparsed(table: TableModel, actual: TableModel, again: TableModel, actualAgain: TableModel): TableModel {
  const mentions = mentionsReshaped(table, actual);
  const parsedAgain = <T extends Named>(listOf: (table: TableModel) => readonly T[], sqlOf: (item: T) => Sql): T[] =>
    listOf(table).map((item) => {
      const sqlIn = (other: TableModel): Sql => {
        const found = listOf(other).find(({ name }) => name === item.name);
        return found && sqlOf(found);
      };
      const isKept = sqlOf(item) === sqlIn(actual);
      if (!isKept || sqlIn(actual) === sqlIn(actualAgain) || !mentions(sqlOf(item))) return item;
      return listOf(again).find(({ name }) => name === item.name) ?? item;
    });
  return {
    ...table,
    columns: parsedAgain(
      (one) => one.columns,
      (column) => column.asExpression,
    ),
    checks: parsedAgain(
      (one) => one.checks,
      (check) => check.expression,
    ),
    exclusions: parsedAgain(
      (one) => one.exclusions,
      (exclusion) => exclusion.expression,
    ),
    indices: parsedAgain(
      (one) => one.indices,
      (index) => index.where,
    ),
  };
}

type Sql = string | undefined;
interface Named {
  readonly name?: string;
}

function byKey(tables: readonly TableModel[]): ReadonlyMap<string, TableModel> {
  return new Map(tables.map((table) => [qualifiedKey(table), table]));
}
