/**
 * The parts of an SQL text that matter to a name in it: what is quoted away, what is a quoted identifier, what is a word.
 * A word behind `::` is a type and one before `(` a function; neither is a column. Some types have several words, and so
 * has AT TIME ZONE.
 */
const TOKEN =
  /e?'(?:[^']|'')*'|(\$\w*\$)[\s\S]*?\1|--[^\n]*|\/\*[\s\S]*?\*\/|::\s*(?:"(?:[^"]|"")*"|character varying|bit varying|double precision|[\w.]+(?:\(\d+\))?(?:\s+with(?:out)?\s+time\s+zone)?)|at\s+time\s+zone(?![\p{L}\p{N}_$])|("(?:[^"]|"")*"|`(?:[^`]|``)*`)|(?<![\p{L}\p{N}_$])([\p{L}_][\p{L}\p{N}_$]*)(?![\p{L}\p{N}_$]|\s*\()/giu;

/** Words that a database does not take for a column unless they are quoted. */
const RESERVED = wordSet(
  'all and any array as asc between both case cast check collate column constraint create cross current_date ' +
    'current_time current_timestamp current_user default desc distinct do else end except false fetch for foreign from ' +
    'full grant group having in index inner intersect into is isnull join leading left like limit natural not notnull ' +
    'null offset on only or order outer primary references right select session_user set some table then to trailing true ' +
    'union unique update user using values when where window with',
);

/** Words that PostgreSQL prints in quotes where they are names: its keywords, up to version 18, that are not `unreserved`. */
const QUOTED_BY_POSTGRES = wordSet(
  'all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both case cast ' +
    'char character check coalesce collate collation column concurrently constraint create cross current_catalog ' +
    'current_date current_role current_schema current_time current_timestamp current_user dec decimal default deferrable ' +
    'desc distinct do else end except exists extract false fetch float for foreign freeze from full grant greatest group ' +
    'grouping having ilike in initially inner inout int integer intersect interval into is isnull join json json_array ' +
    'json_arrayagg json_exists json_object json_objectagg json_query json_scalar json_serialize json_table json_value ' +
    'lateral leading least left like limit localtime localtimestamp merge_action national natural nchar none normalize ' +
    'not notnull null nullif numeric offset on only or order out outer overlaps overlay placing position precision primary ' +
    'real references returning right row select session_user setof similar smallint some substring symmetric system_user ' +
    'table tablesample then time timestamp to trailing treat trim true union unique user using values varchar variadic ' +
    'verbose when where window with xmlattributes xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi ' +
    'xmlroot xmlserialize xmltable',
);

/** Words that SQLite takes for a name only in quotes, and PostgreSQL without. */
const QUOTED_FOR_SQLITE = wordSet(
  'add alter autoincrement commit delete drop escape if index insert nothing set transaction update',
);

function wordSet(words: string): ReadonlySet<string> {
  return new Set(words.split(' '));
}

/** Whether an SQL expression uses a column of this name. */
export function mentionsColumn(sql: string, column: string): boolean {
  for (const [, , quoted, word] of sql.matchAll(TOKEN)) {
    if (isColumn(quoted, word, column)) return true;
  }
  return false;
}

/** Whether a query has a table or a view of this name in a FROM or a JOIN; capitals do not count. */
export function readsRelation(sql: string, name: string): boolean {
  const escaped = name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const named = `(?:"${escaped.replaceAll('"', '""')}"|\\[${escaped}\\]|\`${escaped}\`|${escaped}(?![\\p{L}\\p{N}_$]))`;
  const before = String.raw`(?<![\p{L}\p{N}_$])(?:from|join)[\s(]+(?:[^()]*,\s*)?`;
  const qualifier = String.raw`(?:(?:"(?:[^"]|"")*"|[\p{L}\p{N}_$]+)\s*\.\s*)?`;
  return new RegExp(before + qualifier + named, 'iu').test(sql);
}

/**
 * The SQL expression with one column called differently; texts, comments, types and functions stay as they are. What is in
 * quotes stays in quotes, so that the old name brings the old text back; a bare name gets quotes where some database needs
 * them for the new one.
 */
export function renameColumnIn(sql: string, from: string, to: string): string {
  return withColumn(sql, from, (quoted) => {
    if (quoted !== undefined) return quotedBy(quoted.charAt(0), to);
    return QUOTED_FOR_SQLITE.has(to) ? quotedBy('"', to) : identifierText(to);
  });
}

/** The SQL expression with a column's name in double quotes wherever it is: for comparing texts, whatever they quote. */
export function quoteColumnIn(sql: string, column: string): string {
  return withColumn(sql, column, () => quotedBy('"', column));
}

function withColumn(sql: string, column: string, write: (quoted: string | undefined) => string): string {
  return sql.replace(TOKEN, (token: string, _dollar: string, quoted?: string, word?: string) =>
    isColumn(quoted, word, column) ? write(quoted) : token,
  );
}

/** A name as PostgreSQL prints it: in quotes only where it must be. */
export function identifierText(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) && !QUOTED_BY_POSTGRES.has(name) ? name : quotedBy('"', name);
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
