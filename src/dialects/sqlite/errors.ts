import { MigrateError } from '../../errors/migrate.error.js';
import { methodOf } from '../../errors/methods.js';

/** A script cannot check whether a column or a constraint exists, and SQLite has no such condition for them. */
export class ScriptConditionError extends MigrateError {
  readonly code = 'SCRIPT_CONDITION';

  constructor(
    /** Kind of the operation: `addColumn`. */
    readonly operation: string,
    /** The table. */
    readonly table: string,
  ) {
    super(
      `${methodOf(operation)} on '${table}' with 'ifExists' or 'ifNotExists' cannot be a part of a script for SQLite: ` +
        'it depends on what the database has.',
      { hint: 'Leave the condition out, or run the migration on the database itself.' },
    );
  }
}

/** The file of the data source is not a SQLite database, or is encrypted with another key. */
export class NotADatabaseError extends MigrateError {
  readonly code = 'NOT_A_DATABASE';

  constructor(
    /** Path of the file. */
    readonly file: string,
    cause: unknown,
  ) {
    super(`'${file}' is not a SQLite database, or it is encrypted and the key is missing or wrong.`, {
      hint: 'Look at `database` and `key` in the options of the data source. Nothing was changed.',
      cause,
    });
  }
}

/** A row whose foreign key refers to no row. */
export interface ForeignKeyViolation {
  /** The table of the row. */
  readonly table: string;
  /** Row id of the row; null in a table WITHOUT ROWID. */
  readonly rowid: number | null;
  /** Table that the key refers to. */
  readonly parent: string;
}

/** How many rows an error shows of each pair of tables. */
const SHOWN_ROWS = 5;

/** A run left rows without a parent, so it was not committed. */
export class ForeignKeyViolationError extends MigrateError {
  readonly code = 'FOREIGN_KEY_VIOLATION';

  /** @param violations The rows that would be left without a parent. */
  constructor(readonly violations: readonly ForeignKeyViolation[]) {
    super(`Rows would be left without a parent: ${describe(violations)}. Nothing was committed.`, {
      hint: 'Delete these rows or give them a parent, with op.execute in the same revision.',
    });
  }
}

/** A foreign key refers to columns that no primary key or unique constraint covers. */
export class ForeignKeyMismatchError extends MigrateError {
  readonly code = 'FOREIGN_KEY_MISMATCH';

  constructor(
    /** The table of the foreign key. */
    readonly table: string,
    reason: string,
    cause?: unknown,
  ) {
    super(`A foreign key of table '${table}' cannot work: ${reason}. Nothing was committed.`, {
      hint: 'The columns it refers to must be the primary key of their table, or have a unique constraint.',
      cause,
    });
  }
}

/** A view or a trigger, and why it cannot be read. */
export interface UnreadableObject {
  /** As people call it: `view 'names'`, `trigger 'audit' of 'user'`. */
  readonly object: string;
  /** What SQLite reports about it. */
  readonly reason: string;
}

/** A run left views or triggers that SQLite cannot read, so it was not committed. */
export class UnreadableObjectsError extends MigrateError {
  readonly code = 'UNREADABLE_OBJECTS';

  constructor(
    /** The views and triggers. */
    readonly objects: readonly UnreadableObject[],
    /** The step of the run that first left them so, where there were several. */
    readonly step?: string,
  ) {
    const told = objects.map(({ object, reason }) => `${object} (${reason})`);
    super(`Could not be read any more: ${told.join('; ')}. Nothing was committed.`, {
      hint: objects.some(({ reason }) => /no such (?:function|module|collation)/.test(reason))
        ? 'The run has a connection of its own: what the application registers belongs in `prepareDatabase` of the data source.'
        : 'Change what cannot be read in the same revision: drop the view or trigger before what it reads changes, and ' +
          'make it again after that, with another text where it names what is gone.',
    });
  }
}

/** A list cannot become a simple-array: read again, it would be another list. */
export class SimpleArrayError extends MigrateError {
  readonly code = 'SIMPLE_ARRAY';

