import { quote } from '../names.js';
import { castTypeText, type ColumnType } from '../types.js';
import { unwrapped, wrapped } from './array-conversion.js';
import { baseOf, castOf, isText } from './casts.js';
import { type Helper, listConversion } from './list-conversion.js';

/** How the values of a column become values of another type. */
export interface Conversion {
  /** The expression of USING; absent where the assignment cast of PostgreSQL is enough. */
  readonly using?: string;
  /** Only length or precision changes, so that the default can stay. */
  readonly sameBase: boolean;
  /** The function that the expression calls: created before the change, and dropped after it. */
  readonly helper?: Helper;
}

/**
 * The conversion of a column to another type that keeps its values.
 *
 * The statement fails when a value does not fit, and truncates nothing: the cast omits length and precision, which are then
 * applied by assignment, and that checks them. `'abc'::varchar(2)` would be cut, an assignment to a varchar(2) fails.
 *
 * @param from undefined when a script does not know the old type.
 */
export function conversion(name: string, from: ColumnType | undefined, to: ColumnType): Conversion {
  const column = quote(name);
  const target = castTypeText(to);
  if (from === undefined) {
    return { sameBase: false, ...(isText(to) ? {} : { using: `${column}::text::${target}` }) };
  }
  const list = listConversion(name, column, from, to);
  if (list !== undefined) return { sameBase: false, ...list };
  if (Boolean(from.isArray) !== Boolean(to.isArray)) {
    return { sameBase: false, using: to.isArray ? wrapped(column, from, to) : unwrapped(column, from, to) };
  }
  const sameBase = baseOf(from) === baseOf(to);
  const using = sameBase ? undefined : castOf(column, from, to);
  return { sameBase, ...(using === undefined ? {} : { using }) };
}
