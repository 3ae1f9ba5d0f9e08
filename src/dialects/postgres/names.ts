import { cutName, type NameLimit } from '../../schema/name-rules.js';
import type { QualifiedName } from '../../schema/schema.model.js';
import { quoteName as quote } from '../../sql/identifiers.js';

export { quoteName as quote, quoteNames as quoteList } from '../../sql/identifiers.js';

/** The limit of names: NAMEDATALEN less one, in a PostgreSQL built with the default. */
export const nameLimit: NameLimit = { length: 63, unit: 'bytes' };

/** A name as PostgreSQL keeps it: truncated to 63 bytes, at the end of a character. */
export function identifier(name: string): string {
  return cutName(name, nameLimit);
}

/**
 * The name that PostgreSQL gives to the sequence of a serial or identity column: `table_column_seq`. If that is too long,
 * the longer one of table and column is truncated.
 */
export function sequenceName(table: string, column: string): string {
  const cut = (name: string, length: number): string => cutName(name, { ...nameLimit, length });
  const room = nameLimit.length - '__seq'.length;
  const whole = [table, column].map((name) => Buffer.byteLength(name)) as [number, number];
  let [ofTable, ofColumn] = whole;
  while (ofTable + ofColumn > room) {
    if (ofTable > ofColumn) ofTable -= 1;
    else ofColumn -= 1;
  }
  return `${cut(table, ofTable)}_${cut(column, ofColumn)}_seq`;
}

/** `"schema"."name"`, or `"name"` in the data source's own schema. */
export function quoteQualified(name: QualifiedName): string {
  return name.schema === undefined ? quote(name.name) : `${quote(name.schema)}.${quote(name.name)}`;
}
