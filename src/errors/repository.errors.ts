import { MigrateError } from './migrate.error.js';

/** Why a target or a graph was refused; the same five kinds that Alembic's own errors fall into. */
export type RevisionErrorKind = 'not-found' | 'ambiguous' | 'multiple-heads' | 'not-ancestor' | 'invalid-target';

/** The root of all errors about revisions and the targets that name them. */
export abstract class RevisionError extends MigrateError {
  /** Which kind of mistake it is, for programs. */
  readonly kind: RevisionErrorKind = 'invalid-target';
}

/** No revision has this id, label or prefix; `source` is where it comes from. */
export class RevisionNotFoundError extends RevisionError {
  readonly code = 'REVISION_NOT_FOUND';
  /** Which kind of mistake it is, for programs. */
  override readonly kind = 'not-found';

  constructor(
    /** The target, as it was given. */
    readonly target: string,
    /** Where the id comes from: an argument, the version table, a file. */
    readonly source: 'argument' | 'version-table' = 'argument',
    reason?: string,
    hint: string = unknownTargetHint,
  ) {
    super(
      source === 'version-table'
        ? `The version table has the revision "${target}", but no revision file declares it`
        : (reason ?? `No revision or branch is called "${target}"`),
      { hint: source === 'version-table' ? missingFileHint : hint },
    );
  }
}

const missingFileHint =
  'Restore the file from version control, or check out the branch that has it. When it is gone for good: `npx nest-cmd db stamp --purge <revision>`, ' +
  'with the revision that the schema is really at.';
const unknownTargetHint =
  'See `npx nest-cmd db history` for the ids and labels there are. An id may be shortened while it stays unique.';

/** Several revisions start with the given text. */
export class AmbiguousRevisionError extends RevisionError {
  readonly code = 'REVISION_AMBIGUOUS';
  /** Which kind of mistake it is, for programs. */
  override readonly kind = 'ambiguous';

  constructor(
    /** The target, as it was given. */
    readonly target: string,
    /** Ids that begin so. */
    readonly candidates: readonly string[],
  ) {
    super(`"${target}" may mean ${listed(candidates)}`, { hint: 'Give more characters of the one that is meant.' });
  }
}

/** One revision is needed and the target stands for several heads. */
export class MultipleHeadsError extends RevisionError {
  readonly code = 'MULTIPLE_HEADS';
  /** Which kind of mistake it is, for programs. */
  override readonly kind = 'multiple-heads';

  constructor(
    /** The target, as it was given. */
    readonly target: string,
    /** Ids of the heads that the target means. */
    readonly heads: readonly string[],
  ) {
    super(`"${target}" stands for several heads: ${listed(heads)}`, {
      hint: 'Name one of them, narrow it with `<branch label>@head`, use `heads` for all, or join them with `npx nest-cmd db merge`.',
    });
  }
}

/** Start and end are not on one line of history. */
export class NotAncestorError extends RevisionError {
  readonly code = 'NOT_AN_ANCESTOR';
  /** Which kind of mistake it is, for programs. */
  override readonly kind = 'not-ancestor';
}

/** The target is understood and cannot be reached from here, or is not understood at all. */
export class InvalidTargetError extends RevisionError {
  readonly code = 'INVALID_TARGET';
}

/** The version rows contradict the revision files, so that a step cannot be recorded. */
export class InconsistentRowsError extends RevisionError {
  readonly code = 'INCONSISTENT_VERSION_ROWS';
}

/** Two files declare the same revision id, or a new revision was to have an id that exists already. */
export class DuplicateRevisionError extends RevisionError {
  readonly code = 'DUPLICATE_REVISION';

  constructor(
    /** The id that exists twice. */
    readonly revision: string,
    /** Absolute paths of the files that declare it. */
    readonly files: readonly string[],
    isNew = false,
  ) {
    const where = files.length > 0 ? `: in ${files.join(' and ')}` : '';
    super(
      isNew
        ? `There is a revision "${revision}" already${where}`
        : `The revision "${revision}" is declared more than once${where}`,
      {
        hint: isNew
          ? 'Give the new revision another id, or none: one is made up then.'
          : 'Delete the copy, or give one of them an id of its own and change the `downRevision` of what follows it.',
      },
    );
  }
}

/** A branch label is used twice, or is the id of a revision. */
export class DuplicateLabelError extends RevisionError {
  readonly code = 'DUPLICATE_BRANCH_LABEL';

