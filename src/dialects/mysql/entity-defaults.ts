import type { ColumnMetadata } from '../../schema/entity-rules.js';
import { literal, quoteString } from './text.js';
import { typeName } from './types.js';

/** A function of the present time, and the digits of its fraction of a second. */
const CURRENT_TIME = /^(?:current_timestamp|now|localtime|localtimestamp)(?:\(\s*(\d*)\s*\))?$/i;

/** The default of an entity's column as SQL; undefined when it has none. `type` is the name of its type on the server. */
export function mysqlDefault(column: ColumnMetadata, type: string): string | undefined {
  const value: unknown = column.default;
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'function') return fromFunction(String((value as () => unknown)()), column);
  if (type === 'enum') return quoteString(String(value));
  if (Array.isArray(value) && column.type !== 'simple-json' && type !== 'json') return quoteString(value.join(','));
  if (typeof value === 'string' && isTemporal(type) && CURRENT_TIME.test(value.trim()))
    return fromFunction(value, column);
  // The year of a number 0 is 2000, as of the text that TypeORM writes: 0000 would be that of the number.
  if (typeof value === 'number') return type === 'year' ? quoteString(String(value)) : rounded(value, column);
  return literal(value);
}

/** A number with the digits of its column, as TypeORM rounds it; without a scale as it is, where TypeORM would cut the fraction. */
function rounded(value: number, { scale }: Pick<ColumnMetadata, 'scale'>): string {
  return typeof scale === 'number' && Math.abs(value) < 1e21 ? value.toFixed(scale) : literal(value);
}

function fromFunction(sql: string, column: ColumnMetadata): string | undefined {
  const text = sql.trim();
  return /^null$/i.test(text) ? undefined : currentTime(text, column);
}

/**
 * The function of the present time with no larger fraction than the column's: TypeORM writes six digits whatever the column has,
 * which MariaDB cuts and MySQL refuses. Other SQL stays.
 */
export function currentTime(sql: string, { precision }: Pick<ColumnMetadata, 'precision'>): string {
  const [all, digits = ''] = CURRENT_TIME.exec(sql.trim()) ?? [];
  const most = precision ?? 0;
  if (all === undefined || Number(digits) <= most) return sql.trim();
  return most === 0 ? 'CURRENT_TIMESTAMP' : `CURRENT_TIMESTAMP(${most})`;
}

function isTemporal(type: string): boolean {
  return ['datetime', 'timestamp', 'date', 'time'].includes(typeName(type));
}
