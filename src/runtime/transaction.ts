import { CommitUnknownError } from '../errors/lost.errors.js';
import type { FailedCommit } from './lost/failed-commit.js';
import type { Dialect, DialectSession, StatementResult, TransactionPolicy } from '../dialects/dialect.js';

const SAVEPOINT = 'nestjs_migrate_revision';

/**
 * The state in which a revision left its transaction. `failed`: it accepts no statement; `ended`: by a COMMIT or ROLLBACK of the
 * revision; `nested`: another one is open inside it; `lost`: with the connection.
 */
export type TransactionState = 'usable' | 'failed' | 'ended' | 'nested' | 'lost';

/** Why a transaction accepts no statement, where no error of a statement gives the reason. */
export const unusableReasons = {
  failed: 'a statement failed, the revision caught its error, and the database takes nothing more in that transaction',
  lost: 'the connection to the database was lost',
};

/** Whether another step follows in the same transaction, and whether a record may be sent with its first statement. */
export interface NextStep {
  readonly follows: boolean;
  readonly mayWait: boolean;
}

/** What records a step, at its end. */
export interface StepRecord {
  readonly statements: readonly string[];
  readonly next: NextStep;
  /** Checks the results of the statements. @throws what is wrong */
  readonly check: (results: readonly StatementResult[]) => void;
  /** Called with the error of a record that has waited. */
  readonly failed: (error: unknown) => void;
}

/** Whether the database has committed the session's transaction by itself, as those with the policy `rows` do at DDL. */
export function hasCommitted({ transactions }: Pick<Dialect, 'transactions'>, session: DialectSession): boolean {
  return transactions === 'rows' && !session.inTransaction;
}

/** The transactions of one run, and which of its steps are committed. */
export class RunTransaction {
  /** Whether a transaction of the run was committed. */
  hasCommitted = false;
  private open = false;
  private begunAt = 0;
  private guarded = false;
  /** Whether the savepoint of the next revision is set already. */
  private guardedAhead = false;
  private depth = 0;
  private readonly keptSteps: string[] = [];
  private lostSteps: string[] = [];
  /** Id of the transaction while it is prepared. */
  private preparedAs: string | undefined;
  private openSteps: string[] = [];

  constructor(
    private readonly session: DialectSession,
    private readonly dialect: Pick<Dialect, 'transactions' | 'isUnreachable'>,
    /** Finds out what became of a commit that ended in an error. @returns the error; undefined when it is committed */
    private readonly verdict: (failed: FailedCommit) => Promise<unknown> = async ({ error }) => error,
  ) {}

  get policy(): TransactionPolicy {
    return this.dialect.transactions;
  }

  get active(): boolean {
    return this.open;
  }

  /** Whether the database has committed the open transaction by itself: with the policy `rows`, at a statement that changes the schema. */
  get isEnded(): boolean {
    return this.open && hasCommitted(this.dialect, this.session);
  }

  /** Steps that are committed. */
  get kept(): readonly string[] {
    return this.keptSteps;
  }

  /** Steps that were done and then rolled back. */
  get lost(): readonly string[] {
    return this.lostSteps;
  }

  async stepDone(name: string): Promise<void> {
    await this.session.stepDone?.(name);
    this.openSteps.push(name);
    // It may have been lost before, and run again.
    this.lostSteps = this.lostSteps.filter((lost) => lost !== name);
  }

  /** How long it has been open, ms. */
  get openFor(): number {
    return performance.now() - this.begunAt;
  }

  async begin(): Promise<void> {
    this.guardedAhead = false;
    this.begunAt = performance.now();
    await this.session.begin();
    this.open = true;
  }

  /** Id of the transaction while it is prepared: not decided yet, or the decision did not reach it. */
  get prepared(): string | undefined {
    return this.preparedAs;
  }

