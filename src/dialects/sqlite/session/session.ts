import type { DataSource, QueryRunner } from 'typeorm';
import type { BusyWith } from '../../../errors/waiting.errors.js';
import { LockModeError } from '../../common/errors.js';
import { NotADatabaseError } from '../errors.js';
import type { DialectSession, SessionOptions, Statement, StatementOutcome, StatementResult } from '../../dialect.js';
import { oneByOne } from '../../common/one-by-one.js';
import { WaitReport } from '../../common/wait-report.js';
import { ownQueries } from '../../own-queries.js';
import { SQLITE_SQL } from '../../../sql/rules.js';
import { beginsWith } from '../../../sql/statements.js';
import { ConnectionInUseError, type WaitLimits, readPragma, whenFree } from './busy.js';
import { CallersSqliteSession } from './callers-session.js';
import { fileOf, openConnection, type RunConnection, SharedConnection } from './connection.js';
import { checkForeignKeys, type ForeignKeyState, refuseNewViolations } from './foreign-keys.js';
import { isInTransaction, lacksTransaction } from './in-transaction.js';
import { RunLock } from './run-lock.js';
import { hintOn } from './session-hints.js';
import { ViewWatch } from './view-watch.js';

/**
 * Settings of the connection that a run switches off and restores: the enforcement of foreign keys, and the legacy rules of
 * ALTER TABLE, under which foreign keys would not follow a renamed table.
 */
const SETTINGS = ['foreign_keys', 'legacy_alter_table'] as const;

/** Statements outside a transaction that may run again whatever became of them. */
const REPEATABLE = ['VACUUM', 'ANALYZE', 'REINDEX'];

/** The fields in which TypeORM keeps the state of a query runner's transaction. */
interface TransactionFlags {
  isTransactionActive: boolean;
  transactionDepth: number;
}

/**
 * The session of a run on a SQLite database.
 *
 * The lock is the write transaction itself: `begin` takes it and `lock` does nothing. Foreign keys are not enforced
 * during a run, since a rebuild drops a table that others refer to (and SQLite would delete their rows); they are
 * checked before the commit. SQLite has no statement timeout, so `statementTimeout` has no effect.
 */
export class SqliteSession implements DialectSession {
  readonly isCallers = false;
  readonly runner: QueryRunner;
  readonly revisionRunner: QueryRunner;
  private readonly settings = new Map<string, number>();
  private suspended = false;
  private begun = false;
  private before: ForeignKeyState | undefined;
  private readonly views: ViewWatch;
  private unreadable: readonly string[] = [];
  private readonly wait: WaitLimits;
  private readonly commitWait: WaitLimits;

  constructor(
    private readonly connection: RunConnection,
    private readonly dataSource: DataSource,
    options: SessionOptions,
    private readonly runLock?: RunLock,
  ) {
    this.revisionRunner = connection.runner;
    this.runner = ownQueries(connection.runner, options.onQuery);
    this.views = new ViewWatch(this.runner);
    const report = new WaitReport(options.onWait);
    const { signal } = options;
    this.wait = { limit: options.runnerTimeout, report, signal };
    // Without a WAL nobody can begin to read while a commit waits for current readers, hence the short limit.
    this.commitWait = { limit: options.lockTimeout, report, signal };
  }

  get inTransaction(): boolean {
    return this.begun && this.runner.isTransactionActive;
  }

  async lock(): Promise<void> {}

  /** @throws NotADatabaseError when the file is not a database, or cannot be decrypted. */
  async begin(): Promise<void> {
    try {
      await this.whenFree('writer', async () => {
        // Also when the run has its own connection: a transaction of the application that has only read could not write
        // later.
        if (await this.isInUse()) throw new ConnectionInUseError();
        await this.beginOnce();
        await this.refuseOtherRun();
      });
    } catch (error) {
      if (!String(error).includes('file is not a database')) throw error;
      throw new NotADatabaseError(String(this.dataSource.options.database), error);
    }
    this.before = await checkForeignKeys(this.runner);
    await this.views.begin();
  }

  async keepLock(): Promise<void> {
    await this.runLock?.take();
  }

  stepDone(step: string): Promise<void> {
    return this.views.stepDone(step);
  }

  get notices(): readonly string[] {
    return this.unreadable;
  }

  async verify(): Promise<void> {
    await this.refuseFaults();
    // Nothing runs between this and the commit, which need not check all rows again.
    this.before = undefined;
  }

  async commit(): Promise<void> {
    await this.refuseFaults();
    // A savepoint that user code has left open ends with the transaction.
    this.setTransactionFlags({ transactionDepth: 1 });
    await this.whenFree('reader', () => this.runner.commitTransaction());
    this.begun = false;
    await this.save();
    await this.ended();
  }

  async rollback(): Promise<void> {
    try {
      if (this.inTransaction) await this.rollbackOpen();
    } finally {
      await this.ended();
    }
  }

  async execute(statement: Statement): Promise<unknown> {
    const runner = statement.isOwn ? this.runner : this.revisionRunner;
    const run = (): Promise<unknown> => runner.query(statement.sql, [...(statement.parameters ?? [])]);
    if (this.inTransaction) return run();
    await this.suspendSettings();
    return this.whenFree('writer', run);
  }

  batch(statements: readonly string[]): Promise<readonly StatementResult[]> {
    return oneByOne(this.runner, statements);
  }

  isTransactionLost(error: unknown): boolean {
    return lacksTransaction(error);
  }

