import { nameValue } from './quotes.js';
import type { SqlToken } from './scanner.js';

/** Keywords that PostgreSQL's catalog prints quoted when they are names: those up to version 18 that are not `unreserved`. */
const QUOTED_BY_POSTGRES = keywordSet(
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

/** Keywords that SQLite accepts as a name only in quotes, and PostgreSQL without. */
const QUOTED_FOR_SQLITE = keywordSet(
  'add alter autoincrement commit delete drop escape if index insert nothing set transaction update',
);

/** Keywords that some database accepts as a name only in quotes. */
export const RESERVED = keywordSet(
  'all and any array as asc between both case cast check collate column constraint create cross current_date ' +
    'current_time current_timestamp current_user default desc distinct do else end except false fetch for foreign from ' +
    'full grant group having in index inner intersect into is isnull join leading left like limit natural not notnull ' +
    'null offset on only or order outer primary references right select session_user set some table then to trailing true ' +
    'union unique update user using values when where window with',
);

function keywordSet(keywords: string): ReadonlySet<string> {
  return new Set(keywords.split(' '));
}

/** A name in double quotes, so that capitals, spaces and keywords are safe. */
export function quoteName(name: string): string {
  return quotedBy('"', name);
}

/** Names in double quotes with commas between them. */
export function quoteNames(names: readonly string[]): string {
  return names.map(quoteName).join(', ');
}

/** A name without the quotes that a catalog may have printed it in. */
export function unquotedName(written: string): string {
  return written.startsWith('"') ? nameValue(written) : written;
}

function quotedBy(quote: string, name: string): string {
  return quote + name.replaceAll(quote, quote + quote) + quote;
}

/** A name as PostgreSQL's catalog prints it: quoted only where it must be. */
export function identifierText(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) && !QUOTED_BY_POSTGRES.has(name) ? name : quoteName(name);
}

/**
 * A name spelled to replace another: in the same quotes, so that replacing it back gives the same SQL again. Where the other has
 * none, it is quoted only where some database needs that.
 */
export function writtenLike(token: SqlToken, name: string): string {
  const quote = token.text.charAt(0);
  if (token.kind === 'quoted') {
    if (quote === '[') return name.includes(']') ? quoteName(name) : `[${name}]`;
    return quotedBy(quote === '`' ? quote : '"', name);
  }
  return QUOTED_FOR_SQLITE.has(name) ? quoteName(name) : identifierText(name);
}
