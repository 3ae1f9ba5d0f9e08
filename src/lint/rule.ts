import type { LintClass, LintFixPlace, LintLevel } from '../results.js';
import type { LintStep } from './run.js';
import type { LintedCall, LintedStatement, LintRun } from './subject.js';

/** What a rule finds in a call. */
export interface Found {
  /** `table` or `table.column`: see `targetOf`. */
  readonly target: string;
  /** What happens, and to whom; one sentence or two. */
  readonly message: string;
  /** A query that shows whether the statement fails over rows that are there. */
  readonly look?: string | undefined;
  /** Code of a revision that does the same without the danger: it runs as it is. */
  readonly fix?: string | undefined;
  /** Where the code of `fix` belongs. @default 'instead' */
  readonly fixPlace?: LintFixPlace;
  /** Where it matters less, or more, than the rule does in general. */
  readonly level?: LintLevel;
}

/** A revision, before and after, for the page of a rule and its test. */
export interface RuleExample {
  /** The body of `upgrade` with the finding. */
  readonly unsafe: string;
  /** What the rule finds there. */
  readonly target: string;
  /** Bodies of `upgrade` of one or more revisions that do the same and have no finding. Absent where there is none. */
  readonly safe?: readonly string[];
  /** What has to be known for it: the body of the revision before, the version of the server, the body of `downgrade`. */
  readonly facts?: { readonly scene?: string; readonly version?: number; readonly downgrade?: string };
}

/** One danger that `lint` looks for. */
export interface LintRule {
  /** Its name, which allowances and options use; its file has the same. */
  readonly code: string;
  readonly class: LintClass;
  readonly level: LintLevel;
  /** What it is about, as one sentence. */
  readonly summary: string;
  /** Why it is dangerous, and what to do: Markdown for its page. */
  readonly explanation: string;
  /** On which databases. @default all */
  readonly databases?: readonly ('postgres' | 'mysql' | 'sqlite')[];
  /** In a schema that `EXAMPLE_SCENE` describes. */
  readonly example: RuleExample;
  /** Called for each statement that a call sends, in order. */
  readonly statement?: (statement: LintedStatement, run: LintRun) => readonly Found[];
  /** Called for each call of `op`, after its statements. */
  readonly call?: (call: LintedCall, run: LintRun) => readonly Found[];
  /** Called for each revision after its calls, also for one without any. */
  readonly revision?: (step: LintStep, run: LintRun) => readonly Found[];
}
