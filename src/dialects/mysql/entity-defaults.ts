import type { ColumnMetadata } from '../../schema/entity-rules.js';
import { MYSQL_SQL } from '../../sql/rules.js';
import { codeTokens } from '../../sql/scanner.js';
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
  const { value: text } = withOnUpdate(sql);
  return /^null$/i.test(text) ? undefined : currentTime(text, column);
}

/** The expression of ON UPDATE that an entity has behind its default, where TypeORM writes it as it is. */
export function onUpdateInDefault({ default: value }: Pick<ColumnMetadata, 'default'>): string | undefined {
  return typeof value === 'function' ? withOnUpdate(String((value as () => unknown)())).onUpdate : undefined;
}

function withOnUpdate(sql: string): { readonly value: string; readonly onUpdate?: string } {
  const code = codeTokens(sql, MYSQL_SQL);
  const at = code.findIndex((token, place) => token.is('ON') && code[place + 1]?.is('UPDATE') === true);
  const [on, update] = code.slice(at);
  if (at < 1 || on === undefined || update === undefined) return { value: sql.trim() };
  return { value: sql.slice(0, on.start).trim(), onUpdate: sql.slice(update.end).trim() };
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
