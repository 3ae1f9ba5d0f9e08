import { MigrateError } from './migrate.error.js';
import { sentences } from './sentences.js';
import { shortStatement } from './statement-text.js';

/** A statement of a revision, by its number in the journal. */
export interface NumberedStatement {
  /** Of the call in its revision, from 1. */
  readonly number: number;
  /** The statement, or a sentence about the operation. */
  readonly statement: string;
  /** It runs in batches, and some of them are not done. @default false */
  readonly isPartly?: boolean;
}

/** A step of a revision: its id, `upgrade` or `downgrade`, and its file. */
interface Step {
  readonly revision: string;
  readonly direction: string;
  readonly file: string | undefined;
}

/** A statement that an earlier run has done is not what the revision's file has now. */
export class JournalMismatchError extends MigrateError {
  readonly code = 'JOURNAL_MISMATCH';
  /** Id of the revision. */
  readonly revision: string;
  /** The function that was running: `upgrade` or `downgrade`. */
  readonly direction: string;

  constructor(
    step: Step,
    /** What is done, and its number. */
    readonly statement: NumberedStatement,
    /** What the file has in its place. */
    readonly found: string,
    /** All that is done. */
    readonly done: readonly NumberedStatement[],
  ) {
    super(
      `${named(step)} cannot go on: statement ${statement.number} of it is done${statement.isPartly ? ' in part' : ''}, ${shortStatement(statement.statement)}, ` +
        `and its file now has ${shortStatement(found)} there.`,
      {
        hint: sentences(
          doneText(done),
          `Take the change of the file back; or go on behind what is done: ${resume(step, nextOf(done))}; or, where all of it ` +
            `can run again: ${resume(step, 1)}; ${stamp(step)}`,
        ),
      },
    );
    this.revision = step.revision;
    this.direction = step.direction;
  }
}

/** A run ended in the middle of a statement outside a transaction, and only a person can find out whether it was done. */
export class StatementUnderWayError extends MigrateError {
  readonly code = 'STATEMENT_UNDER_WAY';
  /** Id of the revision. */
  readonly revision: string;
  /** The function that was running: `upgrade` or `downgrade`. */
  readonly direction: string;

  constructor(
    step: Step,
    /** The statement, and its number. */
    readonly statement: NumberedStatement,
    /** What is done for certain. */
    readonly done: readonly NumberedStatement[],
  ) {
    const { number } = statement;
    super(
      `${named(step)} cannot go on by itself: an earlier run ended while statement ${number} of it ran outside a transaction, ` +
        `and whether it was done is not known: ${shortStatement(statement.statement)}.`,
      {
        hint: sentences(
          doneText(done),
          'See in the database whether it was done.',
          `If it was: ${resume(step, number + 1)}; if not: ${resume(step, number)}; ${stamp(step)}`,
        ),
      },
    );
    this.revision = step.revision;
    this.direction = step.direction;
  }
}

/** A statement of the query runner is done, and its answer, which the revision may need, was too long to be kept. */
export class JournalAnswerError extends MigrateError {
  readonly code = 'JOURNAL_ANSWER';

  constructor(
    /** The statement, and its number. */
    readonly statement: NumberedStatement,
  ) {
    super(
      `Statement ${statement.number} of the revision was done by an earlier run, and its answer is not kept, since it is too long: ` +
        `${shortStatement(statement.statement)}.`,
      {
        hint: 'Go on from a statement behind those that need it with `--resume-from`, or do the rest by hand and `npx nest-cmd db stamp` the revision.',
      },
    );
  }
}

/** A temporary table of a revision has gone with the session of the run that made it, and the next run cannot go on with it. */
export class TemporaryTableLostError extends MigrateError {
  readonly code = 'TEMPORARY_TABLE_LOST';

  constructor(
    step: Step,
    /** What made it, and its number. */
    readonly statement: NumberedStatement,
    done: readonly NumberedStatement[],
  ) {
    super(
      `${named(step)} cannot go on by itself: the temporary table of its statement ${statement.number} has gone with the run that made it: ` +
        `${shortStatement(statement.statement)}.`,
      {
        hint: sentences(
          doneText(done),
          `Where the rest does not need it: ${resume(step, nextOf(done))}; where all of it can run again: ${resume(step, 1)}; ${stamp(step)}`,
        ),
      },
    );
  }
}

/** A run would take back, or build on, what another revision is based on that an earlier run has left in its middle. */
export class RevisionHalfDoneError extends MigrateError {
  readonly code = 'REVISION_HALF_DONE';
  /** Id of the revision that was left in its middle. */
  readonly revision: string;
  /** The function that was running: `upgrade` or `downgrade`. */
  readonly direction: string;

  constructor(
    step: Step,
    /** What is done of it. */
    readonly done: readonly NumberedStatement[],
    /** The step of the plan that cannot be done meanwhile: its revision, and its direction. */
    readonly other: Omit<Step, 'file'>,
  ) {
    const { revision, direction } = step;
    super(
      `${named(step)} was left in its middle, and is to be ended before the ${other.direction} of ${other.revision}. Nothing was run.`,
      {
        hint: sentences(
          doneText(done),
          `\`npx nest-cmd db ${direction}${direction === 'upgrade' ? ` ${revision}` : ''}\` goes on behind that, and the ${other.direction} can follow. ` +
            `Or undo these statements by hand, and forget them with \`npx nest-cmd db ${other.direction} --abandon\``,
        ),
      },
    );
    this.revision = revision;
    this.direction = direction;
  }
}

/** `--resume-from` names a statement that a run cannot go on with. */
export class ResumeFromError extends MigrateError {
  readonly code = 'RESUME_FROM';
}

function named({ revision, direction, file }: Step): string {
  return `The ${direction} of ${revision}${file === undefined ? '' : ` (${file})`}`;
}

function doneText(done: readonly NumberedStatement[]): string {
  if (done.length === 0) return 'No statement of it is done for certain.';
  const shown = done.slice(-MOST).map(({ number, statement }) => `${number}. ${shortStatement(statement)}`);
  return `Done, committed and kept: ${done.length > MOST ? '… ' : ''}${shown.join('; ')}.`;
}

/** Statements that a message lists. */
const MOST = 10;

function nextOf(done: readonly NumberedStatement[]): number {
  return Math.max(0, ...done.map(({ number }) => number)) + 1;
}

function resume({ direction }: Step, number: number): string {
  return `\`npx nest-cmd db ${direction} --resume-from ${number}\``;
}

function stamp({ direction, revision }: Step): string {
  return direction === 'upgrade'
    ? `or do the rest by hand, and \`npx nest-cmd db stamp ${revision}\`.`
    : 'or do the rest by hand, and `npx nest-cmd db stamp` the revision below it.';
}
