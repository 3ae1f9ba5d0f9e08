import { MigrateError } from './migrate.error.js';
import { placeOf, shortStatement } from './statement-text.js';

/** A revision asked the database something while a script is written, and there is no database to ask. */
export class OfflineReadError extends MigrateError {
  readonly code = 'OFFLINE_READ';

  constructor(
    /** Id of the revision. */
    readonly revision: string,
    /** Absolute path of the revision file; absent where it has none. */
    readonly file: string | undefined,
    /** Line of the file that asked, where the stack shows it. */
    readonly line: number | undefined,
    /** The statement that reads. */
    readonly statement: string,
  ) {
    super(
      `Revision ${revision} reads from the database, which a script cannot do${placeOf(file, line)}: ${shortStatement(statement)}`,
      {
        hint: 'Run it online, or write the change as one statement (INSERT … SELECT, UPDATE … FROM). A SELECT run for its effect goes through op.execute().',
      },
    );
  }
}

/** A revision uses a provider of the application, which a plan does not call, since it may do anything. */
export class PlanProviderError extends MigrateError {
  readonly code = 'PLAN_PROVIDER';

  constructor(
    /** Id of the revision. */
    readonly revision: string,
    token: unknown,
  ) {
    const name = typeof token === 'function' ? token.name : String(token);
    super(`Revision ${revision} uses the provider ${name} of the application (op.get), which may do anything.`, {
      hint: 'What it does is known when the revision runs.',
    });
  }
}

/** A script depends on the state of a table, which is not known without the database. */
export class ScriptTableError extends MigrateError {
  readonly code = 'SCRIPT_TABLE';

  constructor(
    /** The table that is not known. */
    readonly table: string,
    /** Why, as a sentence. */
    readonly why: string,
    cause?: unknown,
  ) {
    super(`The script depends on the state of table "${table}", which is not known without the database: ${why}`, {
      hint: 'Run it online, or make the change with op.createTable, op.addColumn … instead of raw SQL.',
      cause,
    });
  }
}

/** A script depends on a column, a constraint or an index that no operation of the revisions makes. */
export class ScriptMemberError extends MigrateError {
  readonly code = 'SCRIPT_MEMBER';

  constructor(
    /** The table that it belongs to. */
    readonly table: string,
    /** What it is, as people call it: `index`, `column`. */
    readonly what: string,
    /** Its name; absent where it was looked for by its content. */
    readonly member: string | undefined,
    cause: unknown,
  ) {
    const named = member === undefined ? `a ${what}` : `the ${what} '${member}'`;
    super(
      `The script depends on ${named} of table '${table}', which is not known without the database: no operation of the script or of ` +
        'the revisions before it makes it, or what was renamed to it. If the database has it, that was made by hand or with raw SQL.',
      {
        hint:
          what === 'index'
            ? "Run it online, or write the change so that it needs no definition: op.dropIndex('…', '…', { ifExists: true }), and op.createIndex instead of op.renameIndex."
            : 'Run it online, or write the change as SQL, with op.execute.',
        cause,
      },
    );
  }
}

/** A script depends on the state of the tables, and a revision before the script could not be replayed to find it out. */
export class ScriptHistoryError extends MigrateError {
  readonly code = 'SCRIPT_HISTORY';

  constructor(
    /** Id of the revision that could not be replayed. */
    readonly revision: string,
    /** Absolute path of the revision file; absent where it has none. */
    readonly file: string | undefined,
    reason: string,
    cause: unknown,
  ) {
    super(
      `Revision ${revision}${placeOf(file, undefined)} could not be replayed to learn the tables that it leaves: ${reason}`,
      {
        hint: 'A replay has no database, so its queries answer with no rows. Run it online, or write the script from base.',
        cause,
      },
    );
  }
}

/** A statement with parameters that do not fit its placeholders cannot be written into a script. */
export class ScriptParameterError extends MigrateError {
  readonly code = 'SCRIPT_PARAMETER';

  constructor(statement: string, placeholder: string, given: number) {
    super(`No value for parameter ${placeholder}, ${given} given, in: ${shortStatement(statement)}`);
  }
}
