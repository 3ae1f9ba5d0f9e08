import type { QualifiedName } from '../../schema/schema.model.js';

/** A name in backticks. */
export function quote(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

/** Names in backticks with commas between them. */
export function quoteAll(names: readonly string[]): string {
  return names.map(quote).join(', ');
}

/** `` `database`.`name` ``, or only the name in the data source's own database. */
export function quoteQualified({ schema, name }: QualifiedName): string {
  return schema === undefined ? quote(name) : `${quote(schema)}.${quote(name)}`;
}

/** What a literal has instead of characters that end it, or that clients of scripts change. The backslash comes first. */
const ESCAPES: readonly (readonly [character: string, escape: string])[] = [
  ['\\', String.raw`\\`],
  ["'", "''"],
  ['\0', String.raw`\0`],
  ['\r', String.raw`\r`],
  ['\u001a', String.raw`\Z`],
];

/** A string literal, which means the same unless the sql_mode has NO_BACKSLASH_ESCAPES: sessions and scripts are without it. */
export function quoteString(text: string): string {
  return `'${ESCAPES.reduce((escaped, [character, escape]) => escaped.replaceAll(character, escape), text)}'`;
}

/**
 * A value as SQL text.
 *
 * Dates are written in UTC without a `Z`, which the servers refuse; booleans as 1 and 0, arrays and plain objects as JSON.
 */
export function literal(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return quoteString(value);
    case 'number':
      return Number.isFinite(value) ? String(value) : 'NULL';
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

function objectLiteral(value: object): string {
  if (value instanceof Date) return quoteString(value.toISOString().replace('T', ' ').replace('Z', ''));
  if (ArrayBuffer.isView(value)) {
    return `X'${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')}'`;
  }
  return quoteString(JSON.stringify(value));
}
