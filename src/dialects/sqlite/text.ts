import { quoteLiteral as quoteString } from '../../sql/literals.js';

export { quoteName as quote, quoteNames as quoteAll } from '../../sql/identifiers.js';
export { quoteLiteral as quoteString } from '../../sql/literals.js';

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

/**
 * A string literal; zero characters, and carriage returns before a line break, are written as other characters that
 * `replace` turns back. SQLite's parser ends a literal at the former, and the sqlite3 shell removes the latter from a
 * script.
 */
function stringLiteral(text: string): string {
  let written = text;
  const standIns: (readonly [standIn: string, code: number])[] = [];
  for (const [lost, code] of LOST_IN_LITERALS) {
    if (!lost.test(written)) continue;
    const standIn = unusedCharacter(written);
    written = written.split(lost).join(standIn);
    standIns.push([standIn, code]);
  }
  return standIns.reduce(
    (sql, [standIn, code]) => `replace(${sql}, char(${standIn.charCodeAt(0)}), char(${code}))`,
    quoteString(written),
  );
}

const LOST_IN_LITERALS = [
  [/\0/, 0],
  [/\r(?=\n)/, 13],
] as const;

function unusedCharacter(text: string): string {
  let code = 0xe000;
  while (text.includes(String.fromCharCode(code))) code++;
  return String.fromCharCode(code);
}

/** A number. SQLite has no literals for infinities, but parses a number out of range as one; not-a-number is NULL. */
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
