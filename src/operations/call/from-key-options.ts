import type { IndexModel, KeyParts } from '../../schema/schema.model.js';
import type { Call, Fields } from './call.js';
import { readOnConflict } from './from-column-options.js';

/** The options of a key besides its name and columns. */
export function readKeyOptions(call: Call, fields: Fields, columnNames: readonly string[]): KeyParts {
  return { ...readOnConflict(call, fields), ...readColumnOptions(call, fields, columnNames) };
}

/** Options of columns in a key or an index, such as `DESC` or an operator class, by the name of the column. */
export function readColumnOptions(
  call: Call,
  { what, values }: Fields,
  columnNames: readonly string[],
): Pick<IndexModel, 'columnOptions'> {
  const value = values['columnOptions'];
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object') call.fail(`'columnOptions' of ${what} must be an object, keyed by column.`);
  const options = Object.entries(value).map(
    ([column, option]) => [column, call.name(option, `the option of column '${column}'`)] as const,
  );
  const stray = options.find(([column]) => !columnNames.includes(column));
  if (stray !== undefined) {
    call.fail(
      `'columnOptions' of ${what} names '${stray[0]}', which is not among its columns.`,
      columnNames.length === 0 ? 'In an expression, the options follow its parts.' : undefined,
    );
  }
  return options.length === 0 ? {} : { columnOptions: Object.fromEntries(options) };
}
