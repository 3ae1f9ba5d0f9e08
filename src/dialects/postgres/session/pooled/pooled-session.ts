import type { DataSource, QueryRunner } from 'typeorm';
import type { DialectSession, GroupPart, SessionOptions, Statement } from '../../../dialect.js';
import { tryAgain } from '../../../common/backoff.js';
import { advisoryLockOf } from '../advisory-lock.js';
import { Lease } from '../lease/lease.js';
import { isMadeByAnother } from '../lease/lease-table.js';
import { loneStatement } from '../lone-statement.js';
import { ownSchema } from '../own-schema.js';
import { PostgresSession } from '../session.js';
import { type SessionState, settingsOf } from '../settings.js';
import type { SharedMessages } from '../shared-messages.js';
import { leftOnSession, type LeftOnSession, noticeOf } from './left-on-session.js';
import { OutsideStatements, type TransactionSettings } from './outside-statements.js';
import { hookTransactions } from './transaction-hooks.js';

/** What a session on a shared connection is made of. */
export interface PooledRequest {
  readonly dataSource: DataSource;
  readonly options: SessionOptions;
  /** For the run's own statements. */
  readonly runner: QueryRunner;
  /** The same connection, for the statements of revisions. */
  readonly revisionRunner: QueryRunner;
  readonly state: SessionState;
  /** Absent where the driver takes each statement as a message. */
  readonly messages: SharedMessages | undefined;
}

/** Opens a session on a connection that a pooler shares among its clients, from one transaction to the next. */
export function openPooledSession(request: PooledRequest): DialectSession {
  const { dataSource, options, runner, state } = request;
  const lease =
    options.lock === 'none' ? undefined : new Lease({ dataSource, ...advisoryLockOf(runner, state, options) });
  const schema = state.isFound ? undefined : state.schema;
  const settings = { next: settingsOf(options, state) };
  return new PooledPostgresSession(
    request,
    lease,
    settings,
    new OutsideStatements(request, { lease, schema, settings }),
  );
}

/**
 * A session that leaves nothing on its connection: settings last for a transaction, and the lock is a lease.
 *
 * It is right as well where the pooler keeps the connection for one client, and where there is no pooler.
 */
class PooledPostgresSession extends PostgresSession {
  protected override readonly settingsOf = 'transaction';
  private readonly unhook: () => void;
  /** What revisions have left on connections of the pooler. */
  private readonly left = new Map<string, LeftOnSession>();

  constructor(
    { dataSource, options, revisionRunner, state, messages }: PooledRequest,
    private readonly lease: Lease | undefined,
    private readonly settings: TransactionSettings,
    private readonly outside: OutsideStatements,
  ) {
    super(outside.ownView, outside.view, options, ownSchema(dataSource), state, messages);
    this.unhook = hookTransactions(revisionRunner, {
      settings: () => settings.next,
      lease: () => (lease?.isHeld === true ? lease : undefined),
      takesSeveral: messages !== undefined,
      onDone: (sql) => leftOnSession(sql).forEach((left) => this.left.set(left.what, left)),
      wait: () => this.lockWait,
    });
    this.twoPhase.refused = NO_TWO_PHASE;
  }

  override get notices(): readonly string[] {
    return [...super.notices, ...[...this.left.values()].map(noticeOf)];
  }

  /** Each transaction may be in another process of the server. */
  override get backend(): undefined {
    return undefined;
  }

  async isAtWork(runner: QueryRunner): Promise<boolean | undefined> {
    return this.lease?.isAtWork(runner);
  }

  override async lock(): Promise<void> {
    if (this.lease === undefined) return;
    // Others may make the schema at the same moment: the lease is in it.
    const mayFollow = (error: unknown): boolean => isMadeByAnother((error as Error).cause);
    await tryAgain(() => this.ensureSchema(), mayFollow, { first: 20, longest: 200, tries: 5 });
    await this.lease.acquire(this.lockWait);
  }

  override async execute(statement: Statement, part?: GroupPart): Promise<unknown> {
    // Before the catalog is asked about the names in it.
    if (!this.inTransaction && loneStatement(statement.sql) !== undefined) await this.outside.check(statement.sql);
    return super.execute(statement, part);
  }

  override async sendAlone<T>(sql: string, send: (sql: string) => Promise<T>): Promise<T> {
    if (!this.inTransaction && loneStatement(sql) !== undefined) await this.outside.check(sql);
    return super.sendAlone(sql, send);
  }

  override async asApplication<T>(work: () => Promise<T>): Promise<T> {
    if (this.options.isTenants === true) return work();
    const { next } = this.settings;
    const { search_path: _, ...others } = next;
    this.settings.next = others;
    try {
      return await (this.inTransaction ? super.asApplication(work) : work());
    } finally {
      this.settings.next = next;
    }
  }

  override async close(): Promise<void> {
    this.savepoints.close();
    try {
      while (!this.runner.isReleased && this.runner.isTransactionActive) await this.runner.rollbackTransaction();
    } catch {
      await this.discardConnection();
    }
    await this.lease?.release().catch(() => undefined);
    this.unhook();
    this.unwatchPeer();
    if (this.options.queryRunner === undefined) await this.runner.release().catch(() => undefined);
  }

  /** What nobody waits behind runs without settings: none can be made for it alone. */
  protected override withoutLockTimeout<T>(work: () => Promise<T>): Promise<T> {
    return work();
  }
}

const NO_TWO_PHASE = {
  reason: 'twoPhase needs a connection to the server itself, and there is a pooler before that of data source',
  hint: 'Connect that data source to the server itself for the run, or leave twoPhase out.',
};
