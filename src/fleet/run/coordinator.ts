import { RunAbortedError } from '../../errors/abort.errors.js';
import { FleetRecordError } from '../../errors/fleet-calls.errors.js';
import type { FleetWatch } from '../../events/fleet-watch.js';
import type { Tenant } from '../../service/options/tenants.js';
import type { OpenFleet } from '../open-fleet.js';
import type { OpenTenant, Settled } from '../record/rows.js';
import type { FleetRunOptions } from '../requests.js';
import type { FleetReport } from '../results.js';
import type { FleetEngine, TenantOutcome, TenantPosition } from '../tenant-work.js';
import { EngineWave } from './engine-wave.js';
import { eventOf, KnownOutcomes } from './known.js';
import { Progress } from './progress.js';
import { Reports } from './report.js';
import type { RunRecord } from './run-record.js';
import { endOf, isTriedAgain, settledOf } from './settled.js';
import { budgetOf, lastWave, overBudget } from './waves.js';
import { workOf } from './work-of.js';
import { WaveWork } from './wave-work.js';

/** How often it is looked whether nothing was reported for a while, ms. */
const PULSE = 1_000;

/** What one who works on a run has. */
export interface RunParts {
  readonly fleet: OpenFleet;
  /** @param onChange as that of `RunRecord` */
  readonly record: (onChange: () => void) => RunRecord;
  /** Where the tenants of the directory were when the call began. */
  readonly positions: ReadonlyMap<string, TenantPosition>;
  readonly options: Pick<FleetRunOptions, 'signal' | 'onProgress'>;
  /** Who hears of what it does. */
  readonly watch: FleetWatch;
  /** Somebody else has begun the run, and is at work on it. */
  readonly isJoined: boolean;
  /** Who hands out the tenants; absent where they are migrated in this process. */
  readonly engine?: FleetEngine;
}

/** Goes through the waves of a run, together with others who do the same. */
export class Coordinator {
  private readonly fleet: OpenFleet;
  private readonly watch: FleetWatch;
  private readonly record: RunRecord;
  private readonly signal: AbortSignal | undefined;
  private readonly tenants: ReadonlyMap<string, Tenant>;
  private readonly known: KnownOutcomes;
  private readonly progress: Progress;
  private readonly reports: Reports;
  private readonly engine: FleetEngine | undefined;
  private work: WaveWork | EngineWave | undefined;
  /** Why nobody else may begin. */
  private reason: string | undefined;

  constructor({ fleet, record, positions, options, watch, engine, isJoined }: RunParts) {
    this.fleet = fleet;
    this.watch = watch;
    this.engine = engine;
    this.record = record(() => this.work?.wake());
    this.signal = options.signal;
    this.tenants = new Map(fleet.tenants.map((tenant) => [tenant.id, tenant]));
    this.known = new KnownOutcomes(fleet.repository.graph, this.record.latest, positions);
    // What a queue's workers do counts for the one who has begun the run.
    const counts = engine === undefined ? 'own' : isJoined ? 'none' : 'all';
    this.progress = new Progress(this.record.runId, counts, options.onProgress);
    this.reports = new Reports(this.record, this.progress);
  }

  /** Works on the run until all its tenants are settled, or nobody else may begin. */
  async run(): Promise<FleetReport> {
    const onAbort = (): void => this.work?.wake();
    this.signal?.addEventListener('abort', onAbort);
    const pulse = setInterval(() => this.progress.pulse(), PULSE);
    try {
      await this.count();
      const { waves } = this.progress;
      for (const wave of waves) {
        if (this.isStopping()) break;
        await this.runWave(wave, waves.length);
      }
      await this.end();
    } catch (error) {
      if (!(error instanceof FleetRecordError)) throw error;
      this.reason = error.message;
    } finally {
      clearInterval(pulse);
      this.signal?.removeEventListener('abort', onAbort);
      this.record.close();
    }
    const report = await this.reports.report(this.reason);
    this.watch.end({ ...report, failed: report.failed.length });
    return report;
  }

  isStopping(): boolean {
    const { lost, latest } = this.record;
    return (
      this.reason !== undefined || lost !== undefined || latest.state !== 'running' || this.signal?.aborted === true
    );
  }

  /** Migrates a tenant that was claimed. */
  async migrate(open: OpenTenant, tenant: Tenant | undefined): Promise<void> {
    if (tenant === undefined) return this.settle(open, { state: 'gone' });
    const work = workOf(this.record.latest, open);
    this.progress.begin(open.tenant);
    const outcome = await this.watch.aroundTenant(
      open.tenant,
      () => this.fleet.runner.run(tenant, work, this.signal),
      (ended) => endOf(ended, open.tries),
    );
    await this.ended(open, outcome);
  }

