/** A stretch of SQL text: code, something in quotes, or a comment. */
export interface SqlSegment {
  readonly kind: 'code' | 'quoted' | 'comment';
  readonly text: string;
}

/** Where something that is no code begins; for a block comment only its opening, because those nest. */
const NOT_CODE = new RegExp(
  [
    /--[^\n]*/,
    /\/\*/,
    /(?<!\w)[eE]'[^'\\]*(?:(?:\\[\s\S]|'')[^'\\]*)*'?/,
    /'[^']*(?:''[^']*)*'?/,
    /"[^"]*(?:""[^"]*)*"?/,
    /`[^`]*(?:``[^`]*)*`?/,
    /(?<![\w$])\$(?<tag>[A-Za-z_]\w*)?\$[\s\S]*?(?:\$\k<tag>\$|$(?![\s\S]))/,
  ]
    .map((part) => part.source)
    .join('|'),
  'g',
);

/** Takes SQL text apart, as far as is needed to tell code from quotes and comments. Joined again it is the same text. */
export function segmentsOf(sql: string): readonly SqlSegment[] {
  const segments: SqlSegment[] = [];
  const add = (kind: SqlSegment['kind'], from: number, to: number): void => {
    if (to > from) segments.push({ kind, text: sql.slice(from, to) });
  };
  const finder = new RegExp(NOT_CODE);
  let position = 0;
  for (let match = finder.exec(sql); match !== null; match = finder.exec(sql)) {
    add('code', position, match.index);
    const isBlock = match[0] === '/*';
    position = isBlock ? endOfBlockComment(sql, match.index) : finder.lastIndex;
    add(isBlock || match[0].startsWith('--') ? 'comment' : 'quoted', match.index, position);
    finder.lastIndex = position;
  }
  add('code', position, sql.length);
  return segments;
}

function endOfBlockComment(sql: string, start: number): number {
  const mark = /\/\*|\*\//g;
  mark.lastIndex = start;
  let depth = 0;
  for (let match = mark.exec(sql); match !== null; match = mark.exec(sql)) {
    depth += match[0] === '/*' ? 1 : -1;
    if (depth === 0) return mark.lastIndex;
  }
  return sql.length;
}
