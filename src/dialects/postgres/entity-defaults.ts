import type { DataSource } from 'typeorm';
import type { ColumnMetadata } from '../../schema/entity-rules.js';
import { arrayText } from '../../sql/array-text.js';
import { quoteLiteral } from '../../sql/literals.js';

/**
 * The default of an entity's column as SQL, undefined when there is none.
 *
 * As TypeORM writes it, since its own comparison is to agree afterwards, but with quotes where texts hold them.
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

/** TypeORM writes `CURRENT_TIMESTAMP` and its kin in an older form and looks for that. PostgreSQL keeps no NULL default. */
function fromFunction(column: ColumnMetadata, { driver }: DataSource): string | undefined {
  const sql = driver.normalizeDefault(column)?.trim();
  return sql === undefined || /^null$/i.test(sql) ? undefined : sql;
}

/** `default: 'now()'` is meant as the function; as a text it would be the moment at which the table was made. */
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
