import type { RunResult, StepResult } from '../results.js';
import type { PlanStep } from '../repository/revision.js';
import { nameOfStep } from './step-text.js';
import { sameIds } from './bookkeeping/version-table.js';
import type { TriedStep } from './bookkeeping/tried-step.js';
import { UnrecordedStep } from './bookkeeping/unrecorded-step.js';

/** What a run has done in one database so far, and how it goes back to the beginning of its transaction. */
export class StepsDone {
  readonly results: StepResult[] = [];
  readonly tried: TriedStep[] = [];
  readonly notices: string[] = [];
  /** The version rows as this run left them. */
  rows: readonly string[] = [];
  /** The index in the plan of the step that is next. */
  next = 0;
  /** The step whose record has waited for a later one, and failed. */
  readonly unrecorded = new UnrecordedStep();
  private mark: Mark = { results: 0, tried: 0, notices: 0, rows: [], next: 0 };

  /** Where the open transaction began. */
  get start(): Pick<Mark, 'rows'> {
    return this.mark;
  }

  /** The step that an error is about: `last`, or one before it whose record has failed. */
  faultOf(error: unknown, last: TriedStep): { readonly at: TriedStep; readonly error: unknown } {
    return this.unrecorded.faultOf(error, last, this.tried);
  }

  /** Marks the beginning of a transaction. */
  begun(): void {
    const { results, tried, notices, rows, next } = this;
    this.mark = { results: results.length, tried: tried.length, notices: notices.length, rows, next };
  }

  /** @param notices of the session, about what the steps have led to */
  result(dataSource: string, notices: readonly string[] = []): RunResult {
    const { results: steps, rows: current } = this;
    return { dataSource, steps, current, notices: [...this.notices, ...(steps.length > 0 ? notices : [])] };
  }

  /** Adds a step that is done. */
  add(tried: TriedStep, result: StepResult): void {
    this.tried.push(tried);
    this.rows = tried.step.rows;
    this.results.push(result);
    this.next += 1;
  }

  /**
   * Goes on behind the steps of a plan that another runner has done meanwhile.
   *
   * @param found the version rows as they are
   * @returns the names of those steps; undefined where no step of the plan leads to the rows
   */
  follow(plan: readonly PlanStep[], found: readonly string[]): readonly string[] | undefined {
    if (sameIds(found, this.rows)) return [];
    const last = plan.findIndex((step, index) => index >= this.next && sameIds(step.rows, found));
    if (last === -1) return undefined;
    const names = plan.slice(this.next, last + 1).map(nameOfStep);
    this.rows = found;
    this.next = last + 1;
    return names;
  }

  /** Forgets what was done since the transaction began. */
  goBack(): void {
    const { results, tried, notices, rows, next } = this.mark;
    this.results.length = results;
    this.tried.length = tried;
    this.notices.length = notices;
    this.rows = rows;
    this.next = next;
  }
}

interface Mark {
  readonly results: number;
  readonly tried: number;
  readonly notices: number;
  readonly rows: readonly string[];
  readonly next: number;
}
