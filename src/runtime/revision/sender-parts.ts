import type { Dialect, DialectSession, Remedies } from '../../dialects/dialect.js';
import type { Attempt } from '../bookkeeping/history-table.js';
import type { FailedStatement } from '../failure.js';
import type { Journal } from '../journal/journal.js';
import type { LiveContext } from '../live-context.js';
import type { Interruption } from './interruption.js';
import type { RunningStatements } from './running-statements.js';
import type { TransactionGate } from './revision-gate.js';

/** What statements are sent with. */
export interface SenderParts {
  readonly session: DialectSession;
  readonly dialect: Dialect;
  readonly context: LiveContext;
  readonly attempt: Pick<Attempt, 'statements'>;
  readonly failures: FailedStatement[];
  readonly gate: TransactionGate;
  readonly journal: Journal;
  readonly remedies: Remedies | undefined;
  readonly interruption: Interruption;
  readonly statements: RunningStatements;
  /** Whether the revision is outside the transaction of the run. */
  isOutside(): boolean;
}