  /**
   * @param isJson false when the value is not JSON at all
   */
  constructor(
    /** The table. */
    readonly table: string,
    /** The column. */
    readonly column: string,
    /** The value that cannot be written. */
    readonly value: string,
    isJson = true,
  ) {
    const reason = isJson
      ? `, which has no element with a comma, no null, no list or object in it, and no empty text as its only element: a row has ${shortened(value)}`
      : `: a row has what is no JSON: ${shortened(value)}`;
    super(`Column '${column}' of '${table}' cannot become a simple-array${reason}.`, {
      hint: `Change such values first, with op.execute, or give 'using' to op.alterColumn.`,
    });
  }
}

function shortened(value: string): string {
  return value.length > 100 ? `${value.slice(0, 100)}…` : value;
}

/** Columns cannot become a key, since several rows have the same values in them. */
export class DuplicateValuesError extends MigrateError {
  readonly code = 'DUPLICATE_VALUES';

  /**
   * @param values one combination that several rows hold, as SQL.
   * @param isMade whether the change causes them: by the default for NULL, by another type, or by `using`.
   */
  constructor(
    /** The table. */
    readonly table: string,
    /** The columns of the key. */
    readonly columns: readonly string[],
    values: readonly string[],
    /** How many rows hold the same values. */
    readonly rows: number,
    isMade = false,
  ) {
    const named = columns.map((column) => `'${column}'`).join(', ');
    super(
      `${named} of '${table}' cannot be unique: ${rows} rows ${isMade ? 'would hold' : 'hold'} (${values.join(', ')}).`,
      {
        hint: 'Change or delete all but one of such rows first, with op.execute before this operation.',
      },
    );
  }
}

/** A column cannot become the row id, since a row has a value in it that is not an integer. */
export class NoIntegerError extends MigrateError {
  readonly code = 'NO_INTEGER';

  constructor(
    /** The table. */
    readonly table: string,
    /** The column. */
    readonly column: string,
    /** The value that is not an integer. */
    readonly value: string,
  ) {
    super(`The key '${column}' of '${table}' cannot become an integer: a row has ${shortened(value)}.`, {
      hint:
        `Give the rows numbers first, with op.execute, or 'using' in op.alterColumn; what refers to them needs the same numbers. ` +
        'A new column for the key, beside the old one, is often simpler.',
    });
  }
}

/** The catalog holds a statement that this package cannot read. */
export class UnreadableSchemaError extends MigrateError {
  readonly code = 'UNREADABLE_SCHEMA';

  constructor(
    /** The object whose definition cannot be read. */
    readonly object: string,
    problem: string,
    /** Its definition, as the catalog has it. */
    readonly sql: string,
  ) {
    super(`Cannot read the definition of '${object}': ${problem}.`, {
      hint: `SQLite accepted it, so this is a fault of nestjs-migrate. Please report it with this text: ${sql}`,
    });
  }
}

function describe(violations: readonly ForeignKeyViolation[]): string {
  const groups = new Map<string, ForeignKeyViolation[]>();
  for (const violation of violations) {
    const key = `${violation.table}\u0000${violation.parent}`;
    groups.set(key, [...(groups.get(key) ?? []), violation]);
  }
  return [...groups.values()].map(describeGroup).join('; ');
}

function describeGroup(group: readonly ForeignKeyViolation[]): string {
  const { table, parent } = group[0] as ForeignKeyViolation;
  const ids = group.map(({ rowid }) => rowid).filter((rowid) => rowid !== null);
  const hidden = group.length - Math.min(ids.length, SHOWN_ROWS);
  const shown = ids.length === 0 ? '' : ` (rowid ${ids.slice(0, SHOWN_ROWS).join(', ')}${hidden > 0 ? ', …' : ''})`;
  return `${group.length} in '${table}'${shown} that refer to '${parent}'`;
}

/**
 * SQLite enforces foreign keys in the caller's transaction, and dropping the table would delete or orphan rows of others.
 */
export class CallersForeignKeysError extends MigrateError {
  readonly code = 'CALLERS_FOREIGN_KEYS';

  constructor(
    /** The table. */
    readonly table: string,
    /** The tables whose rows refer to it. */
    readonly referring: readonly string[],
  ) {
    super(
      `Table '${table}' cannot be dropped or rebuilt in this transaction: SQLite enforces foreign keys in it, and would delete or orphan the rows that refer to it in ${referring.map((name) => `'${name}'`).join(', ')}.`,
      {
        hint: 'SQLite cannot switch that off inside a transaction. Send `PRAGMA foreign_keys = OFF` before the transaction begins, or run without a queryRunner.',
      },
    );
  }
}
