import { MYSQL_SQL } from '../../sql/rules.js';
import { codeTokens } from '../../sql/scanner.js';
import { terminated } from '../../sql/statements.js';
import { SQL_MODE } from './server.js';
import type { ScriptFrames } from '../text.js';
import { literal } from './text.js';

/**
 * What the run of a script must not take from the server or the client: the mode decides what is an error and what literals
 * mean, and the client reads the file in the character set of its locale, which may be latin1.
 */
const WORDS = `SET NAMES utf8mb4;\n\nSET SESSION sql_mode = ${literal(SQL_MODE)}, SESSION time_zone = '+00:00'`;

/** Changes of the schema commit by themselves: a transaction is around the rows between them alone. */
export const scriptFrames: ScriptFrames = {
  transaction: () => ({ begin: `${WORDS};\n\nSTART TRANSACTION`, commit: 'COMMIT' }),
  outside: () => WORDS,
  // That which new sessions have.
  inApplicationZone: ['SET SESSION time_zone = @@GLOBAL.time_zone', "SET SESSION time_zone = '+00:00'"],
  ended(sql) {
    if (
      !codeTokens(sql, MYSQL_SQL)
        .slice(0, -1)
        .some((token) => token.is(';'))
    )
      return terminated(sql, MYSQL_SQL);
    // The client cuts at its delimiter before the server sees the BEGIN and END of a trigger or a routine.
    const delimiter = delimiterFor(sql);
    return `DELIMITER ${delimiter}\n${sql.trim()}\n${delimiter}\nDELIMITER ;`;
  },
};

/** A delimiter that is not in the statement. */
function delimiterFor(sql: string): string {
  let delimiter = '$$';
  while (sql.includes(delimiter)) delimiter += '$';
  return delimiter;
}
