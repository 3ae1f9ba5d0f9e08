import type { QueryRunner } from 'typeorm';
import { runOne } from '../../common/one-by-one.js';
import { type BatchAhead, BatchesAhead, TakenBatches } from './batches-ahead.js';
import { atOwnPosition, isMissing, isOfMessage, none } from './message-results.js';
import { type BatchPlan, RevisionSavepoint } from './revision-savepoint.js';
import type { Sending } from './sending.js';
import { type Base, mayRepeat, newBase, PART, releasing, STATEMENT } from './sent-statements.js';
import {
  type DriverResult,
  type MessageUser,
  NO_RESULT,
  type Recovery,
  type SharedMessages,
} from './shared-messages.js';
import { sqlState, sqlStates } from './sql-state.js';
import { mayControl, undoes } from './transaction-control.js';

/**
 * Undoes a statement that fails, so that the transaction can go on.
 *
 * A savepoint around each would take the server a third more time. Instead there is one every tenth of a second of work: when a
 * statement has failed, what is sent next comes behind a rollback to the savepoint and what was done since, sent again. Most errors
 * end the run, which rolls back, and nothing is sent again.
 */
export class StatementSavepoints implements MessageUser {
  private base: Base | undefined;
  /** A statement has failed. */
  private isBroken = false;
  private preparing: Promise<void> | undefined;
  /** Where a group of statements began. */
  private group: { readonly base: Base; readonly count: number } | undefined;
  private readonly revision = new RevisionSavepoint();
  private readonly ahead = new BatchesAhead();
  private unlisten: (() => void) | undefined;

  constructor(
    private readonly runner: QueryRunner,
    private readonly messages: SharedMessages | undefined,
    /** Called for each statement that is sent in the message of another. */
    private readonly onQuery: (sql: string) => void = () => undefined,
  ) {
    this.unlisten = messages?.listen(this);
  }

  /** Runs a statement of the open transaction; when it fails it is undone, unless the transaction had failed before. */
  async attempt(sending: Sending): Promise<void> {
    const { part, sql, parameters } = sending;
    const isInside = part === 'next' || part === 'last';
    const controls = mayControl(sql);
    if (!isInside) this.group = undefined;
    const preparing = this.mayLead(sending, controls) ? undefined : this.prepare();
    if (preparing !== undefined) await preparing;
    if (controls) await this.setForRevision();
    const base = await this.ensure(isInside, this.messages === undefined || sending.isPatient === true);
    const started = performance.now();
    try {
      await this.send(sending, base, controls);
    } catch (error) {
      if (part === 'first') this.group = { base, count: base.sent.count };
      if (sqlState(error) === sqlStates.failedTransaction) this.group = undefined;
      else await this.fail(base);
      throw error;
    }
    if (part === 'first') this.group = { base, count: base.sent.count };
    if (controls) this.base = undefined;
    else base.sent.add({ sql, parameters }, performance.now() - started);
  }

  /** Undoes the statements of a group, unless the transaction had failed before it. */
  async undoGroup(): Promise<void> {
    const { group } = this;
    this.group = undefined;
    if (group === undefined) return;
    group.base.sent.cutTo(group.count);
    await this.fail(group.base);
  }

  /**
   * Sends statements of the session itself as one message, with the savepoint of a revision only where it is needed.
   *
   * @param send sends the first of the statements that it is given, which are those to be sent
   * @returns the results of all, of those that `send` has sent none; undefined where the driver takes each as a message
   */
  async batch(
    statements: readonly string[],
    send: (sent: readonly string[]) => Promise<DriverResult>,
  ): Promise<readonly DriverResult[] | undefined> {
    const { messages, revision } = this;
    if (messages === undefined) return undefined;
    const isUndo = undoes(statements[0] ?? '');
    if (isUndo) this.isBroken = false;
    else await this.prepare();
    const before = { base: this.base, revision: revision.state };
    const plan = isUndo ? revision.planUndo(statements, this.base?.name) : this.plan(statements);
    const { sent, skipped = 0, leaves } = plan;
    // Before it is sent: what others send meanwhile comes behind it.
    if (leaves !== undefined) this.setBase(leaves);
    try {
      const results = await this.sendBatch(messages, sent, send);
      const unsent = statements.length - skipped - sent.length;
      return [...none(skipped), ...results, ...none(unsent)];
    } catch (error) {
      this.base = before.base;
      revision.state = before.revision;
      throw error;
    }
  }

