import type { RowState, Settled, StateCount } from '../record/rows.js';
import type { FleetFailure } from '../results.js';
import type { EndedTenant, FleetProgress } from '../requests.js';

type Counts = Readonly<Record<RowState, number>>;

/** After how long without a report there is one all the same, ms: of a tenant that takes long nothing would be known. */
const SILENCE = 5_000;

const NONE: Counts = { waiting: 0, claimed: 0, done: 0, unchanged: 0, gone: 0, failed: 0, notTried: 0 };

/** How far a run is: what the record had when it was last asked, and what this process has done since. */
export class Progress {
  /** Those that this process has migrated, by wave. */
  private readonly own = new Map<number, number>();
  /** Those that failed here. */
  readonly failures: FleetFailure[] = [];
  private recorded: readonly StateCount[] = [];
  private since: Record<RowState, number> = { ...NONE };
  private readonly running = new Map<string, number>();
  private wave = 0;
  private reportedAt = performance.now();

  /** How many were migrated when this process began, by wave. */
  private before: ReadonlyMap<number, number> | undefined;

  /** @param counted whose work counts as that of this process */
  constructor(
    private readonly runId: string,
    private readonly counted: 'own' | 'all' | 'none',
    private readonly onProgress: ((progress: FleetProgress) => void) | undefined,
  ) {}

  /** What the record has, all that was done here included. */
  set counts(counts: readonly StateCount[]) {
    this.recorded = counts;
    this.since = { ...NONE };
    this.before ??= this.recordedDone();
  }

  /** The waves that the run has tenants in, in order. */
  get waves(): readonly number[] {
    return [...new Set(this.recorded.map(({ wave }) => wave))].sort((one, other) => one - other);
  }

  /** How many tenants are in each state, of one wave or of all. What came since the record was asked counts for all only. */
  countsOf(wave?: number): Counts {
    const counts = { ...NONE, ...(wave === undefined ? this.since : {}) };
    for (const count of this.recorded) {
      if (wave === undefined || count.wave === wave) counts[count.state] += count.tenants;
    }
    return counts;
  }

  /** Those that count as migrated by this process. */
  get done(): number {
    return this.waves.reduce((sum, wave) => sum + this.doneOf(wave), 0);
  }

  /** The same, of one wave. */
  doneOf(wave: number): number {
    if (this.counted === 'none') return 0;
    if (this.counted === 'own') return this.own.get(wave) ?? 0;
    return (this.recordedDone().get(wave) ?? 0) - (this.before?.get(wave) ?? 0);
  }

  get tenants(): number {
    return this.recorded.reduce((sum, { tenants }) => sum + tenants, 0);
  }

  beginWave(wave: number): void {
    this.wave = wave;
  }

  begin(tenant: string): void {
    this.running.set(tenant, performance.now());
  }

  /** That a tenant was tried, and is to be tried again. */
  again(tenant: string): void {
    this.running.delete(tenant);
  }

  end(tenant: string, { state, ms = 0, error, code = 'UNKNOWN', revision }: Settled): void {
    this.running.delete(tenant);
    this.since[state] += 1;
    if (state === 'failed') {
      this.failures.push({ tenant, ...(revision !== undefined && { revision }), code, error: error ?? '' });
    }
    if (state === 'done') this.own.set(this.wave, (this.own.get(this.wave) ?? 0) + 1);
    this.report({ tenant, state, ms, ...(error !== undefined && { error }) });
  }

  /** Reports who is at work, where nothing was reported for a while; to be called again and again. */
  pulse(): void {
    if (this.running.size > 0 && performance.now() - this.reportedAt >= SILENCE) this.report();
  }

  /** @param ended absent where no tenant has just ended here */
  report(ended?: EndedTenant): void {
    this.reportedAt = performance.now();
    if (this.onProgress === undefined) return;
    const { done, unchanged, failed, gone } = this.countsOf();
    const { waves } = this;
    this.onProgress({
      runId: this.runId,
      wave: waves.indexOf(this.wave) + 1,
      waves: waves.length,
      tenants: this.tenants,
      done: this.done,
      unchanged: unchanged + done - this.done,
      failed,
      gone,
      running: [...this.running].map(([id, since]) => ({ tenant: id, ms: Math.round(performance.now() - since) })),
      ...(ended && { ended }),
    });
  }

  private recordedDone(): ReadonlyMap<number, number> {
    return new Map(
      this.recorded.flatMap(({ wave, state, tenants }) => (state === 'done' ? [[wave, tenants] as const] : [])),
    );
  }
}
