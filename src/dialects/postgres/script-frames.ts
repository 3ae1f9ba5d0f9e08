import { isDdl } from '../../sql/statements.js';
import { POSTGRES_SQL } from '../../sql/rules.js';
import type { ScriptFrames, StatementGuard } from '../text.js';
import { settleChecks } from './session/deferred-checks.js';

/** What a server, a database or a role may have set otherwise, as pg_dump sets it. */
const BACKSLASHES = 'SET standard_conforming_strings = on';

const hasBackslash = (statements: readonly string[]): boolean => statements.some((sql) => sql.includes('\\'));

/** A script sets how the backslashes of its literals are read, where it has any; a session of a run has it set. */
export const scriptFrames: ScriptFrames = {
  transaction: (statements) => ({
    begin: hasBackslash(statements) ? `BEGIN;\n\n${BACKSLASHES}` : 'BEGIN',
    commit: 'COMMIT',
  }),
  outside: (statements) => (hasBackslash(statements) ? BACKSLASHES : ''),
  inside: checksSettled,
};

/** Checks of rows that were written may wait for the end of the transaction, and would stop a change of their table. */
function checksSettled(): StatementGuard {
  let mayWait = false;
  return ({ sql, prelude }, byHand) => {
    const isChange = isDdl(sql, POSTGRES_SQL);
    const isDue = mayWait && (isChange || prelude !== undefined);
    const writesRows = byHand ? !isChange : /^(?:INSERT|UPDATE)\b/.test(sql);
    mayWait = writesRows || (mayWait && !isDue);
    return isDue ? settleChecks : [];
  };
}