  /**
   * Has statements of the session itself sent in the message of the next statement, which comes behind them whoever sends it.
   *
   * @returns false where they cannot wait, since the transaction may not be usable
   */
  batchAhead(statements: readonly string[], { settle, failed }: Omit<BatchAhead, 'sent'>): boolean {
    const { messages, base, revision, ahead } = this;
    const isCertain = base?.isStale === false && !this.isBroken && this.preparing === undefined;
    if (messages === undefined || !isCertain || ahead.isFull) return false;
    const { state } = revision;
    const { sent, skipped = 0, leaves } = this.plan(statements);
    if (leaves !== undefined || sent.length === 0) {
      revision.state = state;
      return false;
    }
    const unsent = statements.length - skipped - sent.length;
    ahead.add({ sent, failed, settle: (results) => settle([...none(skipped), ...results, ...none(unsent)]) });
    return true;
  }

  /** Has the transaction go on as if what failed in it had not been sent, and sends what waits for the next message. */
  prepare(): Promise<void> | undefined {
    if (this.isBroken || !this.ahead.isEmpty) {
      this.preparing ??= this.sendAgain()
        .then(() => this.sendAhead(this.ahead.take()))
        .finally(() => (this.preparing = undefined));
    }
    return this.preparing;
  }

  /** Forgets what was sent: the transaction is about to be rolled back. */
  forget(): void {
    this.setBase(null);
    this.isBroken = false;
    this.group = undefined;
    this.ahead.take();
    this.revision.forget();
  }

  before(sql: string, isRead: boolean): Promise<void> | undefined {
    if (!mayControl(sql)) {
      const prepared = this.prepare();
      if (!isRead && this.base !== undefined) this.base.isStale = true;
      return prepared;
    }
    if (this.revision.pending !== undefined) return this.setForRevision().finally(() => this.setBase(null));
    if (undoes(sql)) this.isBroken = false;
    const prepared = this.prepare();
    if (prepared !== undefined) return prepared.finally(() => this.setBase(null));
    this.setBase(null);
    return undefined;
  }

  /** Stops sharing messages. */
  close(): void {
    this.forget();
    this.unlisten?.();
    if (this.unlisten !== undefined) this.messages?.remove();
    this.unlisten = undefined;
  }

  private plan(statements: readonly string[]): BatchPlan {
    const { base } = this;
    return this.revision.plan(statements, base?.isStale === false ? base.name : undefined, STATEMENT);
  }

  private async sendBatch(
    messages: SharedMessages,
    sent: readonly string[],
    send: (sent: readonly string[]) => Promise<DriverResult>,
  ): Promise<readonly DriverResult[]> {
    const [first, ...others] = sent;
    if (first === undefined) return [];
    const { base } = this;
    const started = performance.now();
    let answer: DriverResult = NO_RESULT;
    const { followers } = await messages.carry(this, first, async () => void (answer = await send(sent)), {
      followers: others,
    });
    if (!sent.some(mayControl)) base?.sent.addAll(sent, performance.now() - started);
    return [answer, ...followers];
  }

  /** Whether what waits can be sent in the message of a statement. */
  private mayLead({ parameters, isPatient }: Sending, controls: boolean): boolean {
    const { base } = this;
    if (this.ahead.isEmpty || this.isBroken || this.preparing !== undefined || base === undefined) return false;
    return parameters.length === 0 && isPatient !== true && !controls && !base.isStale && !base.sent.isTooMuch;
  }

