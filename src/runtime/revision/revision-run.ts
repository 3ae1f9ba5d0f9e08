import type { EntityManager, QueryRunner } from 'typeorm';
import type { Dialect, DialectSession, GroupPart, Remedies, Remedy, Statement } from '../../dialects/dialect.js';
import type { Operation } from '../../operations/operation.js';
import type { TypeormHistory } from '../../operations/call/typeorm-migrations.js';
import type { FailedStatement } from '../failure.js';
import type { Attempt } from '../bookkeeping/history-table.js';
import type { LiveContext } from '../live-context.js';
import type { OperationSink } from './revision-call.js';
import type { TransactionGate } from './revision-gate.js';
import { hasCommitted } from '../transaction.js';
import type { ClassPlaces } from './typeorm/find-classes.js';
import { watchedRunner } from './watched-runner.js';
import { prepareTypeorm, type TypeormDirection } from './typeorm/typeorm-run.js';

const SAVEPOINT = 'nestjs_migrate_operation';
const REMEDY = 'nestjs_migrate_remedy';

/** A transaction or savepoint in which statements are kept or undone together. */
interface Frame {
  /** Its statements are sent with their place in a group. */
  readonly isGroup?: true;
  begin(): Promise<void>;
  keep(): Promise<void>;
  undo(): Promise<void>;
}

/** The operations of one revision on a live database. */
export class RevisionRun implements OperationSink {
  /** What the revision did may be used only after a commit. */
  commitAfter = false;
  private outside = false;
  private readonly remedies: Remedies | undefined;
  private stopped: Error | undefined;

  constructor(
    private readonly session: DialectSession,
    private readonly dialect: Dialect,
    private readonly context: LiveContext,
    private readonly attempt: Pick<Attempt, 'statements'>,
    /** Gets every statement that fails, including those whose errors the revision catches. */
    private readonly failures: FailedStatement[],
    private readonly gate: TransactionGate,
    private readonly typeormPlaces: ClassPlaces,
  ) {
    this.remedies = dialect.remedies?.(context);
  }

  get queryRunner(): QueryRunner {
    return this.remedies?.areNeeded ? this.watched().queryRunner : this.session.revisionRunner;
  }

  get manager(): EntityManager {
    return this.remedies?.areNeeded ? this.watched().manager : this.session.revisionRunner.manager;
  }

  /** The revision's query runner with remedies before its statements: without a savepoint none can help after one has failed. */
  private watched(): ReturnType<typeof watchedRunner> {
    return watchedRunner(this.session.revisionRunner, async (sql, parameters) => {
      const remedy = this.outside ? undefined : await this.remedies?.before({ sql, parameters });
      if (remedy !== undefined) await this.heal(remedy);
    });
  }

  async apply(operation: Operation): Promise<void> {
    // A revision may have changed the catalog through its query runner since the last operation.
    this.context.forget();
    if (!this.outside) await this.gate.settle();
    const statements = await this.dialect.compile(operation, this.context);
    await this.sendAll(statements);
    if (!this.outside) this.remedies?.note(operation);
  }

