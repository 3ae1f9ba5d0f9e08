import type { ColumnModel, TableModel } from '../../schema/schema.model.js';
import { mentionsColumn } from '../../sql/columns.js';
import type { CompareContext } from './compare-context.js';

/**
 * A wanted table without the columns that `includeObject` leaves out and the database lacks, and without what stands on them:
 * no constraint and no index can be made on a column that nobody makes.
 *
 * @param there the columns of the table in the database.
 */
export function withoutLeftOut(
  wanted: TableModel,
  there: readonly ColumnModel[],
  { inclusion, sqlRules }: Pick<CompareContext, 'inclusion' | 'sqlRules'>,
): TableModel {
  const isLeftOut = (column: ColumnModel): boolean =>
    !there.some(({ name }) => name === column.name) && !inclusion.ofWanted('column', column);
  const leftOut = wanted.columns.filter(isLeftOut).map(({ name }) => name);
  if (leftOut.length === 0) return wanted;
  const stands = ({ columnNames }: { readonly columnNames: readonly string[] }): boolean =>
    !columnNames.some((name) => leftOut.includes(name));
  const isSilent = (sql = ''): boolean => !leftOut.some((name) => mentionsColumn(sql, name, sqlRules));
  const { primaryKey, ...table } = wanted;
  return {
    ...table,
    ...(primaryKey && stands(primaryKey) && { primaryKey }),
    columns: table.columns.filter(({ name }) => !leftOut.includes(name)),
    uniques: table.uniques.filter(stands),
    checks: table.checks.filter(({ expression }) => isSilent(expression)),
    exclusions: table.exclusions.filter(({ expression }) => isSilent(expression)),
    foreignKeys: table.foreignKeys.filter(stands),
    indices: table.indices.filter((index) => stands(index) && isSilent(index.where)),
  };
}
