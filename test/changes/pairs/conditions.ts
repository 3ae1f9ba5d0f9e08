import type { DialectName } from '../change.js';
import type { DrawnTable } from './drawn-schema.js';
import { familyOf } from './families.js';
import type { Names } from './names.js';
import { sqlFor } from './sql-for.js';

/** SQL that is true or false of a drawn column. */
export function condition(
  column: string,
  { comparesValues, columns }: Pick<DrawnTable, 'comparesValues' | 'columns'>,
  names: Names,
  dialect: DialectName,
): string {
  const [path, shape] = [sqlFor(dialect, `"${names.column(column)}"`), columns[column]!];
  // PostgreSQL cannot tell whether two JSON texts are equal.
  const isComparable = comparesValues && !(dialect === 'postgres' && shape.type === 'json');
  return isComparable ? `${path} <> ${familyOf(column).value(2, dialect, shape)}` : `${path} IS NOT NULL`;
}
