import { MYSQL_SQL } from '../../../sql/rules.js';
import type { PlaceRules } from '../../common/statement-place.js';

const SESSION =
  'SET USE BEGIN START COMMIT ROLLBACK SAVEPOINT RELEASE LOCK UNLOCK PREPARE EXECUTE DEALLOCATE EXPLAIN SHOW';
/** Changes of the schema too: they end a transaction that is open, and need none. */
const ANYWHERE =
  'SELECT VALUES WITH TABLE INSERT REPLACE UPDATE DELETE DO CALL LOAD CREATE ALTER DROP RENAME TRUNCATE ANALYZE OPTIMIZE REPAIR CHECK GRANT REVOKE';

/** How the statements of MySQL run. */
export const places: PlaceRules = {
  rules: MYSQL_SQL,
  session: new Set(SESSION.split(' ')),
  anywhere: new Set(ANYWHERE.split(' ')),
  refine: () => undefined,
};
