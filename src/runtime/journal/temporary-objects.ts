import type { SqlRules } from '../../sql/rules.js';
import { codeTokens, type SqlToken } from '../../sql/scanner.js';
import { beginsWith, tablesChangedBy } from '../../sql/statements.js';

const TEMPORARY = ['TEMP', 'TEMPORARY'];

/** Keywords that may be between CREATE and TEMPORARY. */
const BEFORE = ['OR', 'REPLACE', 'LOCAL', 'GLOBAL'];

/** Whether a statement makes an object that ends with the session, and not already with the transaction. */
export function makesTemporary(sql: string, rules: SqlRules): boolean {
  const code = codeTokens(sql, rules);
  if (!code.some(({ keyword }) => TEMPORARY.includes(keyword) || keyword === 'PG_TEMP')) return false;
  return isMadeIn(code) && !code.some((_token, at) => isAt(code, at, 'ON', 'COMMIT', 'DROP'));
}

function isMadeIn(code: readonly SqlToken[]): boolean {
  const [verb] = code;
  if (verb?.is('CREATE') === true) {
    const next = code.slice(1).findIndex(({ keyword }) => !BEFORE.includes(keyword)) + 1;
    return (
      TEMPORARY.includes(code[next]?.keyword ?? '') || code.slice(next, next + 6).some((token) => token.is('PG_TEMP'))
    );
  }
  return (
    verb?.is('SELECT') === true &&
    code.some((token, at) => token.is('INTO') && TEMPORARY.includes(code[at + 1]?.keyword ?? ''))
  );
}

function isAt(code: readonly SqlToken[], at: number, ...words: readonly string[]): boolean {
  return words.every((word, ahead) => code[at + ahead]?.is(word) === true);
}

/** Whether one statement drops a table that another one makes. */
export function dropsTableOf(drop: string, made: string, rules: SqlRules): boolean {
  if (!beginsWith(drop, rules, 'DROP')) return false;
  const names = tablesChangedBy(made, rules);
  const dropped = tablesChangedBy(drop, rules);
  return names.length > 0 && names.every((name) => dropped.includes(name));
}
