import type { DialectSession } from '../dialects/dialect.js';

const SAVEPOINT = 'nestjs_migrate_revision';

/** What a revision left of the transaction that was begun for it. */
export type TransactionState = 'usable' | 'failed' | 'ended' | 'nested';

/** The transactions of one run, and which of its steps a commit has made safe. */
export class RunTransaction {
  private open = false;
  private guarded = false;
  private depth: number | undefined;
  private readonly keptSteps: string[] = [];
  private openSteps: string[] = [];

  constructor(private readonly session: DialectSession) {}

  get active(): boolean {
    return this.open;
  }

  /** Steps that are committed. */
  get kept(): readonly string[] {
    return this.keptSteps;
  }

  /** Steps done in the open transaction: a rollback takes them along. */
  get atRisk(): readonly string[] {
    return this.openSteps;
  }

  stepDone(name: string): void {
    this.openSteps.push(name);
  }

  async begin(): Promise<void> {
    await this.session.begin();
    this.open = true;
  }

  async commit(): Promise<void> {
    await this.session.commit();
    this.open = false;
    this.keptSteps.push(...this.openSteps);
    this.openSteps = [];
  }

  /** Rolls back what is open. A connection that cannot do that has lost its transaction anyway. */
  async rollback(): Promise<void> {
    this.open = false;
    this.guarded = false;
    try {
      // A transaction that the revision began inside this one is, to TypeORM, the one that the first rollback ends.
      while (this.session.inTransaction) await this.session.rollback();
    } catch {
      return;
    }
  }

  /**
   * Marks where a revision begins. The savepoint lives exactly as long as the transaction, so that its absence
   * later shows, on any database, that the revision ended the transaction by itself.
   */
  async guard(): Promise<void> {
    await this.session.runner.query(`SAVEPOINT ${SAVEPOINT}`);
    this.guarded = true;
    this.depth = this.currentDepth();
  }

  /** Takes the mark away and says what state the revision left the transaction in. */
  async release(): Promise<TransactionState> {
    if (!this.guarded) return 'usable';
    this.guarded = false;
    if (await this.succeeds(`RELEASE SAVEPOINT ${SAVEPOINT}`)) {
      return this.currentDepth() === this.depth ? 'usable' : 'nested';
    }
    return (await this.succeeds(`ROLLBACK TO SAVEPOINT ${SAVEPOINT}`)) ? 'failed' : 'ended';
  }

  /** After an error: whether the revision had ended the transaction before it. */
  async wasEnded(): Promise<boolean> {
    if (!this.guarded) return false;
    this.guarded = false;
    return !(await this.succeeds(`ROLLBACK TO SAVEPOINT ${SAVEPOINT}`));
  }

  /** How many transactions TypeORM takes to be open inside each other; with more than one it commits none of them. */
  private currentDepth(): number | undefined {
    return (this.session.runner as { readonly transactionDepth?: number }).transactionDepth;
  }

  private async succeeds(sql: string): Promise<boolean> {
    return this.session.runner.query(sql).then(
      () => true,
      () => false,
    );
  }
}