  /** The first phase of a two-phase commit; `commit` or `rollback` is then the second. */
  async prepare(id: string): Promise<void> {
    await this.session.twoPhase?.prepare(id);
    this.open = false;
    this.preparedAs = id;
  }

  async commit(): Promise<void> {
    if (this.preparedAs === undefined) await this.session.commit().catch((error: unknown) => this.settle(error));
    else await this.session.twoPhase?.commit(this.preparedAs);
    this.open = false;
    this.hasCommitted = true;
    this.preparedAs = undefined;
    this.keptSteps.push(...this.openSteps);
    this.openSteps = [];
  }

  /** @throws the error of a commit, unless it is committed after all */
  private async settle(error: unknown): Promise<void> {
    const found = await this.verdict({ error, steps: this.openSteps, kept: this.keptSteps });
    if (found === undefined) return;
    // They are neither kept nor lost as far as is known.
    if (found instanceof CommitUnknownError) this.openSteps = [];
    throw found;
  }

  /**
   * Rolls back what is open or prepared. A connection that cannot do that has lost its open transaction anyway; a prepared
   * one stays prepared.
   */
  async rollback(): Promise<void> {
    this.open = false;
    this.guarded = false;
    this.lostSteps.push(...this.openSteps);
    this.openSteps = [];
    try {
      if (this.preparedAs !== undefined) await this.session.twoPhase?.rollback(this.preparedAs);
      this.preparedAs = undefined;
      // A transaction that the revision began inside this one is, to TypeORM, the one that the first rollback ends.
      while (this.session.inTransaction) await this.session.rollback();
    } catch {
      return;
    }
  }

  /**
   * Sets a savepoint where a revision begins. It exists as long as the transaction, so that its absence later shows that the
   * revision ended the transaction. With the policy `rows` there is none, since there the transaction may end.
   */
  async guard(): Promise<void> {
    if (!this.guardedAhead && this.policy === 'whole') await this.session.batch([`SAVEPOINT ${SAVEPOINT}`]);
    this.guardedAhead = false;
    this.guarded = true;
    this.depth = this.currentDepth();
  }

  /** The same; false where the transaction was ended without TypeORM knowing, by a COMMIT in raw SQL. */
  async guardIfOpen(): Promise<boolean> {
    try {
      await this.guard();
      return true;
    } catch {
      // TypeORM still takes it for open. To end a transaction that is not open causes a warning at most.
      await this.session.runner.commitTransaction().catch(() => undefined);
      return false;
    }
  }

  /** Runs statements, and sets the savepoint of a revision that begins behind them, as one batch. */
  async guardBehind(statements: readonly string[]): Promise<readonly StatementResult[]> {
    const isAhead = !this.guardedAhead && this.policy === 'whole';
    const results = await this.session.batch(isAhead ? [...statements, `SAVEPOINT ${SAVEPOINT}`] : statements);
    this.guardedAhead = true;
    return results.slice(0, statements.length);
  }

  /**
   * Ends a revision as one batch: releases its savepoint, runs the statements that record it, and sets the savepoint of the next
   * revision.
   *
   * @returns where that was not done, the state in which the revision left the transaction
   * @throws what `check` throws, and the error of a record before this one that has waited
   */
  async record({
    statements,
    next,
    check,
    failed,
  }: StepRecord): Promise<Exclude<TransactionState, 'usable'> | undefined> {
    if (!this.open) return 'ended';
    if (this.guarded && this.isNested()) return 'nested';
    const isReleased = this.guarded && this.policy === 'whole';
    this.guarded = false;
    const { confinement } = this.session;
    const own = isReleased ? [`RELEASE SAVEPOINT ${SAVEPOINT}`, ...statements] : statements;
    const all = confinement === undefined ? own : [...own, confinement.query];
    const done = (results: readonly StatementResult[]): void => check(isReleased ? results.slice(1) : results);
    if (next.follows && next.mayWait && confinement === undefined && this.recordAhead(all, done, failed))
      return undefined;
    let results: readonly StatementResult[];
    try {
      results = await (next.follows ? this.guardBehind(all) : this.session.batch(all));
    } catch (error) {
      if (!isReleased || !this.session.isTransactionLost(error)) throw error;
      return this.stateAfterError();
    }
    done(results);
    await confinement?.judge(results[all.length - 1] ?? { rows: [] });
    return undefined;
  }

