import type { Dialect } from '../dialect.js';
import { bookkeeping } from './bookkeeping.js';
import { canonical } from './canonical/canonical.js';
import { compile } from './compile/compile.js';
import { NewEnumValues } from './compile/new-enum-values.js';
import { conversionRisk } from './conversion-risk.js';
import { effects } from './effects/effects.js';
import { reader } from './parser/reader.js';
import { serverFacts, sizes } from './effects/sizes.js';
import { postgresEntityRules } from './entity-rules.js';
import { inventory } from './inventory/inventory.js';
import { literal } from './literal.js';
import { quote } from './names.js';
import { expand } from './online/expand.js';
import { onlineForm } from './online/online-form.js';
import { onlineOrder } from './online/order.js';
import { sqlSpelling } from './spelling.js';
import { reflect } from './reflect/reflect.js';
import { defects } from './reflect/defects.js';
import { schemas } from './reflect/schemas.js';
import { rules } from './rules.js';
import { belongings } from './reflect/belongings.js';
import { viewsReading } from './reflect/views-reading.js';
import { isUnreachable } from './session/unreachable.js';
import { isRunning } from './session/advisory-lock.js';
import { connectHint } from './session/connect-hint.js';
import { contentionOf } from './session/contention.js';
import { databaseKey, isSameDatabase } from './session/same-database.js';
import { isAtWork } from './session/is-at-work.js';
import { isInTransaction } from './session/in-transaction.js';
import { abortConnection } from './session/abort-connection.js';
import { refusalHint } from './session/failure-hint.js';
import { ownSchema } from './session/own-schema.js';
import { scriptFrames } from './script-frames.js';
import { unnamedDatabase } from './session/unnamed-database.js';
import { openSession } from './session/open-session.js';
import { places } from './session/statement-place.js';
import { statementPlace } from '../common/statement-place.js';
import { POSTGRES_SQL } from '../../sql/rules.js';
import { templates } from './templates.js';
import { tenants } from './tenants.js';

/** PostgreSQL 14 to 18. */
export const postgresDialect: Dialect = {
  name: 'postgres',
  title: 'PostgreSQL',
  systemName: 'postgresql',
  rules,
  sqlRules: POSTGRES_SQL,
  transactions: 'whole',
  templates,
  tenants,
  entityRules: postgresEntityRules,
  scriptFrames,
  bookkeeping,
  ownSchema,
  quote,
  literal,
  reflect,
  inventory,
  schemas,
  viewsReading,
  belongings,
  // PostgreSQL drops nothing that a view reads.
  unreadable: async () => [],
  defects,
  canonical,
  sqlSpelling,
  conversionRisk,
  effects,
  sizes,
  reader,
  serverFacts,
  compile,
  onlineForm,
  onlineOrder,
  expand,
  placeOf: (sql) => statementPlace(sql, places),
  remedies: (context) => new NewEnumValues(context),
  isUnreachable,
  contentionOf,
  connectHint,
  refusalHint,
  unnamedDatabase,
  abortConnection,
  isInTransaction,
  isAtWork,
  openSession,
  databaseKey,
  isRunning,
  isSameDatabase,
};
