import type { EntityManager, QueryRunner } from 'typeorm';
import type { Dialect, DialectSession, Statement } from '../dialects/dialect.js';
import type { Operation } from '../operations/operation.js';
import type { Attempt } from './history-table.js';
import type { LiveContext } from './live-context.js';
import type { OperationSink } from './revision-call.js';

/** A statement that the database refused, and its error. */
export interface FailedStatement {
  readonly error: unknown;
  readonly sql: string;
}

/** How a revision that is being run leaves its transaction and comes back into one. */
export interface TransactionGate {
  /** Commits what the run has done so far. */
  leave(): Promise<void>;
  /** Notes that a statement ran outside the transaction, and stays. */
  note(): Promise<void>;
  /** Begins again, sure that the version rows are still those of this run. */
  enter(): Promise<void>;
}

/** The operations of one revision on a live database. */
export class RevisionRun implements OperationSink {
  /** What the revision did may be used only after a commit. */
  commitAfter = false;
  private outside = false;

  constructor(
    private readonly session: DialectSession,
    private readonly dialect: Dialect,
    private readonly context: LiveContext,
    private readonly attempt: Attempt,
    /** Gets every statement that fails, those whose errors the revision catches included. */
    private readonly failures: FailedStatement[],
    private readonly gate: TransactionGate,
  ) {}

  get queryRunner(): QueryRunner {
    return this.session.runner;
  }

  get manager(): EntityManager {
    return this.session.runner.manager;
  }

  async apply(operation: Operation): Promise<void> {
    // A revision may have changed the catalog through its query runner since the last operation.
    this.context.forget();
    for (const statement of await this.dialect.compile(operation, this.context)) {
      if (statement.outsideTransaction) await this.autocommit(() => this.send(statement));
      else await this.send(statement);
    }
  }

  async autocommit(fn: () => Promise<void>): Promise<void> {
    if (this.outside) return fn();
    await this.gate.leave();
    this.outside = true;
    try {
      await fn();
    } catch (error) {
      // The revision may catch this and go on, and must then find itself in a transaction again.
      this.outside = false;
      await this.gate.enter().catch(() => undefined);
      throw error;
    }
    this.outside = false;
    await this.gate.enter();
  }

  private async send(statement: Statement): Promise<void> {
    try {
      await this.session.execute(statement);
    } catch (error) {
      this.failures.push({ error, sql: statement.sql });
      throw error;
    }
    this.attempt.statements += 1;
    if (statement.commitAfter) this.commitAfter = true;
    if (this.outside) await this.gate.note();
  }
}
