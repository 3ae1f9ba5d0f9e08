import type { Dialect } from '../../dialects/dialect.js';
import { isDdl } from '../../sql/statements.js';

/** Whether a statement can be in no transaction with its record: it is in none, or it ends the one that is open. */
export function commitsByItself(sql: string, dialect: Pick<Dialect, 'placeOf' | 'sqlRules' | 'transactions'>): boolean {
  return dialect.placeOf(sql) === 'alone' || (dialect.transactions === 'rows' && isDdl(sql, dialect.sqlRules));
}
