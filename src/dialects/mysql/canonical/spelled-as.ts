import type { ColumnModel } from '../../../schema/schema.model.js';
import { RESERVED } from '../../../sql/identifiers.js';
import { withoutOuterParentheses } from '../../../sql/paths.js';
import { MYSQL_SQL } from '../../../sql/rules.js';
import { codeTokens, type SqlToken } from '../../../sql/scanner.js';
import { isNumber } from '../types.js';

/** The actual text of an expression where the wanted one differs from it in nothing but spelling, so that it need not be printed. */
export function spelledAs(actual: string | undefined, wanted: string): string {
  if (actual === undefined || actual === wanted) return wanted;
  return keyOf(actual) === keyOf(wanted) ? actual : wanted;
}

/** The same for the default of a column: of a number also where it is the same number. */
export function defaultSpelledAs(actual: ColumnModel | undefined, wanted: string, type: string): string {
  const found = actual?.default;
  const isSameNumber = isNumber(type) && isNumber(actual?.type ?? '') && numberIn(wanted) === numberIn(found ?? '');
  return isSameNumber && found !== undefined && numberIn(found) !== undefined ? found : spelledAs(found, wanted);
}

/** A number without needless zeros and signs: `'1.50'` as `1.5`. Undefined for anything else, also for one with an exponent. */
function numberIn(sql: string): string | undefined {
  const [, sign = '', whole = '', fraction = ''] = /^'?([-+]?)0*(\d+?)(?:\.(\d*?)0*)?'?$/.exec(sql) ?? [];
  if (whole === '') return /^true$/i.test(sql) ? '1' : /^false$/i.test(sql) ? '0' : undefined;
  const digits = fraction === '' ? whole : `${whole}.${fraction}`;
  return sign === '-' && digits !== '0' ? `-${digits}` : digits;
}

/**
 * A key that is equal for two spellings: without quotes of names, outer parentheses and the parentheses of a call without
 * arguments, and with words in small letters, since their case means nothing here.
 */
function keyOf(sql: string): string {
  const code = withoutOuterParentheses(codeTokens(sql, MYSQL_SQL));
  const isCall = code.length === 3 && code[0]?.kind === 'word' && code[1]?.is('(') && code[2]?.is(')');
  return (isCall ? code.slice(0, 1) : code).map(tokenKey).join(' ');
}

function tokenKey({ kind, text, value }: SqlToken): string {
  if (kind === 'word') return text.toLowerCase();
  const isPlain = kind === 'quoted' && /^\w+$/.test(value) && !RESERVED.has(value.toLowerCase());
  return isPlain ? value.toLowerCase() : text;
}
