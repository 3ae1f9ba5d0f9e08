import type { QueryRunner } from 'typeorm';
import type { Dialect } from '../../dialects/dialect.js';
import { ResumeFromError, RevisionHalfDoneError } from '../../errors/journal.errors.js';
import type { PlanStep } from '../../repository/revision.js';
import type { QualifiedName } from '../../schema/schema.model.js';
import { nameOfStep } from '../step-text.js';
import { type JournalRow, JournalTable, type OpenJournal } from './journal-table.js';
import { RevisionJournal } from './revision-journal.js';

/** The journals of a database: those that earlier runs have left open, and those of this run. */
export class Journals {
  readonly table: JournalTable;
  private open: readonly OpenJournal[] = [];
  private resumed: { readonly step: PlanStep; readonly number: number } | undefined;
  /** That of the step that is run. */
  private own: RevisionJournal | undefined;
  /** The numbers of the calls of each step that this run has sent. */
  private readonly sent = new Map<PlanStep, Set<number>>();

  /** @param areRelated whether one revision builds on another, or that on it */
  constructor(
    private readonly dialect: Dialect,
    versionTable: QualifiedName,
    private readonly areRelated: (one: string, other: string) => boolean = () => true,
  ) {
    this.table = new JournalTable(dialect, versionTable);
  }

  /** Reads what earlier runs have left open. @param isThere whether the table exists, where that is known */
  async read(runner: QueryRunner, isThere?: boolean): Promise<void> {
    this.open = (isThere ?? (await this.table.exists(runner))) ? await this.table.read(runner) : [];
  }

  /** Creates the table where that would later commit what is to be committed with its record; elsewhere it is created when it is needed. */
  async ensure(runner: QueryRunner): Promise<void> {
    if (this.dialect.transactions === 'rows') await this.table.ensure(runner);
  }

  /**
   * Makes room for going on with a statement by its number in the first revision of a plan.
   *
   * @throws ResumeFromError when no run has left that revision open, or it has not come so far
   */
  async resume(runner: QueryRunner, plan: readonly PlanStep[], number: number): Promise<void> {
    const [step] = plan;
    const journal = step && this.left(step);
    if (step === undefined || journal === undefined) {
      throw new ResumeFromError(
        step === undefined
          ? 'There is no revision to go on with: the database is where it shall be.'
          : `The ${step.kind} of ${nameOfStep(step)} comes next, and no run has left it in its middle: there is nothing to resume.`,
        { hint: 'Leave --resume-from out.' },
      );
    }
    const last = Math.max(0, ...journal.rows.filter(({ state }) => state !== 'read').map((row) => row.number));
    if (number > last + 1) {
      throw new ResumeFromError(
        `The ${step.kind} of ${nameOfStep(step)} has come to its statement ${last}: it cannot be resumed from ${number}.`,
        { hint: `A number from 1 to ${last + 1}.` },
      );
    }
    this.resumed = { step, number };
    await this.table.cut(runner, journal.revision, journal.direction, number);
    const rows = journal.rows.filter((row) => row.number < number);
    this.open = this.open.map((one) => (one === journal ? { ...journal, rows } : one));
  }

  /**
   * Finds what a plan would make void.
   *
   * @throws RevisionHalfDoneError where statements of a revision on the same branch are done that went in the other direction
   */
  refuseHalfDone(plan: readonly PlanStep[]): void {
    for (const step of plan.filter(({ kind }) => kind !== 'stamp')) {
      const other = { revision: nameOfStep(step), direction: step.kind };
      const half = this.open.find(
        ({ revision, direction, rows }) =>
          direction !== step.kind && rows.some(isCommitted) && this.areRelated(other.revision, revision),
      );
      if (half === undefined) continue;
      throw new RevisionHalfDoneError({ ...half, file: undefined }, half.rows.filter(isCommitted), other);
    }
  }

  /** Whether no run has left a journal open. */
  get areEmpty(): boolean {
    return this.open.length === 0 && this.resumed === undefined;
  }

  /** What an earlier run has left of a step. */
  left(step: PlanStep): OpenJournal | undefined {
    return this.open.find(({ revision, direction }) => revision === nameOfStep(step) && direction === step.kind);
  }

  /** How many statements of a step are done and committed. */
  async countDone(runner: QueryRunner, step: PlanStep): Promise<number> {
    const open = (await this.table.exists(runner)) ? await this.table.read(runner) : [];
    const own = open.find(({ revision, direction }) => revision === nameOfStep(step) && direction === step.kind);
    const done = (own?.rows ?? []).filter(({ state }) => state === 'done');
    return done.reduce((count, { statements }) => count + statements, 0);
  }

  /** The journal of a step that begins. */
  of(step: PlanStep): RevisionJournal {
    const journaled = { revision: nameOfStep(step), direction: step.kind, file: step.revision?.path };
    const sent = this.sent.get(step) ?? new Set();
    this.sent.set(step, sent);
    this.own = new RevisionJournal(
      this.table,
      journaled,
      this.left(step)?.rows ?? [],
      sent,
      this.resumed?.step === step ? this.resumed.number : undefined,
    );
    return this.own;
  }

  /**
   * Closes the journals that end with a step that has ended well: its own and that of the other direction; with a downgrade those of
   * all upgrades on the same branch, which may have built on what it took back, and the reverse; with a stamp all of the branch.
   *
   * @returns the statements that do so, and the journals of other steps that are void
   */
  close(step: PlanStep): { readonly statements: readonly string[]; readonly voided: readonly OpenJournal[] } {
    const name = nameOfStep(step);
    const isOfStep = ({ revision }: OpenJournal): boolean => step.kind !== 'stamp' && revision === name;
    const ids = step.kind === 'stamp' ? [...step.from, ...step.to] : [name];
    const isOfBranch = ({ revision }: OpenJournal): boolean => ids.some((id) => this.areRelated(id, revision));
    const closed = this.open.filter((one) => isOfStep(one) || (one.direction !== step.kind && isOfBranch(one)));
    this.open = this.open.filter((one) => !closed.includes(one));
    const own = { revision: name, direction: step.kind };
    const isOwn =
      this.own?.isStored === true &&
      !closed.some(({ revision, direction }) => keyOf({ revision, direction }) === keyOf(own));
    this.own = undefined;
    return {
      statements: [...closed, ...(isOwn ? [own] : [])].map((journal) => this.table.deletion(journal)),
      voided: closed.filter((one) => !isOfStep(one)),
    };
  }
}

/** Whether a statement is done, or may be. */
function isCommitted({ state }: JournalRow): boolean {
  return state === 'done' || state === 'begun';
}

function keyOf({ revision, direction }: Pick<OpenJournal, 'revision' | 'direction'>): string {
  return `${direction} ${revision}`;
}