  /** Before a part of a revision is committed. @throws OutsideTenantError */
  async judge(): Promise<void> {
    const { confinement } = this.session;
    const [answer] = confinement === undefined || !this.open ? [] : await this.session.batch([confinement.query]);
    if (answer !== undefined) await confinement?.judge(answer);
  }

  /** Has the batch of `record` sent with the next statement. @returns whether it will be */
  private recordAhead(
    statements: readonly string[],
    check: (results: readonly StatementResult[]) => void,
    failed: (error: unknown) => void,
  ): boolean {
    const all = this.policy === 'whole' ? [...statements, `SAVEPOINT ${SAVEPOINT}`] : statements;
    const done = (results: readonly StatementResult[]): void => {
      try {
        check(results);
      } catch (error) {
        failed(error);
        throw error;
      }
    };
    const waits = this.session.batchAhead?.(all, { done, failed }) === true;
    this.guardedAhead ||= waits;
    return waits;
  }

  /** Releases the savepoint. @returns the state in which the revision left the transaction */
  async release(): Promise<TransactionState> {
    if (!this.guarded) return 'usable';
    if (this.isNested()) return 'nested';
    this.guarded = false;
    if (this.policy === 'rows') return 'usable';
    if (await succeeds(this.session.batch([`RELEASE SAVEPOINT ${SAVEPOINT}`]))) return 'usable';
    return this.stateAfterError();
  }

  /** Does work that may end the transaction through TypeORM's query runner. @returns whether it did */
  async watch(work: () => Promise<void>): Promise<boolean> {
    const { runner } = this.session;
    const { commitTransaction, rollbackTransaction } = runner;
    let ended = false;
    const watched = (end: () => Promise<void>) => async (): Promise<void> => {
      // TypeORM does not know that a change of the schema has ended its transaction already.
      if (this.policy === 'whole' || runner.isTransactionActive) await end.call(runner);
      ended ||= !runner.isTransactionActive;
    };
    runner.commitTransaction = watched(commitTransaction);
    runner.rollbackTransaction = watched(rollbackTransaction);
    try {
      await work();
    } finally {
      Object.assign(runner, { commitTransaction, rollbackTransaction });
    }
    return ended;
  }

  /** After an error: whether the revision had ended the transaction before it. */
  async wasEnded(): Promise<boolean> {
    if (this.policy === 'rows' || !this.guarded || this.isNested()) return false;
    this.guarded = false;
    return (await this.stateAfterError()) === 'ended';
  }

  /** `failed` where the transaction still has the savepoint, `ended` where not, `lost` where the connection does not answer. */
  private async stateAfterError(): Promise<'failed' | 'ended' | 'lost'> {
    if (await succeeds(this.session.batch([`ROLLBACK TO SAVEPOINT ${SAVEPOINT}`]))) return 'failed';
    try {
      await this.session.runner.query('SELECT 1');
    } catch (error) {
      // A transaction that the revision has begun in place of that of the run takes nothing more, since it lacks the savepoint.
      if (this.session.runner.isReleased || this.dialect.isUnreachable(error)) return 'lost';
    }
    return 'ended';
  }

  /** Whether TypeORM counts a transaction of the revision as open inside this one: it would then commit neither. */
  private isNested(): boolean {
    return this.currentDepth() > this.depth;
  }

  private currentDepth(): number {
    return (this.session.runner as { readonly transactionDepth?: number }).transactionDepth ?? 0;
  }
}

function succeeds(work: Promise<unknown>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  );
}
