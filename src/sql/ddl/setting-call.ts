import type { SqlRules } from '../rules.js';
import { codeTokens } from '../scanner.js';
import { TokenCursor } from './cursor.js';
import type { SqlStatement } from './statement.js';

/** What a query sets by a function, with constants: `set_config('lock_timeout', '0', true)`, `setval('number', 1)`. */
export function settingCall(cursor: TokenCursor, rules: SqlRules): SqlStatement | undefined {
  while (!cursor.isAtEnd) {
    const name = cursor.skip();
    if (name?.isName !== true || !cursor.is('(')) continue;
    const called = name.value.toLowerCase();
    if (called !== 'set_config' && called !== 'setval') continue;
    const [first, second] = cursor.groupParts().map((part) => ({ token: part.skip(), rest: part.rest() }));
    if (first?.token?.kind !== 'string' || second?.token === undefined || second.rest !== '') return undefined;
    if (called === 'set_config') return { kind: 'set', setting: first.token.value, value: second.token.value };
    if (second.token.kind !== 'number') return undefined;
    const sequence = new TokenCursor(codeTokens(first.token.value, rules), first.token.value, rules).path();
    return sequence && { kind: 'setval', name: sequence };
  }
  return undefined;
}