  constructor(
    /** The label. */
    readonly label: string,
    /** Id of the revision that declares it. */
    readonly revision: string,
    /** Id of the revision that has it already. */
    readonly other: string,
    isNew = false,
  ) {
    const owner = label === other ? 'is the id of a revision' : `is already used by revision "${other}"`;
    super(
      isNew
        ? `The new revision cannot have the branch label "${label}", which ${owner}`
        : `The branch label "${label}" of revision "${revision}" ${owner}`,
      {
        hint: isNew
          ? 'Give it another label, or none.'
          : 'A branch label is declared once, on the first revision of its branch; what follows inherits it.',
      },
    );
  }
}

/** A new revision was to have an id that is a branch label. */
export class IdIsLabelError extends RevisionError {
  readonly code = 'DUPLICATE_BRANCH_LABEL';

  constructor(
    /** The id that was asked for. */
    readonly revision: string,
    /** Id of the revision that has it as a label. */
    readonly other: string,
  ) {
    super(`The new revision cannot have the id "${revision}", which is a branch label of revision "${other}"`, {
      hint: 'Give it another id, or none: one is made up then.',
    });
  }
}

/** A file revises or depends on a revision that does not exist. */
export class MissingRevisionError extends RevisionError {
  readonly code = 'MISSING_REVISION';
  /** Which kind of mistake it is, for programs. */
  override readonly kind = 'not-found';

  constructor(
    /** The id that does not exist. */
    readonly missing: string,
    /** Id of the revision that names it. */
    readonly revision: string,
    /** The property that names it: `downRevision` or `dependsOn`. */
    readonly property: 'downRevision' | 'dependsOn',
    file?: string,
  ) {
    super(
      `Revision "${revision}"${file ? ` (${file})` : ''} names "${missing}" in ${property}, but there is no such revision`,
      {
        hint: 'Restore the missing file from version control, or correct the reference.',
      },
    );
  }
}

/** Revisions lead back to themselves. */
export class RevisionCycleError extends RevisionError {
  readonly code = 'REVISION_CYCLE';

  constructor(
    /** Ids of the revisions, in the order of the circle. */
    readonly revisions: readonly string[],
    /** The property that leads back: `downRevision` or `dependsOn`. */
    readonly edge: 'downRevision' | 'dependsOn',
  ) {
    super(
      revisions.length === 1
        ? `Revision "${revisions[0]}" names itself in ${edge}`
        : `Revisions form a cycle${edge === 'dependsOn' ? ' through dependsOn' : ''}: ${listed(revisions)}`,
      { hint: 'Correct `downRevision` or `dependsOn` of one of them, so that history has a beginning.' },
    );
  }
}

/** An id or label has characters that the target grammar needs for itself, or is one of its symbols, such as `head`. */
export class InvalidRevisionNameError extends RevisionError {
  readonly code = 'INVALID_REVISION_NAME';
}

/** A new revision is to follow one that is not a head. */
export class NotAHeadError extends RevisionError {
  readonly code = 'NOT_A_HEAD';

  /** @param revision Id of the revision that others revise. */
  constructor(readonly revision: string) {
    super(`Revision "${revision}" is not a head: another revision already follows it`, {
      hint: 'Add --splice to open a new branch there, or base the new revision on a head (`npx nest-cmd db heads`).',
    });
  }
}

/** The same head is named twice for one new revision. */
export class DuplicateHeadsError extends RevisionError {
  readonly code = 'DUPLICATE_HEADS';

  /** @param revision Id of the revision that is named twice. */
  constructor(readonly revision: string) {
    super(`The head "${revision}" is given more than once`, { hint: 'Name every head once.' });
  }
}

/** `merge` without arguments, and there is one head or none. */
export class NothingToMergeError extends RevisionError {
  readonly code = 'NOTHING_TO_MERGE';

  /** @param heads Ids of the heads. */
  constructor(readonly heads: readonly string[]) {
    super(
      heads.length === 0
        ? 'There is no revision to merge'
        : `There is nothing to merge: "${heads[0]}" is the only head`,
    );
  }
}

function listed(ids: readonly string[]): string {
  const shown = ids.slice(0, 10).map((id) => `"${id}"`);
  return ids.length > shown.length ? `${shown.join(', ')} and ${ids.length - shown.length} more` : shown.join(', ');
}
