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
 * A text literal ends at a zero character for SQLite's parser, and the sqlite3 shell, which may be given it in a script, takes
 * away a carriage return before a line break: something else stands for them there.
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
