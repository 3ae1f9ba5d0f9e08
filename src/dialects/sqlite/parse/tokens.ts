/** A piece of an SQL text. Spaces and comments are none. */
export interface Token {
  readonly kind: 'word' | 'quoted' | 'string' | 'number' | 'blob' | 'parameter' | 'symbol';
  /** As written. */
  readonly text: string;
  /** What it stands for: a name or a string without its quotes, a word as written. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

const PATTERN = new RegExp(
  [
    String.raw`(?<space>\s+|--[^\n]*|/\*[\s\S]*?(?:\*/|$))`,
    String.raw`(?<blob>[xX]'[0-9a-fA-F]*')`,
    String.raw`(?<string>'(?:[^']|'')*')`,
    String.raw`(?<quoted>"(?:[^"]|"")*"|${'`'}(?:[^${'`'}]|${'``'})*${'`'}|\[[^\]]*\])`,
    String.raw`(?<number>0[xX][0-9a-fA-F_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?)`,
    String.raw`(?<word>[\p{L}_\u0080-\uffff][\p{L}\p{N}_$\u0080-\uffff]*)`,
    String.raw`(?<parameter>\?\d*|[:@$][\w$]+)`,
    String.raw`(?<symbol>\|\||<<|>>|<=|>=|==|!=|<>|->>|->|[\s\S])`,
  ].join('|'),
  'guy',
);

/** The tokens of an SQL text by SQLite's rules. */
export function tokenize(sql: string): Token[] {
  const tokens: Token[] = [];
  for (const match of sql.matchAll(PATTERN)) {
    const [kind, text] = Object.entries(match.groups ?? {}).find(([, text]) => text !== undefined) as [string, string];
    if (kind === 'space') continue;
    const start = match.index;
    tokens.push({ kind: kind as Token['kind'], text, value: valueOf(text), start, end: start + text.length });
  }
  return tokens;
}

/** SQLite takes a name in any of its three quotes, and MySQL's and SQL Server's among them. */
function valueOf(text: string): string {
  const quote = text.charAt(0);
  if (quote === '[') return text.length > 1 ? text.slice(1, -1) : text;
  if (text.length < 2 || !`"'\``.includes(quote)) return text;
  return text.slice(1, -1).replaceAll(quote + quote, quote);
}

/** Whether a token is this keyword or symbol. Keywords are given in capitals. */
export function isToken(token: Token | undefined, expected: string): boolean {
  if (token === undefined) return false;
  return token.kind === 'word'
    ? token.text.toUpperCase() === expected
    : token.kind === 'symbol' && token.text === expected;
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
