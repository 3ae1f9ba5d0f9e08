import type { QueryRunner } from 'typeorm';
import { type BlockerInfo, ConnectionLostError } from '../../../errors/database.errors.js';
import { TenantMissingError } from '../../../errors/fleet.errors.js';
import { SchemaMissingError, UncommittedEnumValueError } from '../errors.js';
import type {
  BatchOutcome,
  DialectSession,
  GroupPart,
  OwnSchema,
  ProgressReader,
  SessionOptions,
  Statement,
  StatementOutcome,
  StatementResult,
} from '../../dialect.js';
import { WaitReport } from '../../common/wait-report.js';
import { acquire, type AdvisoryLock, advisoryLockOf, type LockRider, type LockWait, unlock } from './advisory-lock.js';
import { mayCommit, withAttempts } from './attempts.js';
import { cancelStatement } from './cancel-statement.js';
import { contentionOf, findBlocker, lockOfDeadlock } from './contention.js';
import { settleChecks } from './deferred-checks.js';
import { endConnection, type EndingClient } from './end-connection.js';
import { failureHint } from './failure-hint.js';
import { IndexProgress } from './index-progress.js';
import { loneStatement } from './lone-statement.js';
import { runAlone } from './run-alone.js';
import { statementOutcome } from './statement-outcome.js';
import { SchemaConfinement } from './tenant/confinement.js';
import { unjoinableList } from './unjoinable-list.js';
import { setAll, type SessionState, type SettingsOf, timeSetting } from './settings.js';
import { sqlState, sqlStates, transactionLost } from './sql-state.js';
import type { SharedMessages } from './shared-messages.js';
import { StatementSavepoints } from './statement-savepoints.js';
import { controlsTransaction } from './transaction-control.js';
import { resultOf, sendBatch } from './batch.js';
import { watchPeer } from './vanished-peer.js';
import { WaitBudget } from './wait-budget.js';
import { withPath } from './with-path.js';
import { PostgresTwoPhase } from './two-phase.js';

/** A session on a connection that nobody else has meanwhile. */
export class PostgresSession implements DialectSession {
  readonly isCallers: boolean = false;
  readonly twoPhase: PostgresTwoPhase;
  /** How long settings last. */
  protected readonly settingsOf: SettingsOf = 'session';
  protected readonly savepoints: StatementSavepoints;
  protected readonly advisoryLock: AdvisoryLock;
  protected readonly unwatchPeer: () => void;
  /** Absent where the process of the server changes. */
  private readonly waits: WaitBudget | undefined;
  private locked = false;
  readonly confinement?: SchemaConfinement;
  /** A statement that takes a lock, for the beginning of the next transaction. */
  private lockAhead: string | undefined;

  constructor(
    readonly runner: QueryRunner,
    readonly revisionRunner: QueryRunner,
    protected readonly options: SessionOptions,
    private readonly schema: OwnSchema | undefined,
    protected readonly state: SessionState,
    messages: SharedMessages | undefined,
  ) {
    this.unwatchPeer = watchPeer(revisionRunner);
    this.savepoints = new StatementSavepoints(runner, messages, options.onQuery);
    this.advisoryLock = advisoryLockOf(runner, state, options);
    this.waits = this.backend && new WaitBudget(revisionRunner, this.backend.pid, options.lockTimeout);
    this.twoPhase = new PostgresTwoPhase(runner, this.advisoryLock.key);
    if (options.isTenants && schema) this.confinement = new SchemaConfinement(state.schema, runner, messages);
  }

  get inTransaction(): boolean {
    return this.runner.isTransactionActive;
  }

  get backend(): SessionState['backend'] | undefined {
    return this.state.backend;
  }

  protected get lockWait(): LockWait {
    const { runnerTimeout: limit, onWait, signal } = this.options;
    return { limit, report: new WaitReport(onWait), signal };
  }

  async lock(): Promise<void> {
    if (this.options.lock === 'none') return;
    await acquire(this.advisoryLock, this.lockWait, 'session', this.riders);
    this.locked = true;
  }

