import { POSTGRES_SQL } from '../../../sql/rules.js';
import { codeTokens } from '../../../sql/scanner.js';
import { beginsWith } from '../../../sql/statements.js';

const VERBS = ['BEGIN', 'START', 'COMMIT', 'END', 'ROLLBACK', 'ABORT', 'SAVEPOINT', 'RELEASE', 'PREPARE'];

/** What each of them has somewhere: most statements have none of it, and need not be cut into tokens. */
const ANY_VERB = new RegExp(`\\b(?:${VERBS.join('|')}|TRANSACTION)\\b`, 'i');

const UNDOING = /\b(?:ROLLBACK|ABORT)\b/i;

/** Whether no savepoint can be set around a statement, since it sets, releases or undoes one, or begins or ends a transaction. */
export function controlsTransaction(sql: string): boolean {
  if (!ANY_VERB.test(sql)) return false;
  const [first, second] = codeTokens(sql, POSTGRES_SQL, 2);
  return VERBS.some((verb) => first?.is(verb)) || (first?.is('SET') === true && second?.is('TRANSACTION') === true);
}

/** Whether SQL of one or several statements may control transactions; true in doubt. */
export function mayControl(sql: string): boolean {
  return ANY_VERB.test(sql) && (controlsTransaction(sql) || /;\s*\S/.test(sql));
}

/** Whether a statement undoes a transaction, or what followed a savepoint. */
export function undoes(sql: string): boolean {
  return UNDOING.test(sql) && ['ROLLBACK', 'ABORT'].some((verb) => beginsWith(sql, POSTGRES_SQL, verb));
}