  private async ended(open: OpenTenant, outcome: TenantOutcome): Promise<void> {
    if (!isTriedAgain(outcome, open.tries)) return this.settle(open, settledOf(outcome));
    const isBusy = outcome.state === 'busy';
    this.progress.again(open.tenant);
    const { runId, worker } = this.record;
    // Where the record is lost, the claim ends by itself.
    await this.record.ask((record) => record.giveBack(runId, worker, [open.number], isBusy)).catch(() => undefined);
  }

  private settle(open: OpenTenant, settled: Settled): void {
    this.record.settle(open.number, settled);
    this.progress.end(open.tenant, settled);
    if (settled.state === 'failed') this.checkBudget();
  }

  private async runWave(wave: number, waves: number): Promise<void> {
    const ended = this.reports.beginWave(wave);
    this.progress.beginWave(wave);
    try {
      await this.settleKnown(wave);
      this.checkBudget();
      if (!this.isStopping()) {
        this.work = this.workOn(wave);
        await this.work.run();
      }
      await this.count();
    } finally {
      ended();
    }
    await this.record.read();
    if (!this.isStopping()) this.reason = lastWave(this.progress.countsOf(wave), wave, waves);
  }

  private workOn(wave: number): WaveWork | EngineWave {
    const { record, fleet, engine, tenants } = this;
    const isStopping = (): boolean => this.isStopping();
    if (engine === undefined) {
      const migrate = (open: OpenTenant, tenant: Tenant | undefined): Promise<void> => this.migrate(open, tenant);
      return new WaveWork({ record, runner: fleet.runner, tenants, isStopping, migrate }, wave);
    }
    const look = async (): Promise<void> => {
      await this.count();
      this.checkBudget();
      this.progress.report();
    };
    const isLeaving = (): boolean => record.lost !== undefined || this.signal?.aborted === true;
    const fail = (reason: string): void => void (this.reason ??= reason);
    return new EngineWave({ record, engine, isStopping, isLeaving, look, fail, stop: () => this.stop() }, wave);
  }

  /** Settles tenants of a wave that need no session. */
  private async settleKnown(wave: number): Promise<void> {
    const { runId, worker } = this.record;
    const settled = new Map<number, Settled>();
    for (const open of await this.record.ask((record) => record.openTenants(runId, wave))) {
      const outcome = this.known.of(open);
      if (outcome === undefined) continue;
      settled.set(open.number, outcome);
      if (outcome.state !== 'unchanged') await this.watch.ended({ ms: 0, tenant: open.tenant, ...eventOf(outcome) });
    }
    if (settled.size > 0) await this.record.ask((record) => record.settle(runId, worker, settled));
    await this.count();
  }

  private checkBudget(): void {
    if (this.isStopping()) return;
    const budget = budgetOf(this.record.latest.maxFailures, this.progress.tenants);
    this.reason = overBudget(this.progress.countsOf(), budget);
    // Others who work on the run must hear of it while those that are being migrated here still go on.
    if (this.reason !== undefined) void this.stop().catch(() => undefined);
  }

  private stop(): Promise<void> {
    const { reason } = this;
    return this.record.ask((record) => record.end(this.record.runId, 'stopped', reason));
  }

  /** Asks the record what all who work on the run have done. */
  private async count(): Promise<void> {
    await this.record.flush();
    const { runId, attempt } = this.record.latest;
    this.progress.counts = await this.record.ask((record) => record.counts(runId, attempt));
  }

  /** Ends the run, unless others go on with it or have ended it. */
  private async end(): Promise<void> {
    await this.record.flush();
    await this.record.read();
    const { latest, runId } = this.record;
    if (latest.state !== 'running') this.reason ??= latest.reason ?? 'Another process has ended the run.';
    if (this.reason !== undefined) await this.stop();
    else if (this.signal?.aborted === true) {
      this.reason = `It was ${RunAbortedError.because(this.signal.reason).reason}.`;
      await this.count();
      // What others have claimed is theirs, and so is the rest.
      if (this.progress.countsOf().claimed > 0) return;
      await this.stop();
    } else {
      await this.record.ask((record) => record.end(runId, 'finished'));
      await this.record.ask((record) => record.prune());
    }
    await this.count();
  }
}
