import type { BusyWith, RunnerInfo, WaitInfo } from '../../errors/waiting.errors.js';

/** How often a wait that goes on is reported again, ms. */
const REPORT_EVERY = 10_000;

/** Called when a wait begins, and again every 10 s while it lasts. */
export type WaitListener = (busyWith: BusyWith, wait: WaitInfo) => void;

/** Finds out who is waited for; only called when that is about to be reported. */
export type FindHolder = () => RunnerInfo | undefined | Promise<RunnerInfo | undefined>;

/**
 * Reports the waits of a session: the first wait for something at once, and what lasts longer every 10 s. Short waits for the same
 * thing that follow each other are one.
 */
export class WaitReport {
  private readonly reported = new Map<BusyWith, number>();

  constructor(
    private readonly listener: WaitListener | undefined,
    private readonly every = REPORT_EVERY,
  ) {}

  /** To be called after each attempt that found the database busy. */
  async busy(
    busyWith: BusyWith,
    { waitedMs, limitMs }: Pick<WaitInfo, 'waitedMs' | 'limitMs'>,
    find?: FindHolder,
  ): Promise<void> {
    if (this.listener === undefined) return;
    const now = performance.now();
    const last = this.reported.get(busyWith);
    if (last !== undefined && now - last < this.every) return;
    this.reported.set(busyWith, now);
    const holder = await find?.();
    this.listener(busyWith, { waitedMs, limitMs, ...(holder && { holder }) });
  }
}
