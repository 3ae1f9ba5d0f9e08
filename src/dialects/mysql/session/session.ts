import type { DataSource, QueryRunner } from 'typeorm';
import { QueryRunnerError } from '../../../errors/callers.errors.js';
import { type BlockerInfo, ConnectionLostError, type SessionInfo } from '../../../errors/database.errors.js';
import { type LockHolder, lockHolder } from '../../common/lock-attempts.js';
import { oneByOne } from '../../common/one-by-one.js';
import { WaitReport } from '../../common/wait-report.js';
import type { DialectSession, SessionOptions, Statement, StatementOutcome, StatementResult } from '../../dialect.js';
import { ownQueries } from '../../own-queries.js';
import { LockModeError } from '../../common/errors.js';
import { withAttempts } from './attempts.js';
import { errorNumber, errors } from './error-codes.js';
import { fingerprintOf } from './fingerprint.js';
import { outcomeOf } from './outcome.js';
import { holderOfTable, openTransactions } from './lock-holder.js';
import { acquire, lockName, release } from './run-lock.js';
import { applySettings, restoreSettings, type SessionState, set } from './settings.js';
import { statementPlace } from '../../common/statement-place.js';
import { contentionOf } from './contention.js';
import { failureHint } from './failure-hint.js';
import { connectionOf, sendOnce } from './own-connection.js';
import { places } from './statement-place.js';
import { withinLimit } from './statement-limit.js';
import { isInTransaction, type Limit, sendPlain, TransactionWatch } from './transaction-watch.js';
import { showLife } from './vanished-peer.js';

/**
 * Opens the connection of a run, or takes the caller's, and sets its mode, zone and timeouts.
 *
 * @throws LockModeError for a lock that there is none of here
 * @throws QueryRunnerError when the caller has a transaction open, which the first change of the schema would commit
 */
export async function openSession(dataSource: DataSource, options: SessionOptions): Promise<DialectSession> {
  const { queryRunner, onQuery, lock } = options;
  if (lock === 'lease') throw new LockModeError(lock, 'MySQL', 'a lock of the server by name');
  const revisionRunner = queryRunner ?? dataSource.createQueryRunner('master');
  const runner = ownQueries(revisionRunner, onQuery);
  try {
    if (queryRunner !== undefined && (await isInTransaction(runner))) {
      throw new QueryRunnerError('The queryRunner has a transaction open, which a change of the schema would commit.', {
        hint: 'Commit it or roll it back before the call, or give no queryRunner. Nothing was run.',
      });
    }
    return new MysqlSession(runner, revisionRunner, options, await applySettings(runner, options));
  } catch (error) {
    if (queryRunner === undefined) await revisionRunner.release();
    throw error;
  }
}

/**
 * The session of a run on MySQL or MariaDB, where a statement that changes the schema commits what is open before it, and itself.
 *
 * The lock is one of the server by name, which commits do not end.
 */
class MysqlSession implements DialectSession {
  readonly isCallers = false;
  private readonly watch: TransactionWatch;
  private readonly lockName: string;
  private isLocked = false;
  private readonly endLife: () => void;

  constructor(
    readonly runner: QueryRunner,
    readonly revisionRunner: QueryRunner,
    private readonly options: SessionOptions,
    private readonly state: SessionState,
  ) {
    this.watch = new TransactionWatch(revisionRunner, () => this.lose(), this.limit());
    this.endLife = showLife(revisionRunner);
    this.lockName = lockName(state.database, options.versionTable);
  }

  get inTransaction(): boolean {
    return this.watch.isOpen;
  }

  get backend(): SessionState['backend'] {
    return this.state.backend;
  }

  async lock(): Promise<void> {
    const { runnerTimeout: limit, onWait, signal, lock, versionTable } = this.options;
    if (lock === 'none') return;
    const { pid } = this.state.backend;
    await acquire(this.runner, this.lockName, { limit, report: new WaitReport(onWait), signal, versionTable, pid });
    this.isLocked = true;
  }

  async begin(): Promise<void> {
    this.watch.setFlags(false);
    await this.runner.startTransaction();
    this.watch.own();
  }

  // Nothing is deferred to the commit here.
  async verify(): Promise<void> {}

  async commit(): Promise<void> {
    if (!this.watch.isOpen) return;
    this.watch.setFlags(true);
    await this.runner.commitTransaction();
  }

  async rollback(): Promise<void> {
    if (!this.watch.isOpen) return;
    this.watch.setFlags(true);
    await this.runner.rollbackTransaction();
  }

