import type { Operation } from '../../operations/operation.js';
import { qualifiedKey, type SchemaModel, type TableModel } from '../../schema/schema.model.js';
import { quoteColumnIn } from '../../sql/columns.js';
import type { SqlRules } from '../../sql/rules.js';

/**
 * The actual schema in which expressions that use renamed columns are spelt as the wanted ones, where they differ only in the quotes
 * around those columns: a database quotes a name if the new name requires it, which is no difference.
 */
export function withWantedQuotes(
  actual: SchemaModel,
  wanted: SchemaModel,
  renames: readonly Operation[],
  rules: SqlRules,
): SchemaModel {
  const ofColumns = renames.filter((operation) => operation.kind === 'renameColumn');
  if (ofColumns.length === 0) return actual;
  const tables = new Map(wanted.tables.map((table) => [qualifiedKey(table), table]));
  return {
    ...actual,
    tables: actual.tables.map((table) => {
      const key = qualifiedKey(table);
      const same = tables.get(key);
      const names = ofColumns.filter((rename) => qualifiedKey(rename.table) === key).map(({ to }) => to);
      return same === undefined || names.length === 0 ? table : spelledAs(table, same, names, rules);
    }),
  };
}

function spelledAs(table: TableModel, wanted: TableModel, columns: readonly string[], rules: SqlRules): TableModel {
  const quoted = (sql: string): string =>
    columns.reduce((quotedSql, name) => quoteColumnIn(quotedSql, name, rules), sql);
  const wantedSpelling = new Map(expressionsOf(wanted).map((sql) => [quoted(sql), sql]));
  const spelled = (sql: string): string => wantedSpelling.get(quoted(sql)) ?? sql;
  const inExpression = <T extends { readonly expression: string }>(member: T): T => ({
    ...member,
    expression: spelled(member.expression),
  });
  return {
    ...table,
    columns: table.columns.map((column) =>
      column.asExpression === undefined ? column : { ...column, asExpression: spelled(column.asExpression) },
    ),
    checks: table.checks.map(inExpression),
    exclusions: table.exclusions.map(inExpression),
    indices: table.indices.map((index) =>
      index.where === undefined ? index : { ...index, where: spelled(index.where) },
    ),
  };
}

function expressionsOf({ columns, checks, exclusions, indices }: TableModel): string[] {
  return [
    ...columns.map(({ asExpression }) => asExpression),
    ...[...checks, ...exclusions].map(({ expression }) => expression),
    ...indices.map(({ where }) => where),
  ].filter((sql) => sql !== undefined);
}
