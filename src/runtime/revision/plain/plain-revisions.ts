import { recordOperations, type OperationsRecorder } from '../../../operations/call/recorder.js';
import type { PlanStep } from '../../../repository/revision.js';
import type { LoadedRevision, RunRequest } from '../../run.request.js';
import { functionOf, namingOf } from '../revision-call.js';
import { isPlain } from './plain-function.js';
import { PlannedCalls } from './planned-calls.js';

/**
 * The plain revisions of a plan, whose calls are known before any statement has run. Those of the next step are looked up while the
 * database works on this one.
 */
export class PlainRevisions {
  private readonly recorder: OperationsRecorder;
  private readonly methods: ReadonlySet<string>;
  private ahead: { readonly step: PlanStep; readonly calls: Promise<PlannedCalls | undefined> } | undefined;

  constructor(
    private readonly request: RunRequest,
    private readonly plan: readonly PlanStep[],
    readonly loaded: ReadonlyMap<PlanStep, LoadedRevision>,
  ) {
    this.recorder = recordOperations(namingOf(request));
    this.methods = new Set(Object.keys(this.recorder.op));
  }

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

  private async record(step: PlanStep): Promise<PlannedCalls | undefined> {
    const { dialect, dataSource, settings } = this.request;
    const fn = functionOf(step, this.loaded.get(step));
    if (fn === undefined || (settings.revisionTimeout ?? 0) > 0 || !isPlain(fn, this.methods)) return undefined;
    try {
      await fn(this.recorder.op as never);
    } catch {
      // The error of a wrong call is thrown when its turn comes.
    }
    return new PlannedCalls(this.recorder.take(), dialect, dialect.ownSchema(dataSource)?.name);
  }
}
