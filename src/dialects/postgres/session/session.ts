import type { DataSource, QueryRunner } from 'typeorm';
import { ConnectionLostError } from '../../../errors/database.errors.js';
import { SchemaMissingError, UncommittedEnumValueError } from '../errors.js';
import type { DialectSession, OwnSchema, SessionOptions, Statement, TwoPhaseSession } from '../../dialect.js';
import { CallersTransaction } from '../../callers-transaction.js';
import { ownQueries } from '../../own-queries.js';
import { acquire, lockKey, release } from './advisory-lock.js';
import { withAttempts } from './attempts.js';
import { settleChecks } from './deferred-checks.js';
import { POSTGRES_SQL } from '../../../sql/rules.js';
import { beginsWith } from '../../../sql/statements.js';
import { failureHint } from './failure-hint.js';
import { ownSchema } from './own-schema.js';
import { isInTransaction } from './in-transaction.js';
import { unjoinableList } from './unjoinable-list.js';
import { applySettings, setAll, type SessionState, type SettingsOf, timeSetting } from './settings.js';
import { sqlState, sqlStates } from './sql-state.js';
import { PostgresTwoPhase } from './two-phase.js';

const SAVEPOINT = 'nestjs_migrate_statement';
/** Statements that begin, end or name a transaction themselves: they would undo a savepoint around them. */
const TRANSACTION_CONTROL = [
  ...['BEGIN', 'START', 'COMMIT', 'END', 'ROLLBACK', 'ABORT', 'SAVEPOINT', 'RELEASE', 'PREPARE'].map((verb) => [verb]),
  ['SET', 'TRANSACTION'],
];

function controlsTransaction(sql: string): boolean {
  return TRANSACTION_CONTROL.some((words) => beginsWith(sql, POSTGRES_SQL, ...words));
}

/** Opens the connection of a run, or takes the caller's, with its timeouts and search path set. */
export async function openSession(dataSource: DataSource, options: SessionOptions): Promise<DialectSession> {
  const revisionRunner = options.queryRunner ?? dataSource.createQueryRunner('master');
  const runner = ownQueries(revisionRunner, options.onQuery);
  try {
    const isCallers = options.queryRunner !== undefined && (await isInTransaction(runner));
    const state = await applySettings(runner, dataSource, options, isCallers ? 'transaction' : 'session');
    const Session = isCallers ? CallersPostgresSession : PostgresSession;
    return new Session(runner, revisionRunner, options, ownSchema(dataSource), state);
  } catch (error) {
    if (options.queryRunner === undefined) await runner.release();
    throw error;
  }
}

interface SearchPath {
  readonly search_path: string;
}

class PostgresSession implements DialectSession {
  readonly isCallers: boolean = false;
  readonly twoPhase: TwoPhaseSession;
  /** How long what is set lasts. */
  protected readonly settingsOf: SettingsOf = 'session';
  protected readonly key: bigint;
  private locked = false;

  constructor(
    readonly runner: QueryRunner,
    readonly revisionRunner: QueryRunner,
    protected readonly options: SessionOptions,
    private readonly schema: OwnSchema | undefined,
    protected readonly state: SessionState,
  ) {
    this.key = lockKey(state.database, state.schema, options.versionTable);
    this.twoPhase = new PostgresTwoPhase(runner, this.key);
  }

  get inTransaction(): boolean {
    return this.runner.isTransactionActive;
  }

  get backend(): SessionState['backend'] {
    return this.state.backend;
  }

  async lock(): Promise<void> {
    await acquire(this.runner, this.key, this.options.runnerTimeout, () => this.options.onWait?.('runner'));
    this.locked = true;
  }

  /** @throws SchemaMissingError when the data source's schema is not there and cannot be made. */
  async begin(): Promise<void> {
    await this.runner.startTransaction();
    await this.ensureSchema();
  }

  async verify(): Promise<void> {
    await this.runner.query('SET CONSTRAINTS ALL IMMEDIATE');
  }

  commit(): Promise<void> {
    return this.runner.commitTransaction();
  }

  rollback(): Promise<void> {
    return this.runner.rollbackTransaction();
  }

  async execute(statement: Statement): Promise<unknown> {
    if (this.runner.isReleased) throw new ConnectionLostError(statement.sql);
    try {
      if (statement.outsideTransaction) return await this.withoutLockTimeout(() => this.send(statement));
      const wait = { runner: this.runner, sql: statement.sql, onWait: this.options.onLockWait };
      return await withAttempts(wait, () => this.attemptChecked(statement));
    } catch (error) {
      const refused = unjoinableList(statement.sql, error);
      if (refused !== undefined) throw refused;
      if (sqlState(error) !== sqlStates.unsafeNewEnumValue) throw error;
      throw new UncommittedEnumValueError(statement.sql, error);
    }
  }

