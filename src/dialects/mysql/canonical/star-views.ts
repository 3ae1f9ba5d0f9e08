import { qualifiedKey, type SchemaModel } from '../../../schema/schema.model.js';
import { MYSQL_SQL } from '../../../sql/rules.js';
import { codeTokens } from '../../../sql/scanner.js';
import { readsRelation } from '../../../sql/sources.js';

/**
 * The keys of the views that select all columns of a table which gets other ones, or of such a view. The server has spelled them out
 * when the view was created, and prints the wanted view with them too, as long as the table has not changed: it has to be replaced.
 */
export function viewsOfAllColumns(wanted: SchemaModel, actual: SchemaModel): ReadonlySet<string> {
  const actualTables = new Map(actual.tables.map((table) => [qualifiedKey(table), table]));
  const changed = wanted.tables.filter((table) => {
    const before = actualTables.get(qualifiedKey(table))?.columns.map(({ name }) => name);
    return (
      before !== undefined &&
      !isSameSet(
        before,
        table.columns.map(({ name }) => name),
      )
    );
  });
  const names = changed.map(({ name }) => name);
  const found = new Set<string>();
  for (const view of names.length === 0 ? [] : wanted.views) {
    if (!selectsAll(view.expression) || !names.some((name) => readsRelation(view.expression, name, MYSQL_SQL)))
      continue;
    found.add(qualifiedKey(view));
    names.push(view.name);
  }
  return found;
}

function isSameSet(one: readonly string[], other: readonly string[]): boolean {
  return [...one].sort().join('\0') === [...other].sort().join('\0');
}

/** Whether a query has a `*` that is a list of columns: neither a product nor that of `count(*)`. */
function selectsAll(sql: string): boolean {
  const code = codeTokens(sql, MYSQL_SQL);
  return code.some((token, at) => {
    const before = code[at - 1];
    const isFirst = ['SELECT', 'DISTINCT', 'ALL', ',', '.'].some((word) => before?.is(word));
    return token.is('*') && isFirst;
  });
}
