import { type Token, tokenize } from '../parse/tokens.js';

/** Keywords, whose case does not matter. Other words may be names. */
const KEYWORDS = new Set(
  (
    'action as asc autoincrement cascade check collate conflict constraint create default deferrable deferred delete desc ' +
    'exists foreign generated if immediate index initially is key no not null on or primary references restrict rowid set ' +
    'stored strict table temp temporary unique update view virtual where without'
  )
    .toUpperCase()
    .split(' '),
);

/** Whether two statements differ only in white space, quotes around names and the case of keywords. */
export function sameStatement(one: string, other: string): boolean {
  return !hasComment(one) && !hasComment(other) && keyOf(one) === keyOf(other);
}

function keyOf(sql: string): string {
  const tokens = tokenize(sql);
  const kept = tokens.at(-1)?.text === ';' ? tokens.slice(0, -1) : tokens;
  return JSON.stringify(kept.map(tokenKey));
}

function tokenKey({ kind, value, keyword }: Token): string {
  if (kind === 'word' && KEYWORDS.has(keyword)) return keyword;
  return kind === 'string' ? `'${value}` : value;
}

/** Whether there is anything but white space between the tokens. */
function hasComment(sql: string): boolean {
  let end = 0;
  const gaps = tokenize(sql).map((token) => {
    const gap = sql.slice(end, token.start);
    end = token.end;
    return gap;
  });
  return [...gaps, sql.slice(end)].some((gap) => gap.trim() !== '');
}
