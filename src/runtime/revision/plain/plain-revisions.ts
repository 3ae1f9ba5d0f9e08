import type { DataSource } from 'typeorm';
import { recordOperations, type OperationsRecorder } from '../../../operations/call/recorder.js';
import type { Dialect } from '../../../dialects/dialect.js';
import type { Operation } from '../../../operations/operation.js';
import type { RevisionFunction } from '../../../operations/operations.interface.js';
import type { PlanStep } from '../../../repository/revision.js';
import type { LoadedRevision, RunRequest } from '../../run.request.js';
import { functionOf, namingOf } from '../revision-call.js';
import { isPlain } from './plain-function.js';
import { PlannedCalls } from './planned-calls.js';
import type { CallDone } from './send-calls.js';

/** What a function of a revision calls; no operations where it is not plain. */
interface Kept {
  readonly dialect: Dialect;
  readonly namingStrategy: DataSource['namingStrategy'];
  readonly operations: readonly Operation[] | undefined;
}

/** The calls of revisions that were run for a tenant, until these are not loaded any more. */
const kept = new WeakMap<RevisionFunction, Kept>();

/**
 * The plain revisions of a plan, whose calls are known before any statement has run. Those of the next step are looked up while the
 * database works on this one.
 */
export class PlainRevisions {
  private made: OperationsRecorder | undefined;
  /** The last look-up: they share one recorder. */
  private last: Promise<unknown> = Promise.resolve();
  private failed: { readonly step: PlanStep; readonly calls: readonly CallDone[] } | undefined;
  private ahead: { readonly step: PlanStep; readonly calls: Promise<PlannedCalls | undefined> } | undefined;

  constructor(
    private readonly request: RunRequest,
    private readonly plan: readonly PlanStep[],
    readonly loaded: ReadonlyMap<PlanStep, LoadedRevision>,
  ) {}

  /** The calls of a step; undefined where they have to be made one after the other. */
  of(step: PlanStep): Promise<PlannedCalls | undefined> {
    const { ahead } = this;
    this.ahead = undefined;
    return ahead?.step === step ? ahead.calls : this.record(step);
  }

  /** Looks up the calls of the step behind this one. */
  lookBehind(step: PlanStep): void {
    const next = this.plan[this.plan.indexOf(step) + 1];
    if (next !== undefined && this.ahead?.step !== next) this.ahead = { step: next, calls: this.record(next) };
  }

  /** Notes which calls of a step were sent, and what became of the last one, for its next try. */
  noteDone(step: PlanStep, calls: readonly CallDone[]): void {
    this.failed = { step, calls };
  }

  /** What was noted of a step, once. */
  doneOf(step: PlanStep): readonly CallDone[] | undefined {
    const { failed } = this;
    this.failed = undefined;
    return failed?.step === step ? failed.calls : undefined;
  }

  private record(step: PlanStep): Promise<PlannedCalls | undefined> {
    const recorded = this.last.then(() => this.recordNow(step));
    this.last = recorded.catch(() => undefined);
    return recorded;
  }

  private async recordNow(step: PlanStep): Promise<PlannedCalls | undefined> {
    const { dialect, dataSource, settings } = this.request;
    const fn = functionOf(step, this.loaded.get(step));
    if (fn === undefined || (settings.revisionTimeout ?? 0) > 0) return undefined;
    const { namingStrategy } = dataSource;
    // The next tenant has the same revision.
    const known = settings.tenant && kept.get(fn);
    const isKnown = known !== undefined && known.dialect === dialect && known.namingStrategy === namingStrategy;
    const operations = isKnown ? known.operations : await this.operationsOf(fn);
    if (settings.tenant && !isKnown) kept.set(fn, { dialect, namingStrategy, operations });
    return operations && new PlannedCalls(operations, dialect, dialect.ownSchema(dataSource)?.name);
  }

  private async operationsOf(fn: RevisionFunction): Promise<readonly Operation[] | undefined> {
    const { recorder } = this;
    if (!isPlain(fn, new Set(Object.keys(recorder.op)))) return undefined;
    try {
      await fn(recorder.op as never);
    } catch {
      // A wrong call is found when its turn comes: the recorded ones before it are not all of the revision.
      recorder.take();
      return undefined;
    }
    return recorder.take();
  }

  private get recorder(): OperationsRecorder {
    return (this.made ??= recordOperations(namingOf(this.request)));
  }
}