  async execute({ sql, parameters, isOwn, isPatient, inApplicationZone }: Statement): Promise<unknown> {
    if (this.runner.isReleased) throw new ConnectionLostError(sql);
    const runner = isOwn ? this.runner : this.revisionRunner;
    // In a transaction of the run what came before it must not wait with its locks: the transaction begins again.
    const isUndone = (error: unknown): boolean =>
      !this.watch.isOpen || commits(sql) || (isPatient === true && contentionOf(error) === 'lock');
    const holder = (): Promise<LockHolder> => lockHolder(this, sql);
    const send = (): Promise<unknown> =>
      withAttempts({ ...this.options, sql, isUndone, holder }, () => runner.query(sql, parameters && [...parameters]));
    return inApplicationZone ? this.inZone(this.state.previous['time_zone'] ?? '', send) : send();
  }

  blockerOf(sql: string): Promise<BlockerInfo | undefined> {
    return holderOfTable(this.runner, sql);
  }

  openTransactions(): Promise<readonly SessionInfo[]> {
    return openTransactions(this.runner);
  }

  batch(statements: readonly string[]): Promise<readonly StatementResult[]> {
    return oneByOne(this.runner, statements);
  }

  /** Kills the statement over another connection; the one of the run stays. */
  cancel(): Promise<void> {
    const { revisionRunner, state } = this;
    return sendOnce(revisionRunner.connection, revisionRunner, `KILL QUERY ${state.backend.pid}`);
  }

  async hintOn(error: unknown): Promise<string | undefined> {
    return failureHint(error, this.options);
  }

  async inOwnTransaction<T>(work: () => Promise<T>): Promise<T> {
    await this.begin();
    try {
      const result = await work();
      await this.commit();
      return result;
    } catch (error) {
      await this.rollback().catch(() => undefined);
      throw error;
    }
  }

  fingerprint(sql: string): Promise<string | undefined> {
    return fingerprintOf(this.runner, sql);
  }

  outcomeOf(sql: string, before?: string): Promise<StatementOutcome> {
    return outcomeOf(this.runner, sql, before);
  }

  sendAlone<T>(sql: string, send: (sql: string) => Promise<T>): Promise<T> {
    return send(sql);
  }

  isTransactionLost(error: unknown): boolean {
    return errorNumber(error) === errors.noSavepoint;
  }

  /** Runs work with the mode and the zone of the application's connections. */
  async asApplication<T>(work: () => Promise<T>): Promise<T> {
    await this.setWords(this.state.previous);
    try {
      return await work();
    } finally {
      await this.setWords(this.state.own).catch(() => undefined);
    }
  }

  async close(): Promise<void> {
    this.endLife();
    if (this.runner.isReleased) return this.watch.remove();
    try {
      await this.rollback();
      if (this.isLocked) await release(this.runner, this.lockName);
      await restoreSettings(this.runner, this.state);
    } catch {
      await abortConnection(this.revisionRunner);
    }
    this.watch.remove();
    this.watch.setFlags(false);
    if (this.options.queryRunner === undefined) await this.runner.release().catch(() => undefined);
  }

  /** MySQL itself limits only queries. */
  private limit(): Limit | undefined {
    const { statementTimeout } = this.options;
    if (this.state.server.isMariaDb || statementTimeout === 0) return undefined;
    const settle = (): Promise<unknown> => sendPlain(this.revisionRunner, 'DO 0');
    return (send) => withinLimit(statementTimeout, send, () => this.cancel(), settle);
  }

  /** Gives up a connection that is lost, as TypeORM does with other drivers: the pool must not give it to anybody. */
  private lose(): void {
    if (this.options.queryRunner !== undefined) return;
    connectionOf(this.revisionRunner)?.destroy();
    void this.revisionRunner.release();
  }

  private async inZone<T>(zone: string | number, send: () => Promise<T>): Promise<T> {
    if (zone === this.state.own['time_zone']) return send();
    await set(this.runner, { time_zone: zone });
    try {
      return await send();
    } finally {
      await set(this.runner, { time_zone: this.state.own['time_zone'] ?? '' }).catch(() => undefined);
    }
  }

  private setWords({ sql_mode, time_zone }: SessionState['own']): Promise<void> {
    return set(this.runner, { sql_mode: sql_mode ?? '', time_zone: time_zone ?? '' });
  }
}

/** Whether a statement ends the transaction that is open before it waits for anything. */
function commits(sql: string): boolean {
  return statementPlace(sql, places) === 'alone';
}

/** Aborts the connection of a runner: it would still hold the lock in the pool. */
export async function abortConnection(runner: QueryRunner): Promise<void> {
  connectionOf(runner)?.destroy();
}