  async inOwnTransaction<T>(work: () => Promise<T>): Promise<T> {
    await this.whenFree('writer', () => this.beginOnce());
    try {
      const result = await work();
      this.setTransactionFlags({ transactionDepth: 1 });
      await this.whenFree('reader', () => this.runner.commitTransaction());
      return result;
    } catch (error) {
      if (this.inTransaction) await this.rollbackOpen().catch(() => undefined);
      throw error;
    } finally {
      this.begun = false;
      await settle(() => this.connection.letGo());
      await this.save();
    }
  }

  async outcomeOf(sql: string): Promise<StatementOutcome> {
    return REPEATABLE.some((verb) => beginsWith(sql, SQLITE_SQL, verb)) ? 'undone' : 'unknown';
  }

  sendAlone<T>(sql: string, send: (sql: string) => Promise<T>): Promise<T> {
    return send(sql);
  }

  asApplication<T>(work: () => Promise<T>): Promise<T> {
    return work();
  }

  async hintOn(error: unknown): Promise<string | undefined> {
    return hintOn(error);
  }

  async close(): Promise<void> {
    await settle(() => this.rollback());
    await settle(async () => this.runLock?.release());
    await settle(() => this.connection.close());
    // Once more: sql.js resets its pragmas when release() saves the database.
    await settle(() => this.restoreSettings());
  }

  /** Whether the application has an open transaction; false when it has closed its connection. */
  private isInUse(): Promise<boolean> {
    return isInTransaction(this.connection.application).catch(() => false);
  }

  /** One attempt to begin; between attempts the rest of the application has the connection with its own settings. */
  private async beginOnce(): Promise<void> {
    await this.suspendSettings();
    try {
      await this.runner.query('BEGIN IMMEDIATE');
    } catch (error) {
      await this.restoreSettings();
      throw error;
    }
    this.begun = true;
    this.setTransactionFlags({ isTransactionActive: true, transactionDepth: 1 });
    // The application may have closed its connection; the run needs only its own.
    await settle(() => this.connection.hold());
  }

  /** Ends the transaction that has just begun where another run is in the middle of a revision. */
  private async refuseOtherRun(): Promise<void> {
    try {
      await this.runLock?.refuseHeld();
    } catch (error) {
      await this.rollback();
      throw error;
    }
  }

  private async ended(): Promise<void> {
    this.begun = false;
    await settle(() => this.connection.letGo());
    await this.restoreSettings();
  }

  private whenFree<T>(busyWith: BusyWith, attempt: () => Promise<T>): Promise<T> {
    const { application, isShared } = this.connection;
    const wait = busyWith === 'reader' ? this.commitWait : this.wait;
    return whenFree(this.runner, wait, attempt, () =>
      !isShared && application.isTransactionActive ? 'application' : busyWith,
    );
  }

  private async rollbackOpen(): Promise<void> {
    this.setTransactionFlags({ transactionDepth: 1 });
    try {
      await this.runner.rollbackTransaction();
    } catch (error) {
      // SQLite ends a transaction by itself on some errors (disk full, ON CONFLICT ROLLBACK).
      if (!String(error).includes('no transaction is active')) throw error;
      this.setTransactionFlags({ isTransactionActive: false, transactionDepth: 0 });
    }
  }

  private async refuseFaults(): Promise<void> {
    if (this.before === undefined) return;
    this.unreadable = await this.views.verify();
    await refuseNewViolations(this.runner, this.before);
  }

  /**
   * Switches the settings off. It must come before BEGIN: inside a transaction SQLite ignores a change of `foreign_keys`.
   */
  private async suspendSettings(): Promise<void> {
    if (this.suspended) return;
    for (const name of SETTINGS) this.settings.set(name, await readPragma(this.runner, name));
    this.suspended = true;
    for (const name of SETTINGS) await this.runner.query(`PRAGMA ${name} = OFF`);
  }

  private async restoreSettings(): Promise<void> {
    this.suspended = false;
    for (const [name, value] of this.settings) await this.runner.query(`PRAGMA ${name} = ${value}`);
  }

  /**
   * Sets TypeORM's flags for the transaction, which is begun without TypeORM: its plain BEGIN takes no lock. With the right
   * flags `save()` joins the transaction and `manager.transaction()` creates a savepoint in it.
   */
  private setTransactionFlags(flags: Partial<TransactionFlags>): void {
    Object.assign(this.runner, flags);
  }

  /** Writes the file of sql.js, which works in memory; with `autoSave` TypeORM has done so already. */
  private async save(): Promise<void> {
    const { options, driver } = this.dataSource;
    if (options.type !== 'sqljs' || options.autoSave === true || options.location === undefined) return;
    await (driver as unknown as { save(): Promise<void> }).save();
  }
}

/** Opens the connection of a run, or takes the caller's. The data source must be initialised. */
export async function openSession(dataSource: DataSource, options: SessionOptions): Promise<DialectSession> {
  const { queryRunner, onQuery, lock } = options;
  if (lock === 'lease') throw new LockModeError(lock, 'SQLite', 'its write transaction');
  if (queryRunner !== undefined && (await isInTransaction(ownQueries(queryRunner, onQuery)))) {
    return new CallersSqliteSession(queryRunner, options);
  }
  const connection =
    queryRunner === undefined
      ? await openConnection(dataSource, onQuery)
      : new SharedConnection(queryRunner, ownQueries(queryRunner, onQuery), true);
  const file = await fileOf(dataSource, ownQueries(connection.runner));
  const runLock = file === undefined ? undefined : new RunLock(dataSource, `${file}-migrate`);
  return new SqliteSession(connection, dataSource, options, runLock);
}

/** Runs a step of closing and ignores its error, so that the others run too: the error that matters was thrown before. */
async function settle(step: () => Promise<void>): Promise<void> {
  try {
    await step();
  } catch {
    return;
  }
}