  /** Sends a statement, with a savepoint behind it where much was sent since the last one, or it cannot be sent twice. */
  private async send(
    { sql, parameters, send, part, isPatient, ranOnly }: Sending,
    base: Base,
    controls: boolean,
  ): Promise<void> {
    const { messages } = this;
    if (messages === undefined) return void (await send());
    const isSingle = parameters.length === 0 && !controls && part !== 'first' && part !== 'next';
    const isMarked = isSingle && (isPatient === true || base.sent.isMuch || !mayRepeat(sql));
    const followers = isMarked ? [...releasing(base), `SAVEPOINT ${STATEMENT}`] : [];
    const ahead = this.ahead.take();
    const leaders = ahead.statements;
    leaders.forEach((leader) => this.onQuery(leader));
    // Before it is sent: what others send meanwhile comes behind it.
    if (isMarked) this.setBase(STATEMENT);
    let isRecovered = false;
    const recover: Recovery = async (error, query, done = leaders.length) => {
      if (!isOfMessage(error, done < leaders.length)) {
        base.sent.addAll(leaders);
        ranOnly?.(done - leaders.length);
        throw atOwnPosition(error, leaders);
      }
      isRecovered = true;
      await this.fail(base);
      await this.sendAgain();
      await this.sendAhead(ahead);
      return query(sql);
    };
    const results = await messages.carry(this, sql, send, {
      leaders,
      followers,
      recover,
      isSeveral: ranOnly !== undefined,
    });
    if (isRecovered) return;
    base.sent.addAll(leaders);
    ahead.settle(results.leaders);
  }

  /** Sends what has waited, in a message of its own. */
  private async sendAhead(ahead: TakenBatches): Promise<void> {
    const { messages } = this;
    if (messages === undefined || ahead.statements.length === 0) return;
    let results: readonly DriverResult[];
    try {
      results = await this.sendBatch(messages, ahead.statements, async ([first = '', ...others]) => {
        others.forEach((other) => this.onQuery(other));
        const { rows, affected } = await runOne(this.runner, first);
        return { rows, rowCount: affected ?? null };
      });
    } catch (error) {
      ahead.failed(error);
      throw error;
    }
    ahead.settle(results);
  }

  /** Sets a savepoint, unless there is one from which all can be sent again. */
  private async ensure(isInside: boolean, isExact: boolean): Promise<Base> {
    const { base } = this;
    if (base !== undefined && !base.isStale) {
      const isEnough = isExact ? base.sent.count === 0 : !base.sent.isTooMuch;
      if (isInside || isEnough) return base;
    }
    const name = isInside ? PART : STATEMENT;
    await this.command([...(isInside ? [] : releasing(base)), `SAVEPOINT ${name}`]);
    return this.setBase(name) as Base;
  }

  /** Sets the savepoint of the revision, where that is still to be done. */
  private async setForRevision(): Promise<void> {
    const { pending } = this.revision;
    if (pending === undefined) return;
    this.revision.noteSet();
    await this.prepare();
    await this.command([`SAVEPOINT ${pending}`]);
    this.setBase(pending);
  }

  private async fail(base: Base): Promise<void> {
    this.base = base;
    base.isStale = false;
    this.isBroken = true;
    // Where it is not known what others send, they cannot be kept waiting.
    if (this.messages === undefined) await this.prepare();
  }

  private async sendAgain(): Promise<void> {
    const { base } = this;
    const isNeeded = this.isBroken && base !== undefined;
    if (!isNeeded) return void (this.isBroken = false);
    try {
      await this.command([`ROLLBACK TO SAVEPOINT ${base.name}`]);
    } catch (error) {
      this.isBroken = false;
      this.setBase(null);
      // It is gone with its transaction, which the next statement finds out.
      if (isMissing(error)) return;
      throw error;
    }
    for (const { sql, parameters } of base.sent.messages()) await this.command([sql], parameters);
    this.isBroken = false;
  }

  private async command(
    [sql = '', ...followers]: readonly string[],
    parameters: readonly unknown[] = [],
  ): Promise<void> {
    const send = (text = sql): Promise<unknown> => this.runner.query(text, [...parameters]);
    if (this.messages !== undefined) await this.messages.carry(this, sql, send, { followers });
    else for (const text of [sql, ...followers]) await send(text);
  }

  private setBase(name: string | null): Base | undefined {
    return (this.base = name === null ? undefined : newBase(name));
  }
}
