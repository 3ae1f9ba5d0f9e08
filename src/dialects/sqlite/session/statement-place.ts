import { SQLITE_SQL } from '../../../sql/rules.js';
import type { PlaceRules } from '../../common/statement-place.js';

const SESSION = 'PRAGMA ATTACH DETACH BEGIN COMMIT END ROLLBACK SAVEPOINT RELEASE EXPLAIN';
const ANYWHERE = 'SELECT VALUES WITH INSERT REPLACE UPDATE DELETE CREATE ALTER DROP ANALYZE REINDEX';

/** How SQLite's statements run: only VACUUM must be in no transaction. */
export const places: PlaceRules = {
  rules: SQLITE_SQL,
  session: new Set(SESSION.split(' ')),
  anywhere: new Set(ANYWHERE.split(' ')),
  refine: () => undefined,
};
