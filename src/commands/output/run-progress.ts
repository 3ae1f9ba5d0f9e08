import { visibleInLine } from '../../errors/visible.js';
import { describeStep } from '../../service/run/describe-step.js';
import type { StatementNotice, StepNotice } from '../../service/requests.js';
import type { LiveLine } from './live-line.js';

/** What takes less is not shown, ms. */
const QUIET = 1_000;
/** How often the line of a terminal is written again, ms. */
const FRAME = 250;
/** How often a long statement is reported where there is no terminal, ms. */
const REPORT = 10_000;
/** Longer statements are cut in such a report. */
const LONGEST = 100;

/** Where the progress of runs is shown. */
export interface ProgressTarget {
  /** The last line of the terminal; undefined where there is none. Called once, when there is something to show. */
  liveLine(): LiveLine | undefined;
  /** Prints a line. */
  info(message: string): void;
}

/** What is shown of it. */
interface ProgressRules {
  /** Data sources are named. */
  readonly named: boolean;
  /** A logger of the application gets the lines of the run, of which these are none: only the line of a terminal is shown. */
  readonly isLogged: boolean;
}

/**
 * Shows how far a long run is. On a terminal as one line that is written again, from the second second on: which step of how many it
 * is at, for how long it runs, its statement, and what the database does with that. Elsewhere a statement that runs for long is
 * reported every 10 s.
 */
export class RunProgress {
  private step: StepNotice | undefined;
  private statement: StatementNotice | undefined;
  private startedAt = 0;
  private reportedAt = 0;
  private line: LiveLine | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly target: ProgressTarget,
    private readonly options: ProgressRules,
  ) {}

  readonly onStep = (step: StepNotice): void => {
    this.step = step;
    if (this.timer !== undefined) return;
    this.startedAt = performance.now();
    this.timer = setInterval(() => this.draw(), FRAME);
    this.timer.unref();
  };

  readonly onStatement = (statement: StatementNotice): void => {
    if (this.step === undefined || statement.state === 'done') {
      this.statement = undefined;
      return;
    }
    if (statement.state === 'sent') this.reportedAt = 0;
    this.statement = statement;
    if (this.line === undefined && statement.ms - this.reportedAt >= REPORT) this.report(statement);
  };

  /** Ends it, and removes what is shown. */
  close(): void {
    clearInterval(this.timer);
    this.line?.close();
    this.line = undefined;
    this.step = undefined;
  }

  private draw(): void {
    const { step } = this;
    const elapsed = performance.now() - this.startedAt;
    if (step === undefined || elapsed < QUIET) return;
    this.line ??= this.target.liveLine();
    if (this.line === undefined) {
      clearInterval(this.timer);
      return;
    }
    const { progress } = this.statement ?? {};
    const parts = [
      `${this.prefix(step)}${step.number} of ${step.total}`,
      duration(elapsed),
      progress === undefined ? '' : phaseOf(progress),
      this.statement === undefined ? describeStep(step) : this.statement.sql,
    ];
    this.line.show(oneLine(parts.filter((part) => part !== '').join(' | ')));
  }

  private report({ sql, ms, progress }: StatementNotice): void {
    const { step } = this;
    if (step === undefined || this.options.isLogged) return;
    this.reportedAt = ms;
    const text = oneLine(sql);
    const shown = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
    const phase = progress === undefined ? '' : ` (${phaseOf(progress)})`;
    const place = `step ${step.number} of ${step.total}`;
    this.target.info(`${this.prefix(step)}Running for ${duration(ms)}, ${place}: ${shown}${phase}`);
  }

  private prefix({ dataSource }: StepNotice): string {
    return this.options.named ? `[${dataSource}] ` : '';
  }
}

function phaseOf({ phase, percent }: NonNullable<StatementNotice['progress']>): string {
  return percent === undefined ? phase : `${phase}, ${percent} %`;
}

function oneLine(text: string): string {
  return visibleInLine(text.replaceAll(/\s+/g, ' ').trim());
}

/** `7 s`, `3 min 05 s`, `1 h 02 min`. */
export function duration(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  const minutes = Math.floor(seconds / 60);
  const two = (count: number): string => String(count).padStart(2, '0');
  if (minutes === 0) return `${seconds} s`;
  if (minutes < 60) return `${minutes} min ${two(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
}
