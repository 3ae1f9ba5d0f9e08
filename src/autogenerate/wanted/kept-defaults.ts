import type { Dialect } from '../../dialects/dialect.js';
import type { ColumnModel, SchemaModel, TableModel } from '../../schema/schema.model.js';
import { withoutOuterParentheses } from '../../sql/paths.js';
import type { SqlRules } from '../../sql/rules.js';
import { codeTokens } from '../../sql/scanner.js';
import { keepsDefault } from '../compare/compare-columns.js';
import type { CompareOptions } from '../compare/compare-options.js';
import { columnKey, columnsByKey } from '../compare/column-key.js';

/**
 * The wanted schema with the defaults that the columns have in the database, where `equalDefaults` or `compareServerDefault`
 * says that the entity's is no other: an extension that only such a default would need is not needed then.
 */
export function withKeptDefaults(
  wanted: SchemaModel,
  actual: SchemaModel,
  { equalDefaults = [], compareServerDefault }: Pick<CompareOptions, 'compareServerDefault'> & EqualDefaults,
  { entityRules, plainWords, sqlRules }: Pick<Dialect, 'entityRules' | 'plainWords' | 'sqlRules'>,
): SchemaModel {
  if (equalDefaults.length === 0 && typeof compareServerDefault !== 'function') return wanted;
  const groups = equalDefaults.map((group) => new Set(group.map((sql) => plainDefault(sql, sqlRules))));
  const textOf = (column: ColumnModel): string => plainDefault(plainWords.column(column).default ?? '', sqlRules);
  const isEqual = (one: ColumnModel, other: ColumnModel): boolean =>
    groups.some((group) => group.has(textOf(one)) && group.has(textOf(other)));
  const actualColumns = columnsByKey(actual);
  const columnOf = (table: TableModel, column: ColumnModel): ColumnModel => {
    const had = actualColumns.get(columnKey(table, column.name));
    if (had?.default === undefined || column.default === undefined || had.default === column.default) return column;
    const isKept = isEqual(had, column) || keepsDefault({ table, actual: had, wanted: column }, compareServerDefault);
    return isKept ? { ...column, default: had.default } : column;
  };
  const tables = wanted.tables.map((table) => {
    const columns = table.columns.map((column) => columnOf(table, column));
    return columns.every((column, place) => column === table.columns[place]) ? table : { ...table, columns };
  });
  const needed = new Set(entityRules.extensions({ tables }));
  const idle = new Set(entityRules.extensions(wanted).filter((name) => !needed.has(name)));
  return { ...wanted, tables, extensions: wanted.extensions.filter((name) => !idle.has(name)) };
}

/** Which defaults are the same by another name. */
export interface EqualDefaults {
  readonly equalDefaults?: readonly (readonly string[])[];
}

/** Without what a database adds or leaves out when it prints an expression: the schema of a function, parentheses around all. */
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
