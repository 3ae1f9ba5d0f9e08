type Kind = 'word' | 'quoted' | 'string' | 'number' | 'blob' | 'parameter' | 'symbol';

/** A piece of an SQL text. Spaces and comments are none. */
export interface Token {
  readonly kind: Kind;
  /** As written. */
  readonly text: string;
  /** What it stands for: a name or a string without its quotes, anything else as written. */
  readonly value: string;
  /** A word in capitals, or a symbol; empty for what can be neither a keyword nor a symbol. */
  readonly keyword: string;
  readonly start: number;
  readonly end: number;
}

/** By SQLite's rules: every character beyond ASCII may be part of a name. */
const PATTERN = new RegExp(
  [
    String.raw`[\u0000-\u0020]+|--[^\n]*|/\*[\s\S]*?(?:\*/|$)`,
    String.raw`[xX]'[0-9a-fA-F]*'`,
    String.raw`[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*`,
    String.raw`'(?:[^']|'')*'`,
    String.raw`"(?:[^"]|"")*"`,
    '`(?:[^`]|``)*`',
    String.raw`\[[^\]]*\]`,
    String.raw`0[xX][0-9a-fA-F_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?`,
    String.raw`\?\d*|[:@$][\w$]+`,
    String.raw`\|\||<<|>>|<=|>=|==|!=|<>|->>|->|[\s\S]`,
  ].join('|'),
  'g',
);

/** The tokens of an SQL text. */
export function tokenize(sql: string): Token[] {
  const tokens: Token[] = [];
  PATTERN.lastIndex = 0;
  for (let start = 0; PATTERN.test(sql); start = PATTERN.lastIndex) {
    const end = PATTERN.lastIndex;
    const text = sql.slice(start, end);
    const kind = kindOf(text);
    if (kind === undefined) continue;
    const keyword = kind === 'word' ? text.toUpperCase() : kind === 'symbol' ? text : '';
    tokens.push({ kind, text, value: valueOf(kind, text), keyword, start, end });
  }
  return tokens;
}

/** Undefined for spaces and comments. */
function kindOf(text: string): Kind | undefined {
  const first = text.charAt(0);
  if (isNameCharacter(first)) return text.endsWith("'") ? 'blob' : 'word';
  if (first === "'") return text.length > 1 ? 'string' : 'symbol';
  if (first === '"' || first === '`' || first === '[') return text.length > 1 ? 'quoted' : 'symbol';
  if (isDigit(first) || (first === '.' && text.length > 1)) return 'number';
  if (first <= ' ' || text.startsWith('--') || text.startsWith('/*')) return undefined;
  return first === '?' || (text.length > 1 && ':@$'.includes(first)) ? 'parameter' : 'symbol';
}

function isNameCharacter(character: string): boolean {
  const isLetter = (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
  return isLetter || character === '_' || character >= '\u0080';
}

function isDigit(character: string): boolean {
  return character >= '0' && character <= '9';
}

/** SQLite takes a name in its own quotes, in MySQL's and in SQL Server's. */
function valueOf(kind: Kind, text: string): string {
  if (kind !== 'quoted' && kind !== 'string') return text;
  const quote = text.charAt(0);
  const inner = text.slice(1, -1);
  return quote === '[' ? inner : inner.replaceAll(quote + quote, quote);
}

/** Whether a token is this keyword or symbol. Keywords are given in capitals. */
export function isToken(token: Token | undefined, expected: string): boolean {
  return token?.keyword === expected;
}

/** Index of the `)` that closes the `(` at `open`; the end of the tokens when nothing does. */
export function closingIndex(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let index = open; index < tokens.length; index++) {
    if (isToken(tokens[index], '(')) depth++;
    if (isToken(tokens[index], ')') && --depth === 0) return index;
  }
  return tokens.length;
}