  /** @throws SchemaMissingError when the data source's schema does not exist and cannot be created. */
  async begin(): Promise<void> {
    const { lockAhead } = this;
    this.lockAhead = undefined;
    await this.runner.startTransaction();
    this.waits?.begin();
    await this.ensureSchema();
    if (lockAhead !== undefined) await this.tryLock(lockAhead);
  }

  async verify(): Promise<void> {
    await this.runner.query('SET CONSTRAINTS ALL IMMEDIATE');
  }

  commit(): Promise<void> {
    this.waits?.end();
    return this.runner.commitTransaction();
  }

  rollback(): Promise<void> {
    this.waits?.end();
    this.savepoints.forget();
    return this.runner.rollbackTransaction();
  }

  cancel(): Promise<void> {
    return cancelStatement(this.runner);
  }

  async execute(statement: Statement, part?: GroupPart): Promise<unknown> {
    if (this.runner.isReleased) throw new ConnectionLostError(statement.sql);
    try {
      const lone = this.inTransaction ? undefined : loneStatement(statement.sql);
      if (lone !== undefined) {
        return await this.withoutLockTimeout(() =>
          runAlone(this.runner, statement.sql, lone, (sql) => this.send({ ...statement, sql })),
        );
      }
      const { isPatient = !this.holdsLocks } = statement;
      const isOnce = !isPatient || (!this.holdsLocks && mayCommit(statement.sql));
      if (isOnce) return await this.attemptChecked(statement, part);
      const wait = { ...this.options, runner: this.runner, sql: statement.sql };
      return await withAttempts(wait, () => this.attemptChecked(statement, part));
    } catch (error) {
      const refused = unjoinableList(statement.sql, error);
      if (refused !== undefined) throw refused;
      if (sqlState(error) !== sqlStates.unsafeNewEnumValue) throw error;
      throw new UncommittedEnumValueError(statement.sql, error);
    }
  }

  undoGroup(): Promise<void> {
    return this.savepoints.undoGroup();
  }

  batch(statements: readonly string[]): Promise<readonly StatementResult[]> {
    return sendBatch(this.runner, this.savepoints, statements, this.options.onQuery);
  }

  batchAhead(statements: readonly string[], outcome: BatchOutcome): boolean {
    return this.savepoints.batchAhead(statements, {
      settle: (results) => outcome.done(results.map(resultOf)),
      failed: (error) => outcome.failed(error),
    });
  }

  isTransactionLost(error: unknown): boolean {
    return transactionLost.has(sqlState(error));
  }

  /** Runs work with the search path of TypeORM's connections. To a tenant's the tenant's schema is the only one. */
  asApplication<T>(work: () => Promise<T>): Promise<T> {
    if (this.options.isTenants === true) return work();
    const set = (path: string): Promise<void> => this.set({ search_path: path });
    return withPath(this.runner, this.state.previous['search_path'], set, work);
  }

  blockerOf(sql: string): Promise<BlockerInfo | undefined> {
    return findBlocker(this.runner, sql);
  }

  async lockFirst(error: unknown): Promise<void> {
    this.lockAhead = await lockOfDeadlock(this.runner, error);
  }

  async inOwnTransaction<T>(work: () => Promise<T>): Promise<T> {
    await this.begin();
    try {
      const result = await work();
      await this.commit();
      return result;
    } catch (error) {
      if (this.inTransaction) await this.rollback().catch(() => undefined);
      throw error;
    }
  }

  outcomeOf(sql: string): Promise<StatementOutcome> {
    return statementOutcome(this.runner, sql);
  }

  async sendAlone<T>(sql: string, send: (sql: string) => Promise<T>): Promise<T> {
    const lone = this.inTransaction ? undefined : loneStatement(sql);
    if (lone === undefined) return send(sql);
    return this.withoutLockTimeout(() => runAlone(this.runner, sql, lone, send));
  }

  hintOn(error: unknown): Promise<string | undefined> {
    return failureHint(this.runner, error, this.options.versionTable);
  }

  get notices(): readonly string[] {
    return [...(this.confinement?.notices ?? [])];
  }

