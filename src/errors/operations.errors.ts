import { displayName, type QualifiedName } from '../schema/schema.model.js';
import { MigrateError } from './migrate.error.js';
import { methodOf } from './methods.js';

/** The kinds of objects that an operation can name. */
export type ObjectKind =
  'column' | 'constraint' | 'enum' | 'index' | 'primary key' | 'schema' | 'sequence' | 'table' | 'view';

/** How many names of a list an error shows before it says how many more there are. */
const SHOWN_NAMES = 20;

/** A list of names as people read it: `'a', 'b' and 3 more`. */
function namesOf(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN_NAMES).map((name) => `'${name}'`);
  const hidden = names.length - shown.length;
  return hidden > 0 ? `${shown.join(', ')} and ${hidden} more` : shown.join(', ');
}

function hintOfNames(plural: string, names: readonly string[]): string {
  return names.length === 0 ? `There are no ${plural}.` : `The ${plural} there are: ${namesOf(names)}.`;
}

/** An operation names a table that does not exist. */
export class UnknownTableError extends MigrateError {
  readonly code = 'UNKNOWN_TABLE';

  /** @param hint what to do; by default the tables that exist. */
  constructor(
    /** The table that does not exist. */
    readonly table: QualifiedName,
    known: readonly QualifiedName[],
    hint: string = hintOfNames('tables', known.map(displayName)),
  ) {
    super(`There is no table '${displayName(table)}'.`, { hint });
  }
}

/** An operation names a column that its table does not have. */
export class UnknownColumnError extends MigrateError {
  readonly code = 'UNKNOWN_COLUMN';

  constructor(
    /** The table. */
    readonly table: QualifiedName,
    /** The column that the table does not have. */
    readonly column: string,
    known: readonly string[],
  ) {
    super(`Table '${displayName(table)}' has no column '${column}'.`, {
      hint: hintOfNames(`columns of '${displayName(table)}'`, known),
    });
  }
}

/** An operation names a constraint or an index that its table does not have. */
export class UnknownConstraintError extends MigrateError {
  readonly code = 'UNKNOWN_CONSTRAINT';

  /**
   * @param content what it was looked for by, where that was no name: `(a, b)`.
   */
  constructor(
    /** The table. */
    readonly table: QualifiedName,
    /** What it is, as people call it: `index`, `foreign key`. */
    readonly what: string,
    /** The name that it was looked for by; absent where it was looked for by its content. */
    readonly constraint: string | undefined,
    known: readonly (string | undefined)[],
    content?: string,
  ) {
    const named = known.filter((name) => name !== undefined);
    const sought = constraint === undefined ? content : `'${constraint}'`;
    super(`Table '${displayName(table)}' has no ${what}${sought === undefined ? '' : ` ${sought}`}.`, {
      hint: named.length === 0 ? undefined : `What it has of that kind: ${namesOf(named)}.`,
    });
  }
}

/** An operation specifies what to drop by its columns, and a table has several such objects. */
export class AmbiguousConstraintError extends MigrateError {
  readonly code = 'AMBIGUOUS_CONSTRAINT';

  constructor(
    /** The table. */
    readonly table: QualifiedName,
    what: string,
    /** The columns or the expression that several constraints have. */
    readonly content: string,
    names: readonly (string | undefined)[],
  ) {
    const named = names.filter((name) => name !== undefined);
    super(`Table '${displayName(table)}' has more than one ${what} ${content}.`, {
      hint:
        named.length > 0
          ? `Name the one to drop: ${namesOf(named)}.`
          : 'They have no names: for a foreign key say `referencedTableName` too.',
    });
  }
}

/** An operation names an enum, a view or a sequence that does not exist. */
export class UnknownObjectError extends MigrateError {
  readonly code = 'UNKNOWN_OBJECT';

  constructor(
    /** What it is: `enum`, `view`, `sequence`. */
    readonly kind: ObjectKind,
    /** The name that does not exist. */
    readonly object: QualifiedName,
    known: readonly QualifiedName[],
  ) {
    super(`There is no ${kind} '${displayName(object)}'.`, { hint: hintOfNames(`${kind}s`, known.map(displayName)) });
  }
}

/** An operation makes something whose name is taken. */
export class DuplicateObjectError extends MigrateError {
  readonly code = 'DUPLICATE_OBJECT';

  constructor(
    /** What it is: `table`, `column`, `constraint` and so on. */
    readonly kind: ObjectKind,
    /** The name that is taken. */
    readonly object: string,
    /** The table that it belongs to; absent for what belongs to a schema. */
    readonly table?: QualifiedName,
  ) {
    const where = table === undefined ? '' : `Table '${displayName(table)}': `;
    super(`${where}${where === '' ? 'The' : 'the'} ${kind} '${object}' is there already.`, {
      hint: 'Drop or rename the one that is there first, or choose another name.',
    });
  }
}

/** An enum is asked for a label that it does not have, or given one that it has. */
export class EnumValueError extends MigrateError {
  readonly code = 'ENUM_VALUE';

  constructor(
    /** The enum type. */
    readonly enumName: QualifiedName,
    /** The value that it lacks or has. */
    readonly value: string,
    problem: 'missing' | 'duplicate',
    known: readonly string[],
  ) {
    super(
      `The enum '${displayName(enumName)}' ${problem === 'missing' ? 'has no' : 'already has a'} value '${value}'.`,
      {
        hint: `Its values: ${namesOf(known)}.`,
      },
    );
  }
}

/** An operation cannot be reversed, because it does not contain what it takes away or changes. */
export class IrreversibleOperationError extends MigrateError {
  readonly code = 'IRREVERSIBLE_OPERATION';

  /** @param operation the operation as people read it. */
  constructor(operation: string, reason: string) {
    super(`Cannot reverse "${operation}": ${reason}.`, { hint: 'Write the downgrade of this step by hand.' });
  }
}

/** A call of `op` in a revision has an argument that does not fit. */
export class InvalidOperationError extends MigrateError {
  readonly code = 'INVALID_OPERATION';

  /**
   * @param problem what does not fit.
   */
  constructor(
    /** The call as the revision wrote it. */
    readonly call: string,
    problem: string,
    hint?: string,
  ) {
    super(`${call}: ${problem}`, { hint });
  }
}

/** An operation that this kind of database does not support. */
export class UnsupportedOperationError extends MigrateError {
  readonly code = 'UNSUPPORTED_OPERATION';

  /**
   * @param subject what it was to be done to, as people call it: `enum 'status'`.
   */
  constructor(
    /** Kind of the operation: `createEnum`. */
    readonly operation: string,
    /** The database that lacks it. */
    readonly dialect: string,
    subject: string,
    hint?: string,
  ) {
    super(`${methodOf(operation)} is not possible on ${dialect}: ${subject}.`, { hint });
  }
}
