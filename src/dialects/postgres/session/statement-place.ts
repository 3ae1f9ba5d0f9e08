import { POSTGRES_SQL } from '../../../sql/rules.js';
import type { SqlToken } from '../../../sql/scanner.js';
import type { PlaceRules } from '../../common/statement-place.js';
import type { StatementPlace } from '../../dialect.js';

const SESSION =
  'SET RESET SHOW LOAD LISTEN UNLISTEN DEALLOCATE DISCARD DECLARE FETCH MOVE CLOSE LOCK BEGIN START COMMIT END ' +
  'ROLLBACK ABORT SAVEPOINT RELEASE EXPLAIN';
const ANYWHERE =
  'SELECT VALUES TABLE WITH INSERT UPDATE DELETE MERGE TRUNCATE COPY REFRESH ANALYZE ANALYSE CREATE ALTER DROP ' +
  'COMMENT GRANT REVOKE SECURITY IMPORT REASSIGN';

/** Objects of the server rather than of the database, whose changes are in no transaction. */
const OF_SERVER = ['DATABASE', 'TABLESPACE', 'SUBSCRIPTION', 'SYSTEM'];

/** Functions whose effect ends with the session or the transaction. */
const SESSION_FUNCTIONS = /^(?:set_config|pg_(?:try_)?advisory_.*)$/i;

/** How PostgreSQL's statements run. CALL and DO may end transactions. */
export const places: PlaceRules = {
  rules: POSTGRES_SQL,
  session: new Set(SESSION.split(' ')),
  anywhere: new Set(ANYWHERE.split(' ')),
  refine: (code): StatementPlace | undefined => {
    const [verb, second] = code;
    if (['CREATE', 'ALTER', 'DROP'].includes(verb?.keyword ?? '')) {
      const isAlone = OF_SERVER.includes(second?.keyword ?? '') || code.some((token) => token.is('CONCURRENTLY'));
      return isAlone ? 'alone' : 'anywhere';
    }
    if (verb?.is('SELECT')) return isOfSession(code) ? 'session' : 'anywhere';
    if (verb?.is('PREPARE')) return second?.is('TRANSACTION') ? 'alone' : 'session';
    if (second?.is('PREPARED')) return 'alone';
    return undefined;
  },
};

/** `SELECT set_config(…)`, with or without `pg_catalog.`. */
function isOfSession(code: readonly SqlToken[]): boolean {
  const at = code[2]?.is('.') ? 3 : 1;
  return code[at]?.isName === true && SESSION_FUNCTIONS.test(code[at].value) && code[at + 1]?.is('(') === true;
}
