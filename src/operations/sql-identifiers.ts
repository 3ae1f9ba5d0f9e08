/**
 * The parts of an SQL text that matter to a name in it: what is quoted away, what is a quoted identifier, what is a word.
 * A word behind `::` is a type and one before `(` a function; neither is a column.
 */
const TOKEN =
  /[eE]?'(?:[^']|'')*'|(\$\w*\$)[\s\S]*?\1|--[^\n]*|\/\*[\s\S]*?\*\/|::\s*(?:"(?:[^"]|"")*"|[\w.]+)|("(?:[^"]|"")*"|`(?:[^`]|``)*`)|(?<![\p{L}\p{N}_$])([\p{L}_][\p{L}\p{N}_$]*)(?![\p{L}\p{N}_$]|\s*\()/gu;

/** Words that a database does not take for a column unless they are quoted. */
const RESERVED = new Set(
  (
    'all and any array as asc between both case cast check collate column constraint create cross current_date ' +
    'current_time current_timestamp current_user default desc distinct do else end except false fetch for foreign from ' +
    'full grant group having in index inner intersect into is isnull join leading left like limit natural not notnull ' +
    'null offset on or order outer primary references right select session_user set some table then to trailing true ' +
    'union unique update user using values when where window with'
  ).split(' '),
);

/** Whether an SQL expression uses a column of this name. */
export function mentionsColumn(sql: string, column: string): boolean {
  for (const [, , quoted, word] of sql.matchAll(TOKEN)) {
    if (isColumn(quoted, word, column)) return true;
  }
  return false;
}

/**
 * The SQL expression with one column called differently; texts, comments, types and functions stay as they are. Quotes stay
 * where somebody likes them, but not where the old name needed them: a database that prints names writes the new one without.
 */
export function renameColumnIn(sql: string, from: string, to: string): string {
  return sql.replace(TOKEN, (token: string, _dollar: string, quoted?: string, word?: string) => {
    if (!isColumn(quoted, word, from)) return token;
    const isKept = quoted !== undefined && quoted !== identifierText(from);
    return isKept ? quotedBy(quoted.charAt(0), to) : identifierText(to);
  });
}

/** A name as databases print it: in quotes only where it must be. */
export function identifierText(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) && !RESERVED.has(name) ? name : quotedBy('"', name);
}

function quotedBy(quote: string, name: string): string {
  return quote + name.replaceAll(quote, quote + quote) + quote;
}

function isColumn(quoted: string | undefined, word: string | undefined, column: string): boolean {
  if (quoted !== undefined) {
    const quote = quoted.charAt(0);
    return quoted.slice(1, -1).replaceAll(quote + quote, quote) === column;
  }
  return word !== undefined && (word === column || word.toLowerCase() === column) && !RESERVED.has(word.toLowerCase());
}
