import type { RunResult, StepResult } from '../results.js';
import type { TriedStep } from './bookkeeping/tried-step.js';

/** What a run has done in one database so far, and how it goes back to the beginning of its transaction. */
export class StepsDone {
  readonly results: StepResult[] = [];
  readonly tried: TriedStep[] = [];
  readonly notices: string[] = [];
  /** The version rows as this run left them. */
  rows: readonly string[] = [];
  /** The index in the plan of the step that is next. */
  next = 0;
  private mark: Mark = { results: 0, tried: 0, notices: 0, rows: [], next: 0 };

  /** Where the open transaction began. */
  get start(): Pick<Mark, 'rows'> {
    return this.mark;
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

  /** Goes on with a later step, which another runner has led the database to. */
  skip(next: number, rows: readonly string[]): void {
    this.rows = rows;
    this.next = next;
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
