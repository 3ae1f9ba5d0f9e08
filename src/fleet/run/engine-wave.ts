import { messageOf } from '../../errors/thrown.js';
import type { FleetEngine } from '../tenant-work.js';
import type { RunRecord } from './run-record.js';

/** Between two looks at the record, ms. */
const LOOK_AGAIN = 500;

/** After so long a tenant that nobody has begun is handed out again, ms: its job may be lost. A queue leaves out one that it has. */
const HAND_OUT_AGAIN = 30_000;

/** For how long a queue is tried again that takes no tenants, ms. */
const LOST_AFTER = 30_000;

/** What has the tenants of a wave handed out. */
export interface Desk {
  readonly record: RunRecord;
  readonly engine: FleetEngine;
  /** Whether nobody else may begin. */
  isStopping(): boolean;
  /** Whether nobody is waited for. */
  isLeaving(): boolean;
  /** Asks the record how far the run is, and decides whether it goes on. */
  look(): Promise<void>;
  /** Nobody else may begin, for this reason. */
  fail(reason: string): void;
  /** Ends the run, so that no worker begins another tenant. */
  stop(): Promise<void>;
}

/** The work on one wave by the workers of a queue: it hands out its tenants, and looks at the record until all of them are settled. */
export class EngineWave {
  /** When each was handed out. */
  private readonly handedOut = new Map<string, number>();
  private wakeUp: () => void = () => undefined;
  /** Since when the queue has taken no tenants. */
  private failing: number | undefined;

  constructor(
    private readonly desk: Desk,
    private readonly wave: number,
  ) {}

  /** Something has happened that may change what is to be done. */
  wake(): void {
    this.wakeUp();
  }

  /** @throws FleetRecordError */
  async run(): Promise<void> {
    const { desk } = this;
    while (!desk.isStopping() && (await this.isOpen())) {
      await this.handOut();
      await this.pause();
      await desk.look();
    }
    if (!desk.isStopping() || desk.record.lost !== undefined) return;
    await desk.stop();
    // Jobs that stay do no harm: nobody begins a tenant of a run that has ended.
    await desk.engine.takeBack(desk.record.runId).catch(() => undefined);
    // Those that are being migrated end.
    while (!desk.isLeaving() && (await this.areAtWork())) {
      await this.pause();
      await desk.look();
    }
  }

  private async handOut(): Promise<void> {
    const { engine, record } = this.desk;
    const open = await record.ask((one) => one.openTenants(record.runId, this.wave));
    const since = performance.now() - HAND_OUT_AGAIN;
    const due = open
      .filter(({ tenant }) => (this.handedOut.get(tenant) ?? -Infinity) < since)
      .map(({ tenant }) => tenant);
    if (due.length === 0) return;
    try {
      await engine.handOut(record.runId, due);
      this.failing = undefined;
      for (const tenant of due) this.handedOut.set(tenant, performance.now());
    } catch (error) {
      this.failing ??= performance.now();
      if (performance.now() - this.failing < LOST_AFTER) return;
      this.desk.fail(`The queue takes no tenants: ${messageOf(error)}`);
    }
  }

  private async isOpen(): Promise<boolean> {
    const { record } = this.desk;
    const { runId, attempt } = record.latest;
    const counts = await record.ask((one) => one.counts(runId, attempt));
    return counts.some(({ wave, state }) => wave === this.wave && (state === 'waiting' || state === 'claimed'));
  }

  private areAtWork(): Promise<boolean> {
    const { record } = this.desk;
    return record.ask((one) => one.areAtWork(record.runId));
  }

  private pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, LOOK_AGAIN);
      this.wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
