import type { DataSource } from 'typeorm';
import type { ColumnMetadata } from '../../schema/entity-rules.js';
import { arrayText } from '../../sql/array-text.js';
import { quoteLiteral } from '../../sql/literals.js';

/**
 * The default of an entity's column as SQL; undefined when it has none.
 *
 * It is what TypeORM writes, so that its own comparison finds no difference, except that quotes inside strings are escaped.
 */
export function postgresDefault(column: ColumnMetadata, dataSource: DataSource): string | undefined {
  const value: unknown = column.default;
  if (value === undefined || value === null) {
    return isGeneratedUuid(column) ? uuidGenerator(dataSource) : undefined;
  }
  if (typeof value === 'function') return fromFunction(column, dataSource);
  if (Array.isArray(value) && column.isArray) return quoteLiteral(arrayText(value, elementText));
  if (typeof value === 'bigint' || (typeof value === 'boolean' && !isEnum(column))) return String(value);
  if (typeof value === 'object') return quoteLiteral(JSON.stringify(value));
  if (isCurrentTime(value, column, dataSource)) return 'now()';
  return quoteLiteral(String(value));
}

function isGeneratedUuid(column: ColumnMetadata): boolean {
  return column.isGenerated && column.generationStrategy === 'uuid';
}

function uuidGenerator({ options }: DataSource): string {
  return 'uuidExtension' in options && options.uuidExtension === 'pgcrypto'
    ? 'gen_random_uuid()'
    : 'uuid_generate_v4()';
}

/**
 * A default that is a function. TypeORM writes `CURRENT_TIMESTAMP` and the like in an older form and compares with that.
 * PostgreSQL keeps no NULL default.
 */
function fromFunction(column: ColumnMetadata, { driver }: DataSource): string | undefined {
  const sql = driver.normalizeDefault(column)?.trim();
  return sql === undefined || /^null$/i.test(sql) ? undefined : sql;
}

/** Whether a string such as `default: 'now()'` means the function; as a literal it would be the time of CREATE TABLE. */
function isCurrentTime(value: unknown, column: ColumnMetadata, { driver }: DataSource): boolean {
  const isTemporal = /^(timestamp|date|time)\b/.test(driver.normalizeType(column));
  return isTemporal && typeof value === 'string' && /^now(\(\))?$/i.test(value.trim());
}

function isEnum({ type }: ColumnMetadata): boolean {
  return type === 'enum' || type === 'simple-enum';
}

function elementText(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
