import { MYSQL_SQL } from '../../../sql/rules.js';
import type { PlaceRules } from '../../common/statement-place.js';

const SESSION = 'SET USE BEGIN START COMMIT ROLLBACK SAVEPOINT RELEASE LOCK UNLOCK PREPARE DEALLOCATE EXPLAIN SHOW';
const ANYWHERE = 'SELECT VALUES WITH TABLE INSERT REPLACE UPDATE DELETE DO LOAD';

/**
 * How the statements of MySQL run: all others end the transaction that is open, as changes of the schema do, or may do so, as a
 * procedure does.
 */
export const places: PlaceRules = {
  rules: MYSQL_SQL,
  session: new Set(SESSION.split(' ')),
  anywhere: new Set(ANYWHERE.split(' ')),
  refine: () => undefined,
};
