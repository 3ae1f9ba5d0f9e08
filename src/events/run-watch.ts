import { randomUUID } from 'node:crypto';
import { EventHookError } from '../errors/events.errors.js';
import { tamed } from '../errors/thrown.js';
import type { RunResult } from '../results.js';
import type { PlanStep } from '../repository/revision.js';
import type { StepReport, VersionApplied } from '../runtime/index.js';
import type { MigrationListener, RevisionEndEvent, RevisionEvent, RunEndEvent, RunEvent } from './events.js';
import { frozenCopy } from './frozen-copy.js';
import { type RunTrace, startTrace, type TracedDatabase } from './telemetry.js';

/** A listener by the name that errors give it. */
export interface NamedListener {
  readonly name: string;
  readonly listener: MigrationListener;
}

/** The events of one run on one database, for its listeners and for OpenTelemetry. */
export class RunWatch {
  private readonly startedAt = performance.now();
  private readonly warnings: string[] = [];
  private trace: RunTrace | undefined;

  private constructor(
    private readonly run: RunEvent,
    private readonly listeners: readonly NamedListener[],
  ) {}

  /**
   * Reports to the listeners that a run begins.
   *
   * @throws EventHookError when a hook throws; the run must then not begin, and its end has been reported
   */
  static async start(
    run: Omit<RunEvent, 'runId'>,
    listeners: readonly NamedListener[],
    database: TracedDatabase,
  ): Promise<RunWatch> {
    const watch = new RunWatch({ runId: randomUUID(), ...run }, listeners);
    watch.trace = await startTrace(run, database);
    try {
      await watch.notify('onRunStart', run.command, watch.run);
    } catch (error) {
      await watch.end({ error });
      throw error;
    }
    return watch;
  }

  /** Whether anybody hears of a step when it is done, before the run has ended. */
  get isHeard(): boolean {
    return this.listeners.some(
      ({ listener }) => listener.onVersionApply !== undefined || listener.onRevisionEnd !== undefined,
    );
  }

  /** Whether anybody hears when a step begins or ends. */
  get hearsSteps(): boolean {
    const isListening = this.listeners.some(({ listener }) => listener.onRevisionStart !== undefined);
    return this.isHeard || isListening || this.trace?.isRecorded === true;
  }

  get dataSource(): string {
    return this.run.dataSource;
  }

  /** Reports that a step begins, runs it, and reports how it ended. */
  async aroundStep(step: PlanStep, work: () => Promise<StepReport>): Promise<StepReport> {
    const event = revisionEvent(this.run, step);
    await this.notify('onRevisionStart', describe(event), event);
    const { trace } = this;
    const report = await (trace === undefined ? work() : trace.step(event, work));
    const { error, ...done } = report;
    const ended: RevisionEndEvent = { ...event, ...done, ...(error === undefined ? {} : { error: errorOf(error) }) };
    await this.notifyAll('onRevisionEnd', ended);
    return report;
  }

  /** Reports that the version rows of a step are written. @throws EventHookError when a hook throws */
  applied(applied: VersionApplied): Promise<void> {
    return this.notify('onVersionApply', describe(applied), applied);
  }

  /**
   * Reports that the run has ended.
   *
   * @returns what hooks threw when it was too late to stop anything
   */
  async end(outcome: { readonly result: RunResult } | { readonly error: unknown }): Promise<readonly string[]> {
    const error = 'error' in outcome ? errorOf(outcome.error) : undefined;
    const ended: RunEndEvent = {
      ...this.run,
      ms: Math.round(performance.now() - this.startedAt),
      ...('result' in outcome ? { result: outcome.result } : {}),
      ...(error === undefined ? {} : { error }),
    };
    await this.notifyAll('onRunEnd', ended);
    this.trace?.end(ended);
    return this.warnings;
  }

  private async notify<Hook extends keyof MigrationListener>(
    hook: Hook,
    what: string,
    event: EventOf<Hook>,
  ): Promise<void> {
    for (const { name, listener } of this.listeners) {
      try {
        await listener[hook]?.(frozenCopy(event) as never);
      } catch (error) {
        throw new EventHookError(
          hook,
          name,
          { dataSource: this.run.dataSource, what },
          errorOf(error).message,
          tamed(error),
        );
      }
    }
  }

  /** Reports what cannot be stopped any more: every listener is called, and what one throws is a warning. */
  private async notifyAll<Hook extends keyof MigrationListener>(hook: Hook, event: EventOf<Hook>): Promise<void> {
    for (const { name, listener } of this.listeners) {
      try {
        await listener[hook]?.(frozenCopy(event) as never);
      } catch (error) {
        this.warnings.push(`The hook ${hook} of ${name} failed, which changed nothing: ${errorOf(error).message}`);
      }
    }
  }
}

type EventOf<Hook extends keyof MigrationListener> = Parameters<NonNullable<MigrationListener[Hook]>>[0];

function revisionEvent(run: RunEvent, { kind, revision, from, to }: PlanStep): RevisionEvent {
  return {
    ...run,
    kind,
    ...(revision === undefined ? undefined : { revision: revision.id }),
    from,
    to,
    message: revision?.message ?? '',
  };
}

/** `upgrade of a1`, `stamp of a1, b2`. */
function describe({ kind, revision, from, to }: Pick<VersionApplied, 'kind' | 'revision' | 'from' | 'to'>): string {
  return `${kind} of ${revision ?? (to.length > 0 ? to : from).join(', ')}`;
}

function errorOf(error: unknown): Error {
  const value = tamed(error);
  return value instanceof Error ? value : new Error(String(value));
}