  /** With the search path that TypeORM's connections have; one that the work sets is taken away again. */
  async asApplication<T>(work: () => Promise<T>): Promise<T> {
    const [own] = (await this.runner.query(`SELECT current_setting('search_path') AS search_path`)) as [SearchPath];
    await this.set({ search_path: this.state.before['search_path'] ?? own.search_path });
    try {
      return await work();
    } finally {
      // In a transaction that failed it is a rollback that gives the path back.
      await this.set({ ...own }).catch(() => undefined);
    }
  }

  hintOn(error: unknown): Promise<string | undefined> {
    return failureHint(this.runner, error, this.options.versionTable);
  }

  async close(): Promise<void> {
    if (this.runner.isReleased) return;
    try {
      while (this.runner.isTransactionActive) await this.runner.rollbackTransaction();
      if (this.locked) await release(this.runner, this.key);
      await this.set(this.state.before);
    } catch {
      await this.discardConnection();
    }
    if (this.options.queryRunner === undefined) await this.runner.release().catch(() => undefined);
  }

  protected async ensureSchema(): Promise<void> {
    if (this.schema === undefined || !this.state.lacksSchema) return;
    try {
      await this.runner.query(this.schema.ensure);
    } catch (error) {
      throw new SchemaMissingError(this.state.schema, this.state.database, error);
    }
  }

  /**
   * No ALTER TABLE is possible while checks of the table are put off, as after an UPDATE of rows that this transaction
   * wrote: they are made now, and what they find is the error.
   */
  private async attemptChecked(statement: Statement): Promise<unknown> {
    try {
      return await this.attempt(statement);
    } catch (error) {
      if (!this.inTransaction || sqlState(error) !== sqlStates.objectInUse) throw error;
      for (const sql of settleChecks) await this.attempt({ sql, isOwn: true });
      return this.attempt(statement);
    }
  }

  /** A statement under a savepoint of its own: when it fails, the transaction it is part of can go on. */
  private async attempt(statement: Statement): Promise<unknown> {
    if (!this.inTransaction || controlsTransaction(statement.sql)) return this.send(statement);
    await this.runner.query(`SAVEPOINT ${SAVEPOINT}`);
    let result: unknown;
    try {
      result = await this.send(statement);
    } catch (error) {
      await this.toSavepoint('ROLLBACK TO SAVEPOINT').catch(() => undefined);
      throw error;
    }
    await this.toSavepoint('RELEASE SAVEPOINT');
    return result;
  }

  /** A statement that ended the transaction itself took the savepoint with it: the run finds that out, and says it better. */
  private async toSavepoint(command: string): Promise<void> {
    try {
      await this.runner.query(`${command} ${SAVEPOINT}`);
    } catch (error) {
      const state = sqlState(error);
      if (state !== sqlStates.noActiveTransaction && state !== sqlStates.noSuchSavepoint) throw error;
    }
  }

  /**
   * What runs outside a transaction (CREATE INDEX CONCURRENTLY) holds nobody up while it waits, and leaves an invalid
   * index behind when it is stopped.
   */
  private async withoutLockTimeout<T>(work: () => Promise<T>): Promise<T> {
    await this.set({ lock_timeout: '0' });
    try {
      return await work();
    } finally {
      if (!this.runner.isReleased) await this.set({ lock_timeout: timeSetting(this.options.lockTimeout) });
    }
  }

  protected set(settings: Readonly<Record<string, string>>): Promise<void> {
    return setAll(this.runner, settings, this.settingsOf);
  }

  private send({ sql, parameters, isOwn }: Statement): Promise<unknown> {
    const runner = isOwn ? this.runner : this.revisionRunner;
    return runner.query(sql, parameters === undefined ? undefined : [...parameters]);
  }

  /** Ends the connection instead of giving it back to the pool, where it would go on holding the lock. */
  private async discardConnection(): Promise<void> {
    try {
      const client = (await this.runner.connect()) as { end(): Promise<void> };
      await client.end();
    } catch {
      // It is gone already.
    }
  }
}

/** A session inside a transaction of the caller's, which keeps the lock to its end: only then is the run visible to others. */
class CallersPostgresSession extends PostgresSession {
  override readonly isCallers = true;
  protected override readonly settingsOf = 'transaction';
  private readonly transaction = new CallersTransaction(this.runner, this.revisionRunner);

  override get inTransaction(): boolean {
    return this.transaction.isOpen;
  }

  override lock(): Promise<void> {
    const { runnerTimeout, onWait } = this.options;
    return acquire(this.runner, this.key, runnerTimeout, () => onWait?.('runner'), 'transaction');
  }

  override async begin(): Promise<void> {
    await this.transaction.begin();
    await this.ensureSchema();
  }

  override commit(): Promise<void> {
    return this.transaction.keep();
  }

  override rollback(): Promise<void> {
    return this.transaction.undo();
  }

  override async close(): Promise<void> {
    // Where this fails the transaction is gone, and its settings with it.
    if (this.transaction.isOpen) await this.transaction.undo().catch(() => undefined);
    await this.set(this.state.before).catch(() => undefined);
  }
}
