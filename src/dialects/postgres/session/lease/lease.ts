import { randomBytes } from 'node:crypto';
import type { DataSource, QueryRunner } from 'typeorm';
import { RunnerBusyError, type RunnerInfo } from '../../../../errors/waiting.errors.js';
import type { QualifiedName } from '../../../../schema/schema.model.js';
import { Backoff } from '../../../common/backoff.js';
import { LeaseLostError } from '../../errors.js';
import type { LockWait } from '../advisory-lock.js';
import { holderOf } from '../lock-holder.js';
import { sendOnce } from '../own-client.js';
import { sqlState, sqlStates } from '../sql-state.js';
import { Heartbeat } from './heartbeat.js';
import { infoOf, leaseHolder } from './lease-holder.js';
import { type LeaseRow, LeaseTable, leaseStates, leaseTimes } from './lease-table.js';
import { endSilentTransaction } from './silent-transaction.js';

const PAUSES = { first: 200, longest: 300 };

/** What a lease needs of its session. */
export interface LeaseRequest {
  readonly dataSource: DataSource;
  /** For the run's own statements. */
  readonly runner: QueryRunner;
  readonly versionTable: Required<QualifiedName>;
  /** The key of the advisory lock of runs. */
  readonly key: bigint;
}

/**
 * The lock of a run whose connection is shared by a pooler, so that a lock of the session would stay on one of the pool's.
 *
 * It is a row with an owner and an end, which a heartbeat moves on. In each transaction of the run an advisory lock is taken too, and
 * the lease is taken only under that lock. So a transaction excludes every other runner, those with a lock of their session included,
 * also when its heartbeat is late; and a runner that was paused for longer than its lease is valid can begin no other one. A lease that has
 * expired is renewed as long as nobody has taken it.
 */
export class Lease {
  private readonly table: LeaseTable;
  /** Another one each time that the lease is taken. */
  private owner = '';
  private heartbeat: Heartbeat | undefined;
  private wasTaken = false;
  private isLost = false;
  private takenAt = 0;

  constructor(private readonly request: LeaseRequest) {
    this.table = new LeaseTable(request.versionTable);
  }

  /**
   * Takes the lease, or waits until it is free; one that was lost is taken again.
   *
   * @throws RunnerBusyError when another runner has the database for longer than `wait.limit`
   */
  async acquire({ limit, report, signal }: LockWait): Promise<void> {
    const { runner, key } = this.request;
    this.heartbeat?.stop();
    this.owner = randomBytes(16).toString('hex');
    await this.table.create(runner);
    const backoff = new Backoff(PAUSES, signal);
    const holder = (): Promise<RunnerInfo | undefined> => this.holder();
    while (!(await this.tryTake())) {
      await endSilentTransaction(runner, this.table, key);
      const { waited } = backoff;
      if (waited >= limit) throw new RunnerBusyError(waited, await holder());
      await report.busy('runner', { waitedMs: waited, limitMs: limit }, holder);
      await backoff.pause(limit - waited);
    }
    this.wasTaken = true;
    this.isLost = false;
    this.takenAt = performance.now();
    this.heartbeat = this.startHeartbeat();
  }

  /** Whether it was taken, and not given up; it may be lost. */
  get isHeld(): boolean {
    return this.wasTaken;
  }

  /** The statement after BEGIN; `whatStopped` reads its error. */
  get entry(): string {
    return this.table.entry(this.owner, this.request.key);
  }

  /** The statement before COMMIT; `whatStopped` reads its error. */
  get exit(): string {
    return this.table.exit(this.owner, this.validity);
  }

  /** What an error of a transaction's first or last statement means; undefined for any other error. */
  whatStopped(error: unknown): 'busy' | 'lost' | undefined {
    const state = sqlState(error);
    return state === leaseStates.busy ? 'busy' : state === leaseStates.lost ? 'lost' : undefined;
  }

  /**
   * To be called before a statement outside a transaction.
   *
   * @throws LeaseLostError when another runner has taken the lease
   */
  async renew(): Promise<void> {
    if (!this.isHeld) return;
    if (!this.isLost) {
      const { affected } = await this.request.runner.query(this.table.renewal(this.owner, this.validity), [], true);
      this.isLost = affected === 0;
    }
    if (this.isLost) throw await this.lost();
  }

  /** The error of a runner that has lost its lease. */
  async lost(cause?: unknown): Promise<LeaseLostError> {
    this.isLost = true;
    return new LeaseLostError(await this.holder().catch(() => undefined), cause);
  }

  /**
   * The error of a connection that was lost. Where another runner has taken the lease meanwhile, it was that which has ended the
   * connection, and the error is a LeaseLostError.
   */
  async lossOf(loss: unknown): Promise<unknown> {
    const answer = await sendOnce(this.request.dataSource, this.table.reading).catch(() => undefined);
    const row = answer?.rows[0] as unknown as LeaseRow | undefined;
    if (answer === undefined || row?.owner === this.owner) return loss;
    this.isLost = true;
    return new LeaseLostError(row && infoOf(row), loss);
  }

  /** Whether a transaction of this runner, which has lost its connection, still goes on; undefined where the lease was never taken. */
  async isAtWork(runner: QueryRunner): Promise<boolean | undefined> {
    return this.wasTaken ? this.table.isAtWork(runner, this.owner, this.request.key) : undefined;
  }

  /** Who has the lease, else who has the lock of a transaction or a session. */
  async holder(): Promise<RunnerInfo | undefined> {
    const { runner, versionTable, key } = this.request;
    return (await leaseHolder(runner, versionTable)) ?? (await holderOf(runner, key));
  }

  /** Gives the lease up, over another connection where the run's is lost; does nothing where the lease is lost or was never taken. */
  async release(): Promise<void> {
    this.heartbeat?.stop();
    if (!this.wasTaken) return;
    this.wasTaken = false;
    if (this.isLost) return;
    const sql = this.table.release(this.owner);
    await this.request.runner.query(sql).catch(() => sendOnce(this.request.dataSource, sql));
  }

  private startHeartbeat(): Heartbeat {
    const { table, owner } = this;
    const heartbeat = new Heartbeat({
      dataSource: this.request.dataSource,
      ofThread: table.beatOfThread(owner),
      ofProcess: table.beatOfProcess(owner),
      onMissed: () => (this.isLost ||= this.owner === owner),
    });
    heartbeat.start();
    return heartbeat;
  }

  private get validity(): number {
    if (this.heartbeat?.isHeard === true) return leaseTimes.byThread;
    return performance.now() - this.takenAt < leaseTimes.first ? leaseTimes.first : leaseTimes.byProcess;
  }

  private async tryTake(): Promise<boolean> {
    try {
      return await this.table.take(this.request.runner, this.owner, this.request.key);
    } catch (error) {
      // With a stricter isolation than READ COMMITTED by default, who has taken it meanwhile makes it fail.
      if (sqlState(error) === sqlStates.serializationFailure) return false;
      throw error;
    }
  }
}
