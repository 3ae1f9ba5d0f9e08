import { visibleInLine } from '../../../errors/visible.js';
import type { FleetProgress } from '../../../fleet/requests.js';
import type { LiveLine } from '../live-line.js';
import { duration, type ProgressTarget } from '../run-progress.js';
import { counted, namesText, numberText } from '../table.js';
import { causeOf } from './fleet-failures.js';

/** What takes less is not shown, ms. */
const QUIET = 1_000;
/** How often the line of a terminal is written again, ms. */
const FRAME = 250;
/** How often a line is printed where there is no terminal, ms. */
const REPORT = 5_000;
/** Over how long the rate is measured, ms. */
const WINDOW = 15_000;
/** A tenant that is at work for longer is named, ms. */
const SLOW = 3_000;
/** Different errors that are printed as they come; the report at the end groups all. */
const MOST_ERRORS = 5;
const MOST_NAMES = 5;

/** Where it is shown. */
export interface FleetProgressTarget extends ProgressTarget {
  warn(message: string): void;
}

/**
 * Shows how far the run of a fleet is. On a terminal as one line that is written again: the wave, how many tenants are done and have
 * failed, how many a second, how long the rest takes, and who is slow. Elsewhere as a line every 5 s and after each wave. The first
 * tenant that fails with an error is printed at once, with that.
 */
export class FleetRunProgress {
  private last: FleetProgress | undefined;
  private receivedAt = 0;
  private reportedAt = 0;
  private readonly startedAt: number;
  /** Of those that have ended since the first of them. */
  private readonly samples: { readonly at: number; readonly settled: number }[] = [];
  private readonly causes = new Set<string>();
  private failedSince: string[] = [];
  private line: LiveLine | undefined;
  private readonly timer: NodeJS.Timeout;

  /** @param now a clock, ms */
  constructor(
    private readonly target: FleetProgressTarget,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.startedAt = now();
    this.reportedAt = this.startedAt;
    this.timer = setInterval(() => this.draw(), FRAME);
    this.timer.unref();
  }

  readonly onProgress = (progress: FleetProgress): void => {
    const { last } = this;
    const since = this.samples[0]?.at ?? this.now();
    const isNext = last !== undefined && last.wave !== progress.wave && this.now() - since >= QUIET;
    if (isNext && this.line === undefined) this.report(last, ' is done');
    this.last = progress;
    this.receivedAt = this.now();
    this.measure(progress);
    const { ended } = progress;
    if (ended?.state === 'failed') this.noteFailure(ended.tenant, ended.error ?? 'no reason is known');
    // A run that leaves the event loop no time is shown all the same.
    if (this.line === undefined && this.receivedAt - this.reportedAt >= REPORT) this.draw();
  };

  /** Ends it, and removes what is shown. */
  close(): void {
    clearInterval(this.timer);
    this.line?.close();
    this.line = undefined;
  }

  private draw(): void {
    const { last } = this;
    const now = this.now();
    if (last === undefined || now - this.startedAt < QUIET) return;
    this.line ??= this.target.liveLine();
    if (this.line !== undefined) this.line.show(this.partsOf(last).join(' | '));
    else if (now - this.reportedAt >= REPORT) this.report(last);
  }

  private report(progress: FleetProgress, ending = ''): void {
    this.reportedAt = this.now();
    const [wave, ...parts] = this.partsOf(progress);
    const failed = this.failedSince.length === 0 ? '' : `; failed: ${namesText(this.failedSince, MOST_NAMES)}`;
    this.failedSince = [];
    this.target.info(`${wave ?? ''}${ending}: ${parts.join(', ')}${failed}`);
  }

  private partsOf(progress: FleetProgress): readonly string[] {
    const { wave, waves, tenants, failed } = progress;
    const settled = settledOf(progress);
    const rate = this.rate();
    const left = tenants - settled;
    const slow = this.slowest(progress);
    return [
      `Wave ${wave} of ${waves}`,
      `${numberText(settled)} of ${counted(tenants, 'tenant')}`,
      ...(failed > 0 ? [`${numberText(failed)} failed`] : []),
      ...(rate > 0 ? [`${rateText(rate)}`] : []),
      ...(rate > 0 && left > 0 ? [`${duration(Math.ceil(left / rate) * 1_000)} left`] : []),
      ...(slow === '' ? [] : [slow]),
    ];
  }

  private slowest({ running }: FleetProgress): string {
    const since = this.now() - this.receivedAt;
    return running
      .map(({ tenant, ms }) => ({ tenant, ms: ms + since }))
      .filter(({ ms }) => ms >= SLOW)
      .toSorted((one, other) => other.ms - one.ms)
      .slice(0, 2)
      .map(({ tenant, ms }) => `${visibleInLine(tenant)} for ${duration(ms)}`)
      .join(', ');
  }

  private measure(progress: FleetProgress): void {
    const { samples, receivedAt: at } = this;
    samples.push({ at, settled: settledOf(progress) });
    while (samples.length > 2 && at - (samples[1]?.at ?? at) > WINDOW) samples.shift();
  }

  /** Tenants a second. */
  private rate(): number {
    const [first, last] = [this.samples[0], this.samples.at(-1)];
    if (first === undefined || last === undefined) return 0;
    return ((last.settled - first.settled) * 1_000) / Math.max(this.now() - first.at, 1);
  }

  private noteFailure(tenant: string, error: string): void {
    this.failedSince.push(tenant);
    const cause = causeOf({ tenant, error, code: '' });
    if (this.causes.has(cause) || this.causes.size >= MOST_ERRORS) return;
    this.causes.add(cause);
    this.target.warn(`${visibleInLine(tenant)} failed: ${error}`);
  }
}

function settledOf({ done, unchanged, failed, gone }: FleetProgress): number {
  return done + unchanged + failed + gone;
}

function rateText(rate: number): string {
  if (rate >= 10) return `${numberText(Math.round(rate))}/s`;
  return rate >= 1 ? `${rate.toFixed(1)}/s` : `${(rate * 60).toFixed(1)}/min`;
}
