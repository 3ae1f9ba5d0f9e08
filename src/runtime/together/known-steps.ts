import type { PlanStep } from '../../repository/revision.js';
import type { Books } from '../bookkeeping/record-failure.js';
import type { PlannedCall } from '../revision/plain/planned-calls.js';
import type { PlainRevisions } from '../revision/plain/plain-revisions.js';

/** A step whose statements are all known. */
export interface KnownStep {
  readonly step: PlanStep;
  readonly calls: readonly PlannedCall[];
}

/** So many statements of revisions are sent at once, or so much text. */
const MAX_COUNT = 64;
const MAX_LENGTH = 64 * 1024;

/** Finds out which steps can be sent as one message. Those of the next message are looked up while the database works on this one. */
export class KnownSteps {
  private ahead: { readonly at: number; readonly steps: Promise<readonly KnownStep[]> } | undefined;

  constructor(
    private readonly plan: readonly PlanStep[],
    private readonly plain: PlainRevisions,
    private readonly books: Pick<Books, 'journals' | 'versions'>,
  ) {}

  /** Those from an index of the plan on; less than two are of no use. */
  from(at: number): Promise<readonly KnownStep[]> {
    const { ahead } = this;
    this.ahead = undefined;
    return ahead?.at === at ? ahead.steps : this.find(at);
  }

  lookAhead(at: number): void {
    this.ahead = { at, steps: this.find(at) };
  }

  private async find(at: number): Promise<readonly KnownStep[]> {
    const found: KnownStep[] = [];
    let count = 0;
    let length = 0;
    for (const step of this.books.journals.areEmpty ? this.plan.slice(at, at + MAX_COUNT) : []) {
      const calls = step.rowChanges.length === 0 ? undefined : await this.callsOf(step);
      if (calls === undefined) break;
      const statements = calls.flatMap((call) => call.statements);
      count += statements.length;
      length += statements.reduce((sum, sql) => sum + sql.length, 0);
      if (count > MAX_COUNT || length > MAX_LENGTH || this.isAboutBooks(statements)) break;
      found.push({ step, calls });
    }
    return found;
  }

  /** Whether a statement names a table of the run, whose rows are written later than those of a step that is run by itself. */
  private isAboutBooks(statements: readonly string[]): boolean {
    return statements.some((sql) => sql.includes(this.books.versions.name.name));
  }

  /** All calls of a step; undefined where they are not known. */
  private async callsOf(step: PlanStep): Promise<readonly PlannedCall[] | undefined> {
    const planned = await this.plain.of(step);
    const calls = await planned?.next();
    return planned?.areAll === true ? calls : undefined;
  }
}
