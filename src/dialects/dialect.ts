import type { DialectName } from '../schema/parts.js';
import type { DialectEffects } from './effects.js';
import type { DialectOnline } from './online.js';
import type { DialectReader } from './reader.js';
import type { DialectRules } from './rules.js';
import type { DialectSessions } from './sessions.js';
import type { DialectText } from './text.js';
import type { TemplateMaker } from './templates.js';
import type { DialectTenants } from './tenants.js';
import type { DialectWriter } from './writer.js';

export type * from './online.js';
export type { DatabaseDefect } from './defect.js';
export type { EffectFacts, Effects, LockTaken, ServerFacts, TableSize } from './effects.js';
export type { DialectRules } from './rules.js';
export type { ProgressReader, StatementProgress } from './progress-reader.js';
export type { ReflectScope, SchemaRename } from './reader.js';
export type {
  DialectSession,
  BatchOutcome,
  GroupPart,
  OwnSchema,
  SessionConfinement,
  SessionOptions,
  StatementOutcome,
  StatementResult,
  TogetherOutcome,
  TogetherStatement,
} from './sessions.js';
export type { SqlSpelling, ScriptFrames, StatementGuard } from './text.js';
export type { DataSourceAddress, DialectTenants, VersionsFound } from './tenants.js';
export type { TransactionPolicy } from './transaction-policy.js';
export type { TwoPhaseSession } from './two-phase-session.js';
export type { ReadObject, ViewReading } from './view-reading.js';
export type {
  CompileContext,
  ExpandedOperation,
  Remedies,
  Remedy,
  RowsAsking,
  BatchKey,
  Batches,
  Statement,
  StatementPlace,
} from './writer.js';

/**
 * All that the rest of the package knows about a kind of database.
 *
 * A dialect is a folder of small parts behind this interface; `dialects/index.ts` picks one by the data source's
 * driver, and nothing outside `dialects/` checks which one it is: differences are rules.
 */
export interface Dialect
  extends DialectText, DialectReader, DialectWriter, DialectSessions, DialectEffects, DialectOnline {
  readonly name: DialectName;
  /** Its name in messages: `PostgreSQL`. */
  readonly title: string;
  /** OpenTelemetry's well-known name of the database system: `db.system.name`. */
  readonly systemName: string;
  readonly rules: DialectRules;
  /** Template databases, which tests copy. */
  readonly templates: TemplateMaker;
  /** The tenants of a fleet. */
  readonly tenants: DialectTenants;
}
