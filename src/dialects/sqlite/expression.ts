import { withoutOuterParentheses } from '../../sql/paths.js';
import { isToken, type Token, tokenize } from './parse/tokens.js';

/** Whether two SQL expressions are equal apart from spaces, case, quotes and outer parentheses. */
export function isSameSql(left: string, right: string): boolean {
  return left === right || normalForm(left) === normalForm(right);
}

/** A normal form for comparison: two spellings of one expression have the same. */
export function normalForm(sql: string): string {
  return withoutOuterParentheses(tokenize(sql).filter((token) => !isToken(token, ';')))
    .map(normalToken)
    .join(' ');
}

/** An expression without the qualifier of a table before its columns, where that is not ambiguous. */
export function withoutQualifier(sql: string, table: string): string {
  if (!sql.includes('.')) return sql;
  const tokens = tokenize(sql);
  const isQualifier = (token: Token, index: number): boolean =>
    token.isName &&
    token.value.toLowerCase() === table.toLowerCase() &&
    isToken(tokens[index + 1], '.') &&
    !isToken(tokens[index - 1], '.');
  return tokens
    .map((token, index) => ({
      from: token.start,
      to: tokens[index + 2]?.start ?? sql.length,
      isCut: isQualifier(token, index),
    }))
    .filter(({ isCut }) => isCut)
    .reduceRight((text, { from, to }) => text.slice(0, from) + text.slice(to), sql);
}

/** Whether ALTER TABLE … ADD accepts the default: a single value, not an expression. */
export function isConstant(sql: string): boolean {
  const tokens = withoutOuterParentheses(tokenize(sql));
  const [token] = isToken(tokens[0], '-') || isToken(tokens[0], '+') ? tokens.slice(1) : tokens;
  const signs = tokens.length - (token === undefined ? 0 : 1);
  if (token === undefined || signs > 1 || tokens.at(-1) !== token) return false;
  return ['string', 'number', 'binary'].includes(token.kind) || ['TRUE', 'FALSE'].some((word) => isToken(token, word));
}

/** Whether a default is NULL, which is the same as no default. */
export function isNull(sql: string): boolean {
  return /^[\s(]*null[\s)]*$/i.test(sql);
}

function normalToken(token: Token): string {
  switch (token.kind) {
    case 'string':
      return token.text;
    case 'number':
      return normalNumber(token.text);
    case 'quoted':
      return token.value.toLowerCase();
    case 'word':
      return WORDS[token.text.toLowerCase()] ?? token.text.toLowerCase();
    default:
      return SYMBOLS[token.text] ?? token.text.toLowerCase();
  }
}

const WORDS: Readonly<Record<string, string>> = { true: '1', false: '0' };
const SYMBOLS: Readonly<Record<string, string>> = { '==': '=', '<>': '!=' };

/** A number in normal form: `1.50` and `1.5e0` are equal, but `1` and `1.0` are not, since integers divide differently. */
function normalNumber(text: string): string {
  const digits = text.replaceAll('_', '').toLowerCase();
  if (digits.startsWith('0x') || !/[.e]/.test(digits)) return digits.replace(/^0+(?=\d)/, '');
  return `${Number(digits)}r`;
}
