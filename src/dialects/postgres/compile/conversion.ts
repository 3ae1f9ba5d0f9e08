import { quote } from '../names.js';
import { castTypeText, type ColumnType } from '../types.js';
import { unwrapped, wrapped } from './array-conversion.js';
import { baseOf, castOf, isText } from './casts.js';
import { type Helper, listConversion } from './list-conversion.js';

/** How the values of a column become values of another type. */
export interface Conversion {
  /** The expression of USING; absent where PostgreSQL converts by itself. */
  readonly using?: string;
  /** Only length or precision changes: a default stays as it is. */
  readonly sameBase: boolean;
  /** What the expression calls: made before the change, and dropped after it. */
  readonly helper?: Helper;
}

/**
 * How a column of the old type is turned into the new one without losing its values.
 *
 * Where a value does not fit, the statement fails; nothing is cut off silently: the cast leaves out length and
 * precision, so that they apply by assignment, which checks them.
 *
 * @param from undefined when it is not known.
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
