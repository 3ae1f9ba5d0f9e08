import type { QueryRunner } from 'typeorm';
import { CallersForeignKeysError } from '../errors.js';
import { QueryRunnerError } from '../../../errors/callers.errors.js';
import { CallersTransaction } from '../../callers-transaction.js';
import type { DialectSession, SessionOptions, Statement, StatementResult } from '../../dialect.js';
import { oneByOne } from '../../common/one-by-one.js';
import { WaitReport } from '../../common/wait-report.js';
import { ownQueries } from '../../own-queries.js';
import { type WaitLimits, readPragma, STALE, whenFree } from './busy.js';
import { checkForeignKeys, type ForeignKeyState, refuseNewViolations } from './foreign-keys.js';
import { droppedTable, referringTables } from '../compile/referring-tables.js';
import { lacksTransaction } from './in-transaction.js';
import { hintOn } from './session-hints.js';
import { ViewWatch } from './view-watch.js';

/**
 * Settings that can be changed inside a transaction: the rules of ALTER TABLE, and the deferral of foreign keys to its
 * end.
 */
const SETTINGS = { legacy_alter_table: 0, defer_foreign_keys: 1 } as const;

/**
 * A session inside a transaction of the caller, on the one connection of an application.
 *
 * SQLite enforces foreign keys there as the caller has set it, since that cannot be changed inside a transaction.
 * Statements that would lose rows because of it are refused.
 */
export class CallersSqliteSession implements DialectSession {
  readonly isCallers = true;
  readonly runner: QueryRunner;
  /** Sentences about what was unreadable before the run already. */
  notices: readonly string[] = [];
  private readonly views: ViewWatch;
  private readonly transaction: CallersTransaction;
  private readonly wait: WaitLimits;
  private readonly before = new Map<string, number>();
  private keys: ForeignKeyState | undefined;

  constructor(
    readonly revisionRunner: QueryRunner,
    { onQuery, onWait, runnerTimeout, signal }: SessionOptions,
  ) {
    this.runner = ownQueries(revisionRunner, onQuery);
    this.views = new ViewWatch(this.runner);
    this.transaction = new CallersTransaction(this.runner, revisionRunner);
    this.wait = { limit: runnerTimeout, report: new WaitReport(onWait), signal };
  }

  get inTransaction(): boolean {
    return this.transaction.isOpen;
  }

  /** Takes the write lock, since the transaction may only have read so far, by a write that changes nothing. */
  async lock(): Promise<void> {
    const version = await readPragma(this.runner, 'user_version');
    const write = (): Promise<unknown> => this.runner.query(`PRAGMA user_version = ${version}`);
    try {
      await whenFree(this.runner, this.wait, write, () => 'writer');
    } catch (error) {
      if ((error as { driverError?: { code?: unknown } }).driverError?.code !== STALE) throw error;
      throw new QueryRunnerError(
        'The transaction of the queryRunner has read the database before another connection wrote to it, so that it can write no more.',
        { hint: 'Roll it back, begin another one, and call again. Nothing was run.', cause: error },
      );
    }
  }

  async begin(): Promise<void> {
    await this.transaction.begin();
    for (const [name, value] of Object.entries(SETTINGS)) {
      this.before.set(name, await readPragma(this.runner, name));
      await this.runner.query(`PRAGMA ${name} = ${value}`);
    }
    this.keys = await checkForeignKeys(this.runner);
    await this.views.begin();
  }

  stepDone(step: string): Promise<void> {
    return this.views.stepDone(step);
  }

  async verify(): Promise<void> {
    if (this.keys === undefined) return;
    this.notices = await this.views.verify();
    await refuseNewViolations(this.runner, this.keys);
    this.keys = undefined;
  }

  async commit(): Promise<void> {
    await this.verify();
    await this.transaction.keep();
    await this.restoreSettings();
  }

  async rollback(): Promise<void> {
    this.keys = undefined;
    try {
      if (this.inTransaction) await this.transaction.undo();
    } finally {
      await this.restoreSettings();
    }
  }

  async execute(statement: Statement): Promise<unknown> {
    await this.refuseLoss(statement.sql);
    const runner = statement.isOwn ? this.runner : this.revisionRunner;
    return runner.query(statement.sql, [...(statement.parameters ?? [])]);
  }

  batch(statements: readonly string[]): Promise<readonly StatementResult[]> {
    return oneByOne(this.runner, statements);
  }

  isTransactionLost(error: unknown): boolean {
    return lacksTransaction(error);
  }

  /** Not used: no revision leaves the transaction of a caller. */
  inOwnTransaction<T>(work: () => Promise<T>): Promise<T> {
    return work();
  }

  async outcomeOf(): Promise<'unknown'> {
    return 'unknown';
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
    await this.rollback().catch(() => undefined);
  }

  /**
   * Refuses a DROP TABLE that would affect other rows: with enforced foreign keys it deletes all rows first, and so
   * cascades.
   */
  private async refuseLoss(sql: string): Promise<void> {
    const table = droppedTable(sql);
    if (table === undefined || (await readPragma(this.runner, 'foreign_keys')) === 0) return;
    const referring = await referringTables(this.runner, table);
    if (referring.length > 0) throw new CallersForeignKeysError(table, referring);
  }

  private async restoreSettings(): Promise<void> {
    for (const [name, value] of this.before) await this.runner.query(`PRAGMA ${name} = ${value}`);
    this.before.clear();
  }
}
