import { MYSQL_SQL } from '../../sql/rules.js';
import { statementPlace } from '../common/statement-place.js';
import type { Dialect } from '../dialect.js';
import { bookkeeping } from './bookkeeping.js';
import { canonical } from './canonical/canonical.js';
import { inRunWords } from './canonical/in-run-words.js';
import { compile } from './compile/compile.js';
import { onlineForm } from './online/online-form.js';
import { conversionRisk } from './conversion-risk.js';
import { effects } from './effects/effects.js';
import { ownReader } from '../../sql/ddl/reader.js';
import { foldsTableNames } from './server.js';
import { serverFacts, sizes } from './effects/sizes.js';
import { mysqlEntityRules } from './entity-rules.js';
import { inventory } from './reflect/inventory.js';
import { reflect } from './reflect/reflect.js';
import { unreadable } from './reflect/unreadable.js';
import { viewsReading } from './reflect/views-reading.js';
import { askRows } from './rows/ask-rows.js';
import { rules } from './rules.js';
import { scriptFrames } from './script-frames.js';
import { isAtWork } from './session/backend.js';
import { contentionOf } from './session/contention.js';
import { isRunning } from './session/run-lock.js';
import { databaseKey, isSameDatabase } from './session/same-database.js';
import { abortConnection, openSession } from './session/session.js';
import { places } from './session/statement-place.js';
import { isInTransaction } from './session/transaction-watch.js';
import { unnamedDatabase } from './session/unnamed-database.js';
import { connectHint, isUnreachable } from './session/unreachable.js';
import { sqlSpelling } from './spelling.js';
import { templates } from './templates.js';
import { tenants } from './tenants.js';
import { literal, quote } from './text.js';

/** MariaDB 10.6 and later, MySQL 8.0.19 and later, through mysql2. */
export const mysqlDialect: Dialect = {
  name: 'mysql',
  title: 'MySQL',
  systemName: 'mysql',
  rules,
  sqlRules: MYSQL_SQL,
  transactions: 'rows',
  templates,
  tenants,
  entityRules: mysqlEntityRules,
  scriptFrames,
  bookkeeping,
  // The database of the connection is the only one that names without one mean.
  ownSchema: () => undefined,
  quote,
  literal,
  reflect,
  inventory,
  // The other databases of a server are those of other applications.
  schemas: async () => [],
  viewsReading,
  // Comments are part of definitions, and privileges stay with the names.
  belongings: async () => [],
  // An index is built whole or not at all, and a constraint holds from the beginning.
  defects: async () => [],
  unreadable,
  inRunWords,
  foldsTableNames,
  canonical,
  sqlSpelling,
  conversionRisk,
  effects,
  sizes,
  reader: async () => ownReader(MYSQL_SQL),
  serverFacts,
  placeOf: (sql) => statementPlace(sql, places),
  compile,
  onlineForm,
  askRows,
  isUnreachable,
  contentionOf,
  isAtWork,
  connectHint,
  refusalHint: () => undefined,
  unnamedDatabase,
  abortConnection,
  isInTransaction,
  openSession,
  databaseKey,
  isRunning,
  isSameDatabase,
};
