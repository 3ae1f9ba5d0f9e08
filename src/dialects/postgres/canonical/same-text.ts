/**
 * Whether two texts are the same expression for certain: the same but for parentheses around the whole, and quotes
 * around names that need none. What this cannot tell, the database is asked.
 */
export function sameText(wanted: string, actual: string): boolean {
  return wanted === actual || bare(wanted) === bare(actual);
}

/**
 * Whether a default that the catalog prints is the wanted string literal, with the cast that the catalog adds, or without
 * the quotes that a number needs not. Only for a column whose type is as wanted.
 */
export function sameLiteral(wanted: string, actual: string): boolean {
  if (!/^'(?:[^']|'')*'$/.test(wanted)) return false;
  if (actual.startsWith(`${wanted}::`)) return !actual.slice(wanted.length).includes("'");
  return /^\d+(?:\.\d+)?$/.test(actual) && wanted === `'${actual}'`;
}

function bare(expression: string): string {
  return withoutParentheses(withoutQuotes(expression.trim()));
}

/** `"price" > 0` as `price > 0`; the catalog quotes a name only when it must. */
function withoutQuotes(expression: string): string {
  return expression.replaceAll(
    /'(?:[^']|'')*'|"([a-z_][a-z0-9_]*)"/g,
    (text, name: string | undefined) => name ?? text,
  );
}

function withoutParentheses(expression: string): string {
  let inner = expression;
  while (inner.startsWith('(') && closes(inner) === inner.length - 1) inner = inner.slice(1, -1).trim();
  return inner;
}

/** Where the parenthesis that opens the text is closed. Not found when a literal or a name confuses the count. */
function closes(text: string): number {
  if (/['"]/.test(text)) return -1;
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    if (text[index] === '(') depth += 1;
    if (text[index] === ')') depth -= 1;
    if (depth === 0) return index;
  }
  return -1;
}
