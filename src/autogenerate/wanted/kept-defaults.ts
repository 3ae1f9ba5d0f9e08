import type { Dialect } from '../../dialects/dialect.js';
import type { ColumnModel, SchemaModel, TableModel } from '../../schema/schema.model.js';
import { withoutOuterParentheses } from '../../sql/paths.js';
import type { SqlRules } from '../../sql/rules.js';
import { codeTokens } from '../../sql/scanner.js';
import { keepsDefault } from '../compare/compare-columns.js';
import type { CompareOptions } from '../compare/compare-options.js';
import { columnKey, columnsByKey } from '../compare/column-key.js';

/**
 * The wanted schema with the defaults that columns have in the database, where `equalDefaults` or `compareServerDefault`
 * counts the entity's default as equal. An extension that only the entity's default needs is then not wanted either.
 */
export function withKeptDefaults(
  wanted: SchemaModel,
  actual: SchemaModel,
  { equalDefaults = [], compareServerDefault }: Pick<CompareOptions, 'compareServerDefault'> & EqualDefaults,
  { entityRules, sqlSpelling, sqlRules }: Pick<Dialect, 'entityRules' | 'sqlSpelling' | 'sqlRules'>,
): SchemaModel {
  if (equalDefaults.length === 0 && typeof compareServerDefault !== 'function') return wanted;
  const groups = equalDefaults.map((group) => new Set(group.map((sql) => plainDefault(sql, sqlRules))));
  const defaultOf = (column: ColumnModel): string => plainDefault(sqlSpelling.column(column).default ?? '', sqlRules);
  const isEqual = (one: ColumnModel, other: ColumnModel): boolean =>
    groups.some((group) => group.has(defaultOf(one)) && group.has(defaultOf(other)));
  const actualColumns = columnsByKey(actual);
  const columnOf = (table: TableModel, column: ColumnModel): ColumnModel => {
    const actual = actualColumns.get(columnKey(table, column.name));
    if (actual?.default === undefined || column.default === undefined || actual.default === column.default)
      return column;
    const isKept = isEqual(actual, column) || keepsDefault({ table, actual, wanted: column }, compareServerDefault);
    return isKept ? { ...column, default: actual.default } : column;
  };
  const tables = wanted.tables.map((table) => {
    const columns = table.columns.map((column) => columnOf(table, column));
    return columns.every((column, place) => column === table.columns[place]) ? table : { ...table, columns };
  });
  const needed = new Set(entityRules.extensions({ tables }));
  const unneeded = new Set(entityRules.extensions(wanted).filter((name) => !needed.has(name)));
  return { ...wanted, tables, extensions: wanted.extensions.filter((name) => !unneeded.has(name)) };
}

/** The option `equalDefaults`. */
export interface EqualDefaults {
  /** Groups of SQL expressions that count as one default. @default [] */
  readonly equalDefaults?: readonly (readonly string[])[];
}

/**
 * A default without what a database adds or leaves out when it prints one: the schema of a function, spaces, outer
 * parentheses.
 */
function plainDefault(sql: string, rules: SqlRules): string {
  const code = withoutOuterParentheses(codeTokens(sql, rules));
  const isOfFunction = (at: number): boolean => code[at + 1]?.is('.') === true && code[at + 3]?.is('(') === true;
  return code
    .flatMap((token, at) => {
      if (token.isName && isOfFunction(at)) return [];
      if (token.is('.') && isOfFunction(at - 1)) return [];
      return token.kind === 'string' ? [token.text] : [token.text.toLowerCase()];
    })
    .join('');
}
