import { LockAttempts, lockHolder, PacedNotices } from '../../dialects/common/lock-attempts.js';
import type { Dialect, DialectSession } from '../../dialects/dialect.js';
import type { RunSettings } from '../run.request.js';
import { contendedStatement } from './contended-statement.js';

/** Where work is done, and how long other sessions are waited for. */
interface TransactionRequest {
  readonly dialect: Dialect;
  readonly settings: Pick<RunSettings, 'lockTimeout' | 'lockAttempts'>;
  readonly onLockWait?: (message: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Begins a transaction and does work in it, and where other sessions keep it from being done, begins again after a pause.
 *
 * @param canBeginAgain whether nothing of the work is committed yet
 * @throws LockTimeoutError, or the database's error of a deadlock, when no attempt is left
 */
export async function inFreshTransaction<T>(
  { dialect, settings, onLockWait, signal }: TransactionRequest,
  session: DialectSession,
  work: () => Promise<T>,
  canBeginAgain = (): boolean => true,
): Promise<T> {
  const attempts = new LockAttempts(settings, signal);
  const notices = new PacedNotices(onLockWait);
  for (;;) {
    const start = performance.now();
    try {
      await session.begin();
      return await work();
    } catch (error) {
      const statement = session.isCallers || !canBeginAgain() ? undefined : contendedStatement(error, dialect);
      if (session.inTransaction) await session.rollback().catch(() => undefined);
      if (statement === undefined) throw error;
      const took = performance.now() - start;
      const holder = await lockHolder(session, statement.sql);
      if (!attempts.another()) throw attempts.error(statement, holder);
      await notices.give(() => attempts.notice(statement, holder));
      await attempts.pause(took);
      await session.lockFirst?.(error);
    }
  }
}
