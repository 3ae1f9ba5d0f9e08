import { qualifiedNameOf, type QualifiedName } from '../../../schema/schema.model.js';
import type { Former, RowsBefore } from '../../common/rows-at-start.js';
import { quote, quoteQualified } from '../text.js';

/**
 * The rows of a table as they were before a series of operations, behind FROM, with the columns under their present names: the table
 * itself, or a query of it where columns had other names or did not exist.
 *
 * @param columns those that are read; what is not known of them is left out
 */
export function rowsOf(table: QualifiedName, columns: readonly string[], before: RowsBefore, alias?: string): string {
  const name = quoteQualified(before.table(qualifiedNameOf(table)));
  const former = new Map(columns.map((column) => [column, before.column(table, column)] as const));
  const isSame = [...former].every(([column, was]) => was === undefined || (!isAdded(was) && was.name === column));
  if (isSame) return alias === undefined ? name : `${name} AS ${alias}`;
  const selected = [...former].flatMap(([column, was]) => (was ? `${sqlOf(was)} AS ${quote(column)}` : []));
  return `(SELECT ${selected.join(', ')} FROM ${name}) AS ${alias ?? 'own'}`;
}

/** Whether a column was added, so that all rows have one value in it. */
export function isAdded(former: Former | undefined): former is Extract<Former, { value: string }> {
  return former !== undefined && 'value' in former;
}

function sqlOf(former: Former): string {
  return isAdded(former) ? former.value : quote(former.name);
}
