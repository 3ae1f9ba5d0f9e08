import { SQL_MODE } from './server.js';
import type { ScriptFrames } from '../text.js';
import { literal } from './text.js';

/** What the run of a script must not take from the server: the mode decides what is an error, and what literals mean. */
const WORDS = `SET SESSION sql_mode = ${literal(SQL_MODE)}, SESSION time_zone = '+00:00'`;

/** Changes of the schema commit by themselves: a transaction is around the rows between them alone. */
export const scriptFrames: ScriptFrames = {
  transaction: () => ({ begin: `${WORDS};\n\nSTART TRANSACTION`, commit: 'COMMIT' }),
  outside: () => WORDS,
};
