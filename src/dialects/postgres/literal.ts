import { arrayText } from '../../sql/array-text.js';
import { quoteLiteral } from '../../sql/literals.js';

/**
 * A value as SQL text, as the pg driver would send it as a parameter.
 *
 * An array becomes an array literal; to put an array into a json column, pass `JSON.stringify` of it.
 */
export function literal(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  switch (typeof value) {
    case 'string':
      return stringLiteral(value);
    case 'number':
      return Number.isFinite(value) ? String(value) : `'${String(value)}'`;
    case 'bigint':
      return String(value);
    case 'boolean':
      return value ? 'TRUE' : 'FALSE';
    default:
      return objectLiteral(value);
  }
}

/** A string literal; with backslashes an escape string (`E'…'`), so that its meaning does not depend on server settings. */
export function stringLiteral(text: string): string {
  const quoted = quoteLiteral(text);
  return text.includes('\\') ? `E${quoted.replaceAll('\\', '\\\\')}` : quoted;
}

/** A DO statement of a PL/pgSQL block. */
export function doBlock(code: string): string {
  return `DO ${dollarQuoted(code, 'do')}`;
}

/** A text in dollar quotes, with a tag that it does not contain. */
export function dollarQuoted(text: string, name: string): string {
  let tag = `$${name}$`;
  for (let count = 2; text.includes(tag); count++) tag = `$${name}_${count}$`;
  return `${tag} ${text} ${tag}`;
}

function objectLiteral(value: unknown): string {
  if (value instanceof Date) return `'${value.toISOString()}'`;
  if (value instanceof Uint8Array) return `${stringLiteral(`\\x${Buffer.from(value).toString('hex')}`)}::bytea`;
  if (Array.isArray(value)) return stringLiteral(arrayText(value, elementText));
  return stringLiteral(JSON.stringify(value));
}

function elementText(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
