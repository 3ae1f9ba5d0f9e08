/** Unicode values of the characters that the scanner looks for. */
export const CHAR = {
  lineFeed: 10,
  space: 32,
  hash: 35,
  dollar: 36,
  ampersand: 38,
  quote: 39,
  star: 42,
  plus: 43,
  dash: 45,
  dot: 46,
  slash: 47,
  zero: 48,
  nine: 57,
  doubleQuote: 34,
  backslash: 92,
  underscore: 95,
} as const;

/** White space and control characters. */
export function isSpace(code: number): boolean {
  return code <= CHAR.space;
}

export function isDigit(code: number): boolean {
  return code >= CHAR.zero && code <= CHAR.nine;
}

/** Whether an unquoted name may begin with the character: a letter, an underscore, or anything beyond ASCII, on every database. */
export function isNameStart(code: number): boolean {
  const small = code | 32;
  return (small >= 97 && small <= 122) || code === CHAR.underscore || code >= 128;
}

export function isNamePart(code: number): boolean {
  return isNameStart(code) || isDigit(code) || code === CHAR.dollar;
}

/** Index of the first character from `at` on that is not of the kind. */
export function skip(sql: string, at: number, isSuch: (code: number) => boolean): number {
  let end = at;
  while (end < sql.length && isSuch(sql.charCodeAt(end))) end++;
  return end;
}
