import { edited } from '../../../sql/edit.js';
import { withoutParentheses } from '../../../sql/expressions.js';
import { MYSQL_SQL } from '../../../sql/rules.js';
import { codeTokens } from '../../../sql/scanner.js';
import type { Server } from '../server.js';
import { quoteString } from '../text.js';
import { isBytes, isNumber, isTime } from '../types.js';
import type { ColumnRow } from './queries.js';

/**
 * The default of a column as SQL; undefined where it has none.
 *
 * MariaDB prints SQL, and NULL for a column that may be NULL. MySQL prints the bare text of a literal, and of an expression what
 * only EXTRA tells from one (MySQL 8.4 manual, "The INFORMATION_SCHEMA COLUMNS Table").
 */
export function columnDefault(
  { default: printed, extra }: ColumnRow,
  type: string,
  server: Server,
): string | undefined {
  if (printed === null) return undefined;
  if (server.isMariaDb) return isNull(printed) ? undefined : printed;
  if (/DEFAULT_GENERATED/i.test(extra)) return catalogExpression(printed, server);
  if (isNumber(type) || type === 'year' || (type === 'bit' && printed.startsWith("b'"))) return printed;
  if (isBytes(type) && printed.startsWith('0x')) return printed;
  if (isTime(type) && isCurrentTime(printed)) return printed;
  return quoteString(printed);
}

/** The same by the text that SHOW CREATE TABLE has after DEFAULT, where MySQL quotes numbers too. */
export function shownDefault(shown: string | undefined, type: string, server: Server): string | undefined {
  if (shown === undefined || isNull(shown)) return undefined;
  if (server.isMariaDb) return shown;
  const number = isNumber(type) ? /^'(.*)'$/.exec(shown)?.[1] : undefined;
  return number ?? expressionText(shown, server);
}

function isNull(sql: string): boolean {
  return /^null$/i.test(sql);
}

function isCurrentTime(sql: string): boolean {
  return /^current_timestamp(?:\(\d*\))?$/i.test(sql);
}

/** The expression of ON UPDATE in EXTRA. */
export function onUpdateText(extra: string): string | undefined {
  return /on update ([a-z_]+(?:\(\d*\))?)/i.exec(extra)?.[1];
}

/**
 * An expression of a default, a check or a generated column without what the servers add to it: outer parentheses, and on MySQL the
 * character sets of its strings (`_utf8mb4'x'`).
 */
export function expressionText(printed: string, server: Server): string {
  return withoutParentheses(server.isMariaDb ? printed : withoutIntroducers(printed), MYSQL_SQL);
}

/** The same by the text of information_schema. */
export function catalogExpression(printed: string, server: Server): string {
  return expressionText(shownText(printed, server), server);
}

/** The text of information_schema as SHOW CREATE TABLE prints it: on MySQL it is escaped once more (`_utf8mb4\'x\'`). */
export function shownText(printed: string, server: Server): string {
  return server.isMariaDb ? printed : unescaped(printed);
}

const ESCAPED: Readonly<Record<string, string>> = { n: '\n', r: '\r', '0': '\0', Z: '\u001a' };

function unescaped(sql: string): string {
  return sql.replaceAll(/\\(.)/gs, (_all, character: string) => ESCAPED[character] ?? character);
}

function withoutIntroducers(sql: string): string {
  const code = codeTokens(sql, MYSQL_SQL);
  return edited(
    sql,
    code
      .filter(({ kind, text }, at) => kind === 'word' && text.startsWith('_') && code[at + 1]?.kind === 'string')
      .map(({ start, end }) => ({ start, end, text: '' })),
  );
}
