import { setTimeout as sleep } from 'node:timers/promises';
import { FleetRecordError } from '../../errors/fleet-calls.errors.js';
import { messageOf } from '../../errors/thrown.js';
import type { FleetRecord } from '../record/fleet-record.js';
import type { RunRow, Settled } from '../record/rows.js';

/** How often who works on a run shows that, ms. */
const BEAT = 2_000;

/** Outcomes are written together: at the latest so long after the first of them, ms, or when there are so many. */
const WRITE_WITHIN = 200;
const WRITE_AT = 100;

/** For how long the record is tried again while its database is away, and the pause between, ms. */
const LOST_AFTER = 5_000;
const PAUSE = 300;

/** The record of one run, as one who works on it writes it. */
export class RunRecord {
  /** Set where the record's database is away for too long: nobody else may begin. */
  lost: FleetRecordError | undefined;
  /** The run as it was when last asked. */
  latest: RunRow;
  private readonly outcomes = new Map<number, Settled>();
  private readonly timer: NodeJS.Timeout;
  private writing: Promise<void> = Promise.resolve();
  private later: NodeJS.Timeout | undefined;
  private isBeating = false;
  private troubles = 0;

  /** @param onChange called when the run has ended, or its record is lost */
  constructor(
    readonly record: FleetRecord,
    run: RunRow,
    readonly worker: string,
    private readonly dataSource: string,
    private readonly onChange: () => void,
  ) {
    this.latest = run;
    this.timer = setInterval(() => void this.beat(), BEAT);
    this.timer.unref();
  }

  get runId(): string {
    return this.latest.runId;
  }

  /** Whether the database of the record answers. */
  get isReached(): boolean {
    return this.troubles === 0 && this.lost === undefined;
  }

  /** Asks the record, again where its database is away for a moment. @throws FleetRecordError */
  async ask<T>(work: (record: FleetRecord) => Promise<T>): Promise<T> {
    let since: number | undefined;
    try {
      for (;;) {
        if (this.lost !== undefined) throw this.lost;
        try {
          return await work(this.record);
        } catch (error) {
          if (since === undefined) this.troubles += 1;
          since ??= Date.now();
          if (Date.now() - since >= LOST_AFTER) this.lose(error);
          else await sleep(PAUSE);
        }
      }
    } finally {
      if (since !== undefined) this.troubles -= 1;
    }
  }

  /** Reads the run: another process may have ended it. @throws FleetRecordError */
  async read(): Promise<void> {
    this.latest = (await this.ask((record) => record.run(this.runId))) ?? this.latest;
  }

  /** Has the outcome of a tenant written soon. */
  settle(number: number, settled: Settled): void {
    this.outcomes.set(number, settled);
    if (this.outcomes.size >= WRITE_AT) void this.flush().catch(() => undefined);
    else this.later ??= setTimeout(() => void this.flush().catch(() => undefined), WRITE_WITHIN);
  }

  /** Writes the outcomes that have come. @throws FleetRecordError; they are kept then */
  flush(): Promise<void> {
    clearTimeout(this.later);
    this.later = undefined;
    const written = this.writing.then(() => this.write());
    this.writing = written.catch(() => undefined);
    return written;
  }

  close(): void {
    clearInterval(this.timer);
    clearTimeout(this.later);
  }

  private async write(): Promise<void> {
    const batch = new Map(this.outcomes);
    if (batch.size === 0) return;
    await this.ask((record) => record.settle(this.runId, this.worker, batch));
    for (const [number, settled] of batch) if (this.outcomes.get(number) === settled) this.outcomes.delete(number);
  }

  private async beat(): Promise<void> {
    if (this.isBeating || this.lost !== undefined) return;
    this.isBeating = true;
    try {
      const run = await this.ask((record) => record.beat(this.runId, this.worker));
      if (run === undefined) return;
      const hasEnded = this.latest.state === 'running' && run.state !== 'running';
      this.latest = run;
      if (hasEnded) this.onChange();
    } catch {
      // `lost` has it.
    } finally {
      this.isBeating = false;
    }
  }

  private lose(error: unknown): void {
    this.lost ??= new FleetRecordError(this.dataSource, messageOf(error), error);
    this.onChange();
  }
}