  private async sendAll(statements: readonly Statement[]): Promise<void> {
    if (statements.length > 1 && !statements.some(({ outsideTransaction }) => outsideTransaction)) {
      await this.sendAsOne(statements);
      return;
    }
    for (const statement of statements) {
      if (statement.outsideTransaction) await this.autocommit(() => this.sendOne(statement));
      else await this.sendOne(statement);
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

  /**
   * Runs or reverts TypeORM's migrations. In its mode `all` they are in the run's transaction; for the other modes the revision
   * leaves that, and TypeORM begins and ends its own.
   */
  async typeorm(direction: TypeormDirection, history: TypeormHistory): Promise<void> {
    this.context.forget();
    const { runner } = this.session;
    const work = await prepareTypeorm({ ...this.typeormPlaces, runner, history, direction });
    if (work === undefined) return;
    const asApplication = (): Promise<void> => this.session.asApplication(work);
    if (history.transaction !== 'all') return this.autocommit(asApplication);
    return this.outside ? asApplication() : this.gate.loosely(asApplication);
  }

  /**
   * Sends the statements of an operation so that all are kept or none, where the database can undo them: the revision may catch
   * the error and go on, and outside a transaction a failure or a crash would leave half of the operation behind.
   */
  private async sendAsOne(statements: readonly Statement[]): Promise<void> {
    const { attempt, commitAfter } = this;
    const done = attempt.statements;
    const frame = this.outside ? this.ownTransaction() : (this.group() ?? this.savepoint(SAVEPOINT));
    try {
      await frame.begin();
      for (const [index, statement] of statements.entries()) {
        await this.send(statement, frame.isGroup ? partAt(index, statements.length) : undefined);
      }
      if (!this.hasCommitted) await frame.keep();
    } catch (error) {
      if (this.hasCommitted) await this.noteCommitted().catch(() => undefined);
      else {
        attempt.statements = done;
        this.commitAfter = commitAfter;
        // Where this fails too, the transaction has ended: the run finds that out, and the first error is the one to report.
        await frame.undo().catch(() => undefined);
      }
      throw error;
    }
    await this.noteCommitted();
  }

  private async sendOne(statement: Statement): Promise<void> {
    await this.send(statement);
    await this.noteCommitted();
  }

  /** Records what is committed: outside the transaction all that was sent, inside it what the database committed by itself. */
  private noteCommitted(): Promise<void> {
    return this.outside ? this.gate.note() : this.gate.settle();
  }

  private get hasCommitted(): boolean {
    return hasCommitted(this.dialect, this.session);
  }

  /** The session's own way to undo several statements, which costs no round trip. */
  private group(): Frame | undefined {
    const { session } = this;
    if (session.undoGroup === undefined) return undefined;
    const nothing = async (): Promise<void> => undefined;
    return { isGroup: true, begin: nothing, keep: nothing, undo: async () => session.undoGroup?.() };
  }

  private ownTransaction(): Frame {
    const { session } = this;
    return { begin: () => session.begin(), keep: () => session.commit(), undo: () => session.rollback() };
  }

  private savepoint(name: string): Frame {
    const control = async (command: string): Promise<void> =>
      void (await this.session.execute({ sql: `${command} ${name}`, isOwn: true }));
    return {
      begin: () => control('SAVEPOINT'),
      keep: () => control('RELEASE SAVEPOINT'),
      undo: () => control('ROLLBACK TO SAVEPOINT'),
    };
  }

  stop(reason: Error): void {
    this.stopped = reason;
  }

  private async send(statement: Statement, part?: GroupPart): Promise<void> {
    if (this.stopped !== undefined) throw this.stopped;
    try {
      await this.session.execute(statement, part).catch((error: unknown) => this.retry(statement, error, part));
    } catch (error) {
      this.failures.push({ error, sql: statement.sql });
      throw error;
    }
    this.attempt.statements += 1;
    if (statement.commitAfter) this.commitAfter = true;
  }

  /** Sends a statement again where the dialect knows what to do about its error. */
  private async retry(statement: Statement, error: unknown, part: GroupPart | undefined): Promise<void> {
    this.context.forget();
    const remedy = await this.remedies?.after(error);
    if (remedy === undefined) throw error;
    await this.heal(remedy);
    await this.session.execute(statement, part);
  }

  private async heal({ statements, notice }: Remedy): Promise<void> {
    const frame = this.savepoint(REMEDY);
    await frame.begin();
    try {
      for (const statement of statements) await this.session.execute(statement);
    } catch (error) {
      await frame.undo().catch(() => undefined);
      throw error;
    }
    await frame.keep();
    this.gate.notice(notice);
  }
}

function partAt(index: number, count: number): GroupPart {
  if (index === 0) return 'first';
  return index === count - 1 ? 'last' : 'next';
}
