import { pathAt } from '../../../sql/paths.js';
import { MYSQL_SQL } from '../../../sql/rules.js';
import { codeTokens } from '../../../sql/scanner.js';
import { errorNumber, errors } from './error-codes.js';

/** Between two of them somebody else may have used the table under an alias. */
const MOST_TRIES = 5;

/**
 * Sends a statement, and again where MariaDB fails to rename a column in a check, a default or an expression of its table: the server
 * looks for it under the alias of the last query that has used the table (error 1054). A change that does nothing makes it forget those.
 */
export async function onFreshTable<T>(sql: string, send: (sql: string) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await send(sql);
    } catch (error) {
      const refresh = tries < MOST_TRIES && isOfExpression(error) ? refreshBefore(sql) : undefined;
      if (refresh === undefined) throw error;
      await send(refresh);
    }
  }
}

function isOfExpression(error: unknown): boolean {
  const isUnknown = errorNumber(error) === errors.unknownColumn;
  return isUnknown && /'(?:CHECK|DEFAULT|GENERATED ALWAYS AS)'/.test((error as Error).message);
}

/** The statement that makes the server forget how a table was used; undefined for one that renames no column. */
function refreshBefore(sql: string): string | undefined {
  const code = codeTokens(sql, MYSQL_SQL);
  const at = code.findIndex((token) => token.is('TABLE'));
  if (!code[0]?.is('ALTER') || at === -1) return undefined;
  const renames = code.some((token, index) =>
    token.is('CHANGE') ? true : token.is('RENAME') && code[index + 1]?.is('COLUMN'),
  );
  const isConditional = code[at + 1]?.is('IF') && code[at + 2]?.is('EXISTS');
  const path = renames ? pathAt(code, isConditional ? at + 3 : at + 1) : undefined;
  const [first, last] = [path?.names[0], path?.names.at(-1)];
  return first && last && refreshSql(sql.slice(first.start, last.end));
}

/** @param table its quoted name */
export function refreshSql(table: string): string {
  return `ALTER TABLE ${table} ENABLE KEYS`;
}