  async close(): Promise<void> {
    this.confinement?.close();
    this.savepoints.close();
    this.waits?.end();
    if (this.runner.isReleased) return;
    try {
      while (this.runner.isTransactionActive) await this.runner.rollbackTransaction();
      await this.tidyUp();
    } catch {
      await this.discardConnection();
    }
    this.unwatchPeer();
    if (this.options.queryRunner === undefined) await this.runner.release().catch(() => undefined);
  }

  progressReader(): ProgressReader | undefined {
    const { backend } = this;
    return backend && new IndexProgress(this.revisionRunner.connection, backend.pid);
  }

  /** Whether to wait for a lock would keep others that this session could give up. */
  protected get holdsLocks(): boolean {
    return this.inTransaction;
  }

  protected get riders(): readonly LockRider[] {
    return [this.twoPhase.rider];
  }

  /** Leaves the connection as it was. */
  protected async tidyUp(): Promise<void> {
    if (this.locked) await unlock(this.advisoryLock, this.options.onLockWait);
    await this.set(this.state.previous);
  }

  /** Takes a lock that it is only better to have: without the right to take it, or the table, the transaction goes on. */
  private async tryLock(sql: string): Promise<void> {
    try {
      await this.execute({ sql, isOwn: true });
    } catch (error) {
      if (contentionOf(error) !== undefined) throw error;
    }
  }

  protected async ensureSchema(): Promise<void> {
    if (this.schema === undefined || !this.state.lacksSchema) return;
    if (this.options.isTenants === true) throw new TenantMissingError(`There is no schema "${this.state.schema}".`);
    try {
      await this.runner.query(this.schema.ensure);
    } catch (error) {
      throw new SchemaMissingError(this.state.schema, this.state.database, error);
    }
  }

  /**
   * Runs a statement; when pending deferred checks prevent it, as they do an ALTER TABLE after an UPDATE of the table, they
   * run first, and what they find is the error.
   */
  private async attemptChecked(statement: Statement, part: GroupPart | undefined): Promise<unknown> {
    try {
      return await this.attempt(statement, part);
    } catch (error) {
      if (!this.inTransaction || sqlState(error) !== sqlStates.objectInUse) throw error;
      const isInside = part === 'next' || part === 'last';
      for (const sql of settleChecks) await this.attempt({ sql, isOwn: true }, isInside ? 'next' : undefined);
      return this.attempt(statement, part);
    }
  }

  /** Runs a statement so that the transaction can continue when it fails. */
  private async attempt(statement: Statement, part: GroupPart | undefined): Promise<unknown> {
    if (!this.inTransaction || controlsTransaction(statement.sql)) return this.send(statement);
    const { sql, parameters = [] } = statement;
    let result: unknown;
    const send = async (): Promise<void> => void (result = await this.send(statement));
    await this.savepoints.attempt({ sql, parameters, send, part, isPatient: statement.isPatient ?? !this.holdsLocks });
    return result;
  }

  /**
   * Runs a statement outside a transaction (CREATE INDEX CONCURRENTLY) without a lock timeout: it blocks nobody while it
   * waits, and would leave an invalid index behind.
   */
  protected async withoutLockTimeout<T>(work: () => Promise<T>): Promise<T> {
    const restore = async (): Promise<void> => {
      if (!this.runner.isReleased) await this.set({ lock_timeout: timeSetting(this.options.lockTimeout) });
    };
    await this.set({ lock_timeout: '0' });
    try {
      const result = await work();
      await restore();
      return result;
    } catch (error) {
      // The first error is the one to report.
      await restore().catch(() => undefined);
      throw error;
    }
  }

  protected set(settings: Readonly<Record<string, string>>): Promise<void> {
    return setAll(this.runner, settings, this.settingsOf);
  }

  private send({ sql, parameters, isOwn }: Statement): Promise<unknown> {
    const runner = isOwn ? this.runner : this.revisionRunner;
    return runner.query(sql, parameters === undefined ? undefined : [...parameters]);
  }

  /** Closes the connection instead of returning it to the pool, where it would still hold the lock. */
  protected async discardConnection(): Promise<void> {
    const client = (await this.runner.connect().catch(() => undefined)) as EndingClient | undefined;
    if (client !== undefined) await endConnection(client);
  }
}
