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
import { Interruption } from './interruption.js';
import { RunningStatements } from './running-statements.js';
import { watchedRunner, type WatchedRunner } from './watched-runner.js';
import { prepareTypeorm, type TypeormDirection } from './typeorm/typeorm-run.js';

const SAVEPOINT = 'nestjs_migrate_operation';
const REMEDY = 'nestjs_migrate_remedy';

/** The part of the grace in which a statement outside a transaction may end by itself; the rest is for cancelling it. */
const PATIENCE = 0.8;

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
  readonly interruption = new Interruption();
  private outside = false;
  private readonly remedies: Remedies | undefined;
  private watchedRunner: WatchedRunner | undefined;
  private readonly statements = new RunningStatements();

  constructor(
    private readonly session: DialectSession,
    private readonly dialect: Dialect,
    private readonly context: LiveContext,
    private readonly attempt: Pick<Attempt, 'statements'>,
    /** Gets every statement that fails, including those whose errors the revision catches. */
    private readonly failures: FailedStatement[],
    private readonly gate: TransactionGate,
    private readonly typeormPlaces: ClassPlaces,
    /** Whether it may be halted: all its statements have to be watched then. */
    private readonly canHalt = false,
  ) {
    this.remedies = dialect.remedies?.(context);
  }

  get queryRunner(): QueryRunner {
    return this.isWatched ? this.watched.queryRunner : this.session.revisionRunner;
  }

  get manager(): EntityManager {
    return this.isWatched ? this.watched.manager : this.session.revisionRunner.manager;
  }

  private get isWatched(): boolean {
    return this.canHalt || this.remedies?.areNeeded === true || this.mayMeetContention;
  }

  /** The revision's query runner with remedies before its statements: without a savepoint none can help after one has failed. */
  private get watched(): WatchedRunner {
    return (this.watchedRunner ??= watchedRunner(this.session.revisionRunner, (sql, parameters, send) =>
      this.interruptible(async () => {
        const remedies = this.outside || this.remedies?.areNeeded !== true ? undefined : this.remedies;
        const remedy = await remedies?.before({ sql, parameters });
        if (remedy !== undefined) await this.heal(remedy);
        return this.statements.during(send);
      }),
    ));
  }

  /** Whether the run's transaction may have to begin again: then it sees the errors of all statements. */
  private get mayMeetContention(): boolean {
    return this.dialect.contentionOf !== undefined && !this.session.isCallers;
  }

  /** Does work of the revision. Where its transaction has to begin again, the revision is over, whatever it does with the error. */
  private async interruptible<T>(work: () => Promise<T>): Promise<T> {
    await this.interruption.refuse();
    try {
      return await work();
    } catch (error) {
      if (this.gate.canBeginAgain && this.dialect.contentionOf?.(error) !== undefined) {
        this.interruption.interrupt(error);
      }
      throw error;
    }
  }

  apply(operation: Operation): Promise<void> {
    return this.interruptible(async () => {
      // A revision may have changed the catalog through its query runner since the last operation.
      this.context.forget();
      if (!this.outside) await this.gate.settle();
      const statements = await this.dialect.compile(operation, this.context);
      await this.sendAll(statements);
      if (!this.outside) this.remedies?.note(operation);
    });
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
    this.interruption.check();
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
  typeorm(direction: TypeormDirection, history: TypeormHistory): Promise<void> {
    return this.interruptible(() => this.runTypeorm(direction, history));
  }

  private async runTypeorm(direction: TypeormDirection, history: TypeormHistory): Promise<void> {
    this.context.forget();
    const { runner } = this.session;
    const work = await prepareTypeorm({ ...this.typeormPlaces, runner, history, direction });
    if (work === undefined) return;
    const asApplication = (): Promise<void> => this.statements.during(() => this.session.asApplication(work));
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

  /**
   * Refuses all further statements, and waits until none runs. In a transaction, which is rolled back anyway, a running statement is
   * cancelled at once; outside of one it may end, as long as there is time.
   */
  async halt(reason: Error, grace: number): Promise<void> {
    this.interruption.interrupt(reason);
    const { session, dialect } = this;
    const patience = session.inTransaction ? 0 : grace * PATIENCE;
    await this.statements.halt({
      patience,
      limit: (grace - patience) * PATIENCE,
      abort: () => dialect.abortConnection(session.revisionRunner),
      ...(session.cancel && { cancel: () => session.cancel?.() ?? Promise.resolve() }),
    });
  }

  private async send(given: Statement, part?: GroupPart): Promise<void> {
    await this.interruption.refuse();
    const statement: Statement = this.gate.canBeginAgain ? given : { ...given, isPatient: true };
    try {
      await this.statements.during(() =>
        this.session.execute(statement, part).catch((error: unknown) => this.retry(statement, error, part)),
      );
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
