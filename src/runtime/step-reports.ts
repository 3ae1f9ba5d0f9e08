import type { PlanStep } from '../repository/revision.js';
import type { RunRequest, StepPlace } from './run.request.js';

/** Reports each step of a run once, however often its transaction is begun again. */
export class StepReports {
  private readonly begunSteps = new Set<PlanStep>();
  private readonly appliedSteps = new Set<PlanStep>();
  private readonly thrown = new Set<unknown>();
  private hasResumed = false;

  constructor(private readonly request: RunRequest) {}

  /** Reports which steps go on behind what an earlier run has done. */
  resumed(messages: readonly string[]): void {
    if (!this.hasResumed) for (const message of messages) this.request.onResume?.(message);
    this.hasResumed = true;
  }

  begun(step: PlanStep, place: StepPlace): void {
    if (this.begunSteps.has(step)) return;
    this.begunSteps.add(step);
    this.request.onStep?.(step, place);
  }

  /** Calls `onVersionApply`. @throws what it throws */
  async applied(step: PlanStep): Promise<void> {
    if (this.appliedSteps.has(step)) return;
    try {
      const { dataSourceName, settings } = this.request;
      await settings.onVersionApply?.({
        dataSource: dataSourceName,
        ...(settings.tenant && { tenant: settings.tenant.id }),
        kind: step.kind,
        ...(step.revision === undefined ? undefined : { revision: step.revision.id }),
        from: step.from,
        to: step.to,
        rows: step.rows,
      });
    } catch (error) {
      this.thrown.add(error);
      throw error;
    }
    this.appliedSteps.add(step);
  }

  /** Whether a hook threw the error: it is about the hook then, whatever database it came from. */
  haveThrown(error: unknown): boolean {
    return this.thrown.has(error);
  }
}
