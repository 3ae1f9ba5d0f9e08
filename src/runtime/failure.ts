import type { DatabaseOutcome } from '../errors/database-outcome.js';
import { RunAbortedError } from '../errors/abort.errors.js';
import { CommitUnknownError } from '../errors/lost.errors.js';
import { TypeormScriptError } from '../errors/adopt.errors.js';
import { CallersTransactionError } from '../errors/callers.errors.js';
import { LockTimeoutError, StatementError } from '../errors/database.errors.js';
import {
  JournalAnswerError,
  JournalMismatchError,
  StatementUnderWayError,
  TemporaryTableLostError,
} from '../errors/journal.errors.js';
import { MigrateError } from '../errors/migrate.error.js';
import {
  MigrationFailedError,
  RevisionTimeoutError,
  TransactionEndedError,
  TransactionLeftOpenError,
  VersionRowError,
  VersionRowsMovedError,
  type MigrationFailure,
} from '../errors/runtime.errors.js';
import { OfflineReadError } from '../errors/script.errors.js';
import { shortened } from '../errors/shown.js';
import { messageOf } from '../errors/thrown.js';
import type { PlanStep } from '../repository/revision.js';
import type { CallSites } from './revision/call-sites.js';
import { nameOfStep } from './step-text.js';

/** A statement that the database refused, and its error. */
export interface FailedStatement {
  readonly error: unknown;
  readonly sql: string;
}

/** Statements beyond this are cut: a bulk insert may be megabytes. */
const MAX_STATEMENT_LENGTH = 10_000;

/** Messages of errors beyond this are cut: code may throw megabytes. */
const MAX_REASON_LENGTH = 4_000;

/** What became of a run that failed, for its error. */
export type Aftermath = Pick<
  MigrationFailure,
  'kept' | 'rolledBack' | 'keptStatements' | 'isLastUnknown' | 'current' | 'hint' | 'isCallers'
>;

/** The aftermath of a script, where nothing was run. */
export const noAftermath: Aftermath = { kept: [], rolledBack: [], keptStatements: 0 };

/** A step that threw, and what is known about why. */
interface FailedStep {
  readonly step: PlanStep;
  readonly dataSource: string;
  readonly sites: CallSites;
  readonly failures: readonly FailedStatement[];
}

/** What TypeORM and the drivers put into the errors of a statement. */
interface DatabaseError {
  readonly query?: unknown;
  readonly driverError?: { readonly code?: unknown; readonly detail?: unknown };
}

/** The error that a failed step is reported as. */
export function failureOf(error: unknown, failed: FailedStep, aftermath: Aftermath): MigrateError {
  if (isFinding(error)) return error;
  const { step, sites, failures } = failed;
  if (error instanceof RunAbortedError) {
    const place = { dataSource: failed.dataSource, direction: step.kind, revision: nameOfStep(step) };
    return new RunAbortedError(error.reason, { ...place, ...aftermath });
  }
  const file = step.revision?.path;
  const { code, detail } = (error as DatabaseError | undefined)?.driverError ?? {};
  const isWrapped = error instanceof LockTimeoutError || error instanceof RevisionTimeoutError;
  const thrown = isWrapped ? error.cause : error;
  const caught = failures.find((failure) => failure.error !== error && failure.error !== thrown);
  return new MigrationFailedError(
    {
      dataSource: failed.dataSource,
      direction: step.kind,
      revision: nameOfStep(step),
      file,
      line: sites.lineOf(error, file) ?? sites.lineOf(thrown, file),
      statement: statementOf(error, failures)?.slice(0, MAX_STATEMENT_LENGTH),
      reason: reasonOf(error),
      databaseCode: typeof code === 'string' ? code : undefined,
      detail: typeof detail === 'string' ? detail : undefined,
      caught: caught && `${reasonOf(caught.error)}, in: ${caught.sql.slice(0, MAX_STATEMENT_LENGTH)}`,
      ...aftermath,
    },
    error,
  );
}

/** The same error, also with what became of the other databases of the run. */
export function withElsewhere(error: unknown, elsewhere: readonly DatabaseOutcome[]): unknown {
  if (error instanceof RunAbortedError && error.step !== undefined) {
    return new RunAbortedError(error.reason, { ...error.step, elsewhere });
  }
  if (!(error instanceof MigrationFailedError)) return error;
  return new MigrationFailedError({ ...error.failure, elsewhere }, error.cause);
}

/** The message of an error, without the statement that it is about. */
export function reasonOf(error: unknown): string {
  const hasReason = error instanceof StatementError || error instanceof RunAbortedError;
  return shortened(hasReason ? error.reason : messageOf(error), MAX_REASON_LENGTH);
}

/** Whether the database answered with an error, rather than not at all: TypeORM's QueryFailedError, from any copy of TypeORM. */
export function isRefusedStatement(error: unknown): error is { readonly query: string } {
  return typeof (error as DatabaseError | undefined | null)?.query === 'string';
}

/** Errors that the runner itself throws: they name the revision and the remedy already, and are not wrapped. */
const findings = [
  CommitUnknownError,
  CallersTransactionError,
  JournalAnswerError,
  JournalMismatchError,
  StatementUnderWayError,
  TemporaryTableLostError,
  TypeormScriptError,
  OfflineReadError,
  TransactionEndedError,
  TransactionLeftOpenError,
  VersionRowError,
  VersionRowsMovedError,
];

function isFinding(error: unknown): error is MigrateError {
  return findings.some((finding) => error instanceof finding);
}

function statementOf(error: unknown, failures: readonly FailedStatement[]): string | undefined {
  if (isRefusedStatement(error)) return error.query;
  if (error instanceof LockTimeoutError) return error.sql;
  return failures.find((failure) => failure.error === error)?.sql;
}
