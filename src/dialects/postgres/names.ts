import type { QualifiedName } from '../../schema/schema.model.js';

/** PostgreSQL cuts longer names (NAMEDATALEN - 1). Bytes of UTF-8, not characters. */
export const maxIdentifierBytes = 63;

/** A name as PostgreSQL keeps it: at most 63 bytes, never half a character. */
export function identifier(name: string): string {
  return cut(name, maxIdentifierBytes);
}

/** That a unit of a string can take in UTF-8. */
const MOST_BYTES = 3;

/** As many whole characters as go into so many bytes. */
function cut(name: string, length: number): string {
  if (name.length * MOST_BYTES <= length) return name;
  const bytes = Buffer.from(name);
  if (bytes.length <= length) return name;
  let end = length;
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.toString('utf8', 0, end);
}

/**
 * The name that PostgreSQL gives to the sequence of a serial or identity column: where it is too long, the longer one
 * of table and column gives way.
 */
export function sequenceName(table: string, column: string): string {
  const room = maxIdentifierBytes - '__seq'.length;
  const whole = [table, column].map((name) => Buffer.byteLength(name)) as [number, number];
  let [ofTable, ofColumn] = whole;
  while (ofTable + ofColumn > room) {
    if (ofTable > ofColumn) ofTable -= 1;
    else ofColumn -= 1;
  }
  return `${cut(table, ofTable)}_${cut(column, ofColumn)}_seq`;
}

/** A name in double quotes, so that capitals, spaces and reserved words are safe. */
export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Names in double quotes with commas between them. */
export function quoteList(names: readonly string[]): string {
  return names.map(quote).join(', ');
}

/** `"schema"."name"`, or `"name"` in the data source's own schema. */
export function quoteQualified(name: QualifiedName): string {
  return name.schema === undefined ? quote(name.name) : `${quote(name.schema)}.${quote(name.name)}`;
}
