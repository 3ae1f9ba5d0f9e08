import { cutName, maxIdentifierBytes } from '../../schema/name-between.js';
import type { QualifiedName } from '../../schema/schema.model.js';

/** A name as PostgreSQL keeps it: at most 63 bytes, never half a character. */
export function identifier(name: string): string {
  return cutName(name, maxIdentifierBytes);
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
  return `${cutName(table, ofTable)}_${cutName(column, ofColumn)}_seq`;
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
