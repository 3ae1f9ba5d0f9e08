import { isDdl } from '../../sql/statements.js';
import { POSTGRES_SQL } from '../../sql/rules.js';
import type { ScriptFrames, StatementGuard } from '../text.js';
import { settleChecks } from './session/deferred-checks.js';

/**
 * Makes a backslash in a literal an ordinary character, whatever the server, the database or the role has set; as pg_dump
 * does.
 */
const BACKSLASHES = 'SET standard_conforming_strings = on';

const hasBackslash = (statements: readonly string[]): boolean => statements.some((sql) => sql.includes('\\'));

/** Frames with the setting for backslashes, in scripts that contain any; a session of a run always has it set. */
export const scriptFrames: ScriptFrames = {
  transaction: (statements) => ({
    begin: hasBackslash(statements) ? `BEGIN;\n\n${BACKSLASHES}` : 'BEGIN',
    commit: 'COMMIT',
  }),
  outside: (statements) => (hasBackslash(statements) ? BACKSLASHES : ''),
  inside: checksSettled,
};

/** Runs deferred checks before a change of a table: PostgreSQL alters no table with pending ones. */
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
