import type { Dialect } from '../dialect.js';
import { bookkeeping } from './bookkeeping.js';
import { canonical } from './canonical/canonical.js';
import { statementPlace } from '../common/statement-place.js';
import { compile } from './compile/compile.js';
import { refusalHint } from './session/session-hints.js';
import { places } from './session/statement-place.js';
import { conversionRisk } from './conversion-risk.js';
import { effects } from './effects/effects.js';
import { ownReader } from '../../sql/ddl/reader.js';
import { serverFacts, sizes } from './effects/sizes.js';
import { sqliteEntityRules } from './entity-rules.js';
import { isInTransaction } from './session/in-transaction.js';
import { inventory } from './reflect/inventory.js';
import { sqlSpelling } from './spelling.js';
import { reflect } from './reflect/reflect.js';
import { rules } from './rules.js';
import { databaseKey, isSameDatabase } from './session/same-database.js';
import { scriptFrames } from './script/transaction.js';
import { openSession } from './session/session.js';
import { templates } from './templates.js';
import { tenants } from './tenants.js';
import { literal, quote } from './text.js';
import { unnamedDatabase } from './session/unnamed-database.js';
import { unreadableObjects } from './reflect/unreadable.js';
import { unreadableText } from './session/view-watch.js';
import { viewsReading } from './reflect/views-reading.js';
import { SQLITE_SQL } from '../../sql/rules.js';

/** SQLite 3.37 and later, through better-sqlite3, sqlite3 or sql.js. */
export const sqliteDialect: Dialect = {
  name: 'sqlite',
  title: 'SQLite',
  systemName: 'sqlite',
  rules,
  sqlRules: SQLITE_SQL,
  transactions: 'whole',
  templates,
  tenants,
  entityRules: sqliteEntityRules,
  scriptFrames,
  bookkeeping,
  ownSchema: () => undefined,
  quote,
  literal,
  reflect,
  inventory,
  schemas: async () => [],
  viewsReading,
  // It has neither comments nor privileges.
  belongings: async () => [],
  // An index is built whole or not at all, and a constraint holds from the beginning.
  defects: async () => [],
  unreadable: async (runner) => (await unreadableObjects(runner)).map(unreadableText),
  canonical,
  sqlSpelling,
  conversionRisk,
  effects,
  sizes,
  reader: async () => ownReader(SQLITE_SQL),
  serverFacts,
  compile,
  placeOf: (sql) => statementPlace(sql, places),
  isUnreachable: () => false,
  unnamedDatabase,
  connectHint: () => 'May the file and its folder be read and written?',
  refusalHint,
  // The database is in this process: there is no connection to abort.
  abortConnection: async () => undefined,
  isInTransaction,
  openSession,
  databaseKey,
  // The lock of a run is a write transaction, which it leaves for statements that must run outside of one.
  isRunning: async () => undefined,
  isSameDatabase,
};
