import type { ColumnModel, TableModel } from '../../schema/schema.model.js';
import { mentionsColumn } from '../../sql/columns.js';
import type { CompareContext } from './compare-context.js';

/**
 * A wanted table without the columns that `includeObject` leaves out and the database lacks, and without the constraints and
 * indexes that use them: none can be created on a column that is not created.
 *
 * @param actual the columns of the table in the database
 */
export function withoutLeftOut(
  wanted: TableModel,
  actual: readonly ColumnModel[],
  { inclusion, sqlRules }: Pick<CompareContext, 'inclusion' | 'sqlRules'>,
): TableModel {
  const isLeftOut = (column: ColumnModel): boolean =>
    !actual.some(({ name }) => name === column.name) && !inclusion.ofWanted('column', column);
  const leftOut = wanted.columns.filter(isLeftOut).map(({ name }) => name);
  if (leftOut.length === 0) return wanted;
  const isKept = ({ columnNames }: { readonly columnNames: readonly string[] }): boolean =>
    !columnNames.some((name) => leftOut.includes(name));
  const mentionsNone = (sql = ''): boolean => !leftOut.some((name) => mentionsColumn(sql, name, sqlRules));
  const { primaryKey, ...table } = wanted;
  return {
    ...table,
    ...(primaryKey && isKept(primaryKey) && { primaryKey }),
    columns: table.columns.filter(({ name }) => !leftOut.includes(name)),
    uniques: table.uniques.filter(isKept),
    checks: table.checks.filter(({ expression }) => mentionsNone(expression)),
    exclusions: table.exclusions.filter(({ expression }) => mentionsNone(expression)),
    foreignKeys: table.foreignKeys.filter(isKept),
    indices: table.indices.filter((index) => isKept(index) && mentionsNone(index.where)),
  };
}
