import { withoutOuterParentheses } from '../../sql/paths.js';
import { isToken, type Token, tokenize } from './parse/tokens.js';

/** Whether two SQL texts say the same, whatever their spaces, capitals, quotes and outer parentheses. */
export function isSameSql(left: string, right: string): boolean {
  return left === right || normalForm(left) === normalForm(right);
}

/**
 * What two spellings of one expression have in common. For comparing only: SQLite keeps texts as they were written, and
 * so does this package.
 */
export function normalForm(sql: string): string {
  return withoutOuterParentheses(tokenize(sql).filter((token) => !isToken(token, ';')))
    .map(normalToken)
    .join(' ');
}

/** An expression about one table without the table's name before its columns, where nothing else can be meant. */
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

/** Whether ALTER TABLE … ADD takes the default: a single value and no expression. */
export function isConstant(sql: string): boolean {
  const tokens = withoutOuterParentheses(tokenize(sql));
  const [token] = isToken(tokens[0], '-') || isToken(tokens[0], '+') ? tokens.slice(1) : tokens;
  const signs = tokens.length - (token === undefined ? 0 : 1);
  if (token === undefined || signs > 1 || tokens.at(-1) !== token) return false;
  return ['string', 'number', 'binary'].includes(token.kind) || ['TRUE', 'FALSE'].some((word) => isToken(token, word));
}

/** Whether a default is NULL, which is none. */
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

/** `1.50` and `1.5e0` are one number; `1` and `1.0` are not one value: an integer divides differently. */
function normalNumber(text: string): string {
  const digits = text.replaceAll('_', '').toLowerCase();
  if (digits.startsWith('0x') || !/[.e]/.test(digits)) return digits.replace(/^0+(?=\d)/, '');
  return `${Number(digits)}r`;
}
