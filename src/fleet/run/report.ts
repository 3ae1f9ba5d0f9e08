import type { FleetFailure, FleetReport, FleetWave } from '../results.js';
import type { TenantRow } from '../record/rows.js';
import type { Progress } from './progress.js';
import type { RunRecord } from './run-record.js';

/** Reports what a run did, as the record has it: of all who worked on it, with what this process did as `done`. */
export class Reports {
  private readonly started = performance.now();
  private readonly waves = new Map<number, number>();

  constructor(
    private readonly record: RunRecord,
    private readonly progress: Progress,
  ) {}

  /** @returns what is called when the wave has ended */
  beginWave(wave: number): () => void {
    const started = performance.now();
    this.waves.set(wave, 0);
    return () => this.waves.set(wave, Math.round(performance.now() - started));
  }

  /** @param stopped why nobody else could begin */
  async report(stopped: string | undefined): Promise<FleetReport> {
    const { record, progress } = this;
    const { runId, target, attempt } = record.latest;
    const counts = progress.countsOf();
    return {
      runId,
      target,
      tenants: progress.tenants,
      done: progress.done,
      unchanged: counts.unchanged + counts.done - progress.done,
      gone: counts.gone,
      // What others have claimed and have not settled is not known to have been tried.
      notTried: progress.tenants - counts.done - counts.unchanged - counts.gone - counts.failed,
      failed: await this.failures(runId, attempt),
      waves: [...this.waves].map(([wave, ms]) => this.waveOf(wave, ms)),
      ...(stopped !== undefined && { stopped }),
      ms: Math.round(performance.now() - this.started),
    };
  }

  /** Those of all who worked on it; where the record is lost, those of this process. */
  private async failures(runId: string, attempt: number): Promise<readonly FleetFailure[]> {
    try {
      return (await this.record.ask((record) => record.failures(runId, attempt))).map(failureOf);
    } catch {
      return this.progress.failures;
    }
  }

  private waveOf(wave: number, ms: number): FleetWave {
    const counts = this.progress.countsOf(wave);
    const done = this.progress.doneOf(wave);
    const tenants = Object.values(counts).reduce((sum, some) => sum + some, 0);
    return { tenants, done, unchanged: counts.unchanged + counts.done - done, failed: counts.failed, ms };
  }
}

/** The failure of a tenant whose row has one. */
export function failureOf({ tenant, revision, code = 'UNKNOWN', error = '' }: TenantRow): FleetFailure {
  return { tenant, ...(revision !== undefined && { revision }), code, error };
}
