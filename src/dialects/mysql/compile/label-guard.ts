import { UnsupportedOperationError } from '../../../errors/operations.errors.js';
import { changeColumn } from '../../../operations/apply/apply-column.js';
import type { TableOperation } from '../../../operations/operation.js';
import { displayName, type TableModel } from '../../../schema/schema.model.js';
import type { RowsAtStart } from '../../common/rows-at-start.js';
import type { Statement } from '../../dialect.js';
import { labelConversions } from '../rows/conversions.js';
import { rowsOf } from '../rows/rows-of.js';
import { quote, quoteString } from '../text.js';

/**
 * The statement of a script that fails where values would become other labels: the server takes a text that is no label for the number
 * of one, without an error. A run asks for all that is in the way; a script leaves the rest to the strict mode of the server.
 *
 * @param table as it is before the operation
 * @param rows what is known of its rows before the statement
 * @throws UnsupportedOperationError where the column is another one by then
 */
export function labelGuard(operation: TableOperation, table: TableModel, rows: RowsAtStart): readonly Statement[] {
  if (operation.kind !== 'alterColumn') return [];
  const actual = table.columns.find(({ name }) => name === operation.column);
  if (actual === undefined) return [];
  const wanted = changeColumn(actual, operation.to);
  const lost = actual.enum?.filter((label) => wanted.enum?.includes(label) === false);
  if (wanted.asExpression !== undefined || lost?.some(isNumber) === false) return [];
  return labelConversions(actual, wanted).map(({ condition }) => {
    const { name } = actual;
    const before = rows.before([{ table, columns: [name], isTyped: true }]);
    if (before === undefined) {
      throw new UnsupportedOperationError(
        operation.kind,
        'MySQL',
        `'${name}' gets other labels in a statement that changes its values before, which a script cannot check`,
        'Write the two changes one after the other, not in one batch, or run the migration on the database itself.',
      );
    }
    // Without quotes, which the error would escape.
    const message = `${displayName(table)}.${name} has values that are none of its new labels: change them first`;
    // An error that quotes what it is about, in every mode and on both servers.
    const alarm = `9223372036854775807 + IF(count(*) > 0, CHAR_LENGTH(${quoteString(message)}), 0)`;
    const from = `${rowsOf(table, [name], before)} WHERE ${condition(quote(name))}`;
    return { sql: `SET @nestjs_migrate_guard = (SELECT ${alarm} FROM ${from})` };
  });
}

/** Whether the server could take it for the number of a label. */
function isNumber(label: string): boolean {
  return /^\s*[+-]?\d/.test(label);
}
