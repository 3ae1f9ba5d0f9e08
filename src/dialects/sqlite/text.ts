/** An identifier in double quotes. */
export function quote(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}

/** Identifiers in a comma-separated list. */
export function quoteAll(identifiers: readonly string[]): string {
  return identifiers.map(quote).join(', ');
}

/** A string in single quotes. */
export function quoteString(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/**
 * A value as SQL text.
 *
 * Dates are written as TypeORM stores them (UTC, `2024-01-31 12:00:00.000`), booleans as 1 and 0, arrays and plain
 * objects as JSON.
 */
export function literal(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return stringLiteral(value);
    case 'number':
      return numberLiteral(value);
    case 'bigint':
      return value.toString();
    case 'boolean':
      return value ? '1' : '0';
    case 'object':
      return value === null ? 'NULL' : objectLiteral(value);
    default:
      return 'NULL';
  }
}

/** A text literal ends at a zero character for SQLite's parser, so such a text is put together. */
function stringLiteral(text: string): string {
  return text.split('\u0000').map(quoteString).join(' || char(0) || ');
}

/** SQLite has no words for the infinities and not-a-number; a number out of range is read as the former. */
function numberLiteral(value: number): string {
  if (Number.isNaN(value)) return 'NULL';
  if (!Number.isFinite(value)) return value > 0 ? '9e999' : '-9e999';
  return String(value);
}

function objectLiteral(value: object): string {
  if (value instanceof Date) return quoteString(value.toISOString().replace('T', ' ').replace('Z', ''));
  if (ArrayBuffer.isView(value)) {
    return `X'${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')}'`;
  }
  return stringLiteral(JSON.stringify(value));
}
