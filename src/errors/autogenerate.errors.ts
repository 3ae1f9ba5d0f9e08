import { MigrateError } from './migrate.error.js';
import { listed } from './sentences.js';
import { messageOf } from './thrown.js';

/** A primary key that would change to a type which its values cannot be converted to. */
export interface RefusedKey {
  /** Table and column: `user.id`. */
  readonly column: string;
  /** The type that it has. */
  readonly from: string;
  /** The type that it would get. */
  readonly to: string;
  /** The columns that refer to it, in quotes. */
  readonly children: readonly string[];
}

/** Primary keys would change to a type that their values cannot be converted to. */
export class KeyConversionError extends MigrateError {
  readonly code = 'KEY_CONVERSION_REFUSED';

  /** @param keys The keys. */
  constructor(readonly keys: readonly [RefusedKey, ...RefusedKey[]]) {
    const reasons = keys.map(({ column, from, to, children }) => {
      const referred =
        children.length === 0
          ? ''
          : `, and ${children.join(' and ')} ${children.length === 1 ? 'refers' : 'refer'} to its values`;
      return `The primary key "${column}" cannot change from ${from} to ${to}: no ${from} is a ${to}${referred}.`;
    });
    const types = [...new Set(keys.map(({ to }) => to))].join(' or ');
    super(
      keys.length === 1 ? reasons.join('') : listed(`${keys.length} primary keys cannot change their types:`, reasons),
      {
        hint:
          `Write the revision by hand (\`npx nest-cmd db revision\`): add a column of type ${types}, fill it, do the same in the tables that ` +
          'refer to it, then move the keys over and drop the old columns.',
      },
    );
  }
}

/** A rename was named that does not fit the database or the entities. */
export class InvalidRenameError extends MigrateError {
  readonly code = 'INVALID_RENAME';

  constructor(rename: string, reason: string, choices: readonly string[] = []) {
    super(`Cannot take "${rename}" as a rename: ${reason}.`, {
      hint:
        choices.length === 0
          ? "Write a schema or a table as 'old:new' and a column as 'table.old:table.new'."
          : `There are: ${choices.slice(0, 20).join(', ')}${choices.length > 20 ? ', …' : ''}.`,
    });
  }
}

/** The file with renames cannot be read, or a line of it is no rename. */
export class RenameFileError extends MigrateError {
  readonly code = 'RENAME_FILE';

  constructor(file: string, reason: string, cause?: unknown) {
    super(`Cannot take renames from ${file}: ${reason}.`, {
      hint: "Write one on a line, a schema or a table as 'old:new' and a column as 'table.old:table.new'; a line that starts with # is a comment.",
      cause,
    });
  }
}

/** The statements of a revision are not known, since the database refused one of them when they were tried. */
export class SqlBodyError extends MigrateError {
  readonly code = 'SQL_BODY';

  constructor(
    override readonly dataSource: string,
    /** The function whose statement was refused: `upgrade` or `downgrade`. */
    readonly direction: 'upgrade' | 'downgrade',
    operation: string,
    cause: unknown,
  ) {
    const reason = messageOf(cause);
    super(
      `Cannot write the ${direction} of data source "${dataSource}" as SQL: ${operation} failed when it was tried: ${reason}`,
      {
        hint:
          'What statements an operation needs depends on the database, so they are tried on it, in a transaction that is rolled ' +
          'back. Make the change possible there (its rows may prevent it), or write the revision without sqlBody and edit it.',
        cause,
      },
    );
  }
}

/** The statements of a revision cannot be found out: to try them would change the database, which commits DDL at once. */
export class SqlBodyUnavailableError extends MigrateError {
  readonly code = 'SQL_BODY_UNAVAILABLE';

  constructor(override readonly dataSource: string) {
    super(
      `Cannot write a revision of data source "${dataSource}" as SQL: its statements would have to be tried, and this database ` +
        'commits a change of its schema at once, so that nothing could be rolled back.',
      { hint: 'Write the revision without sqlBody (`--sql-body`), and edit it. Nothing was tried.' },
    );
  }
}

/** A revision was to have the online form of changes, and SQL statements in the place of operations. */
export class OnlineSqlBodyError extends MigrateError {
  readonly code = 'ONLINE_SQL_BODY';

  constructor() {
    super(
      'Cannot write the online form of changes as SQL: its steps are found by trying them, and each needs a commit.',
      {
        hint: 'Leave out `sqlBody` (`--sql-body`) or `online` (`--online`). Nothing was tried.',
      },
    );
  }
}

/** A change of a type that was asked for in several revisions cannot be made so. Nothing was written. */
export class ExpandRefusedError extends MigrateError {
  readonly code = 'EXPAND_REFUSED';

  constructor(
    /** The column and the type, as they were given: `user.id:bigint`. */
    readonly change: string,
    reason: string,
  ) {
    super(`Cannot change the type in steps, \`${change}\`: ${reason}.`, {
      hint: 'Nothing was written. Without `expand` (`--expand`), `migrate` writes the plain change, once the entity has it.',
    });
  }
}

/** `renderItem` gave something that cannot be written into a revision. */
export class RenderItemError extends MigrateError {
  readonly code = 'RENDER_ITEM';

  constructor(item: string, problem: string, cause?: unknown) {
    super(`renderItem cannot be followed for ${item}: ${problem}`, {
      hint: 'It gives TypeScript as text to replace the item, or false or nothing to leave it as it is.',
      cause,
    });
  }
}

/** `processRevisionDirectives` gave something that cannot be written. */
export class DirectivesError extends MigrateError {
  readonly code = 'REVISION_DIRECTIVES';

  constructor(problem: string) {
    super(`processRevisionDirectives cannot be followed: ${problem}.`, {
      hint: 'It gives a list of { dataSource, message, upgrade, downgrade } with lists of operations, [] to write nothing, or nothing to keep what was found.',
    });
  }
}
