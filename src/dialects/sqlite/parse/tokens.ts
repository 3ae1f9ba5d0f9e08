import { SQLITE_SQL } from '../../../sql/rules.js';
import { codeTokens, type SqlToken } from '../../../sql/scanner.js';

export type Token = SqlToken;

/** The tokens of SQLite's SQL, without white space and comments. */
export function tokenize(sql: string): Token[] {
  return codeTokens(sql, SQLITE_SQL);
}

/** Whether a token is this keyword or symbol. Keywords are given in capitals. */
export function isToken(token: Token | undefined, expected: string): boolean {
  return token?.is(expected) === true;
}
