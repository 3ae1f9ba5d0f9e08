import type { ScriptFrames } from '../text.js';

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
};
