import { RunAbortedError } from './abort.errors.js';
import { MigrateError } from './migrate.error.js';
import { sentences } from './sentences.js';
import { messageOf } from './thrown.js';

/** More names than this are counted, not listed. */
const LISTED = 20;

/** A migration class of TypeORM threw, or the database refused one of its statements. */
export class TypeormMigrationError extends MigrateError {
  readonly code = 'TYPEORM_MIGRATION';
  /** The statement that the database refused, where one was. */
  readonly query: unknown;
  /** The error of the driver, where the database refused a statement. */
  readonly driverError: unknown;

  constructor(
    /** Name of the class, as TypeORM's table has it. */
    readonly migration: string,
    direction: 'run' | 'revert',
    hint: string | undefined,
    cause: unknown,
  ) {
    const reason = messageOf(cause);
    super(`TypeORM migration ${migration} failed in its ${direction === 'run' ? 'up' : 'down'}(): ${reason}`, {
      cause,
      ...(hint !== undefined && { hint }),
    });
    ({ query: this.query, driverError: this.driverError } = Object(cause) as Record<'query' | 'driverError', unknown>);
  }
}

/** A migration class of TypeORM that a revision is to run is neither listed by the data source nor in a file. */
export class TypeormMigrationMissingError extends MigrateError {
  readonly code = 'TYPEORM_MIGRATION_MISSING';

  constructor(
    /** Names of the classes. */
    readonly migrations: readonly string[],
    dataSource: string,
    places: readonly string[],
    cause?: unknown,
  ) {
    super(
      `Cannot find TypeORM migration ${listed(migrations)}: data source "${dataSource}" does not list it under \`migrations\`, and ` +
        (places.length === 0 ? 'the revision names no file of it.' : `it is not in ${places.join(' or ')}.`),
      {
        hint: 'Deploy the old files too, compiled or not, or keep them in the migrations folder: `npx nest-cmd db adopt --move` moves them there, and the revision then loads them from it.',
        cause,
      },
    );
  }
}

/** A file with migrations of TypeORM does not load. */
export class TypeormFileError extends MigrateError {
  readonly code = 'TYPEORM_FILE';

  constructor(
    /** Absolute path of the file. */
    readonly file: string,
    cause: unknown,
  ) {
    super(`${file} cannot be loaded: ${messageOf(cause)}`, {
      hint: 'What it imports must be there. Decorators and path aliases are understood only where the application itself is loaded from its sources.',
      cause,
    });
  }
}

/** Undoing TypeORM's migrations would undo one that no revision knows of. */
export class TypeormTableAheadError extends MigrateError {
  readonly code = 'TYPEORM_TABLE_AHEAD';

  constructor(table: string, unknown: readonly string[]) {
    super(`TypeORM's table "${table}" has later migrations than this revision knows: ${listed(unknown)}.`, {
      hint: 'They may depend on what would be undone. Undo them with TypeORM and the code that has them, or delete their rows when nothing of them is left.',
    });
  }
}

/** TypeORM's table has rows of migrations that a revision does not know, so that its classes are not all that ran. */
export class TypeormUnknownRowsError extends MigrateError {
  readonly code = 'TYPEORM_UNKNOWN_ROWS';

  constructor(table: string, unknown: readonly string[]) {
    super(`TypeORM's table "${table}" has migrations that this revision does not know: ${listed(unknown)}.`, {
      hint: 'Newer code may have run there: add its classes to `classes` in the revision. Where they were deleted on purpose, add `allowUnknown: true` there, as `npx nest-cmd db adopt --allow-unknown` writes it.',
    });
  }
}

/** The script of a revision that runs migration classes of TypeORM was asked for. */
export class TypeormScriptError extends MigrateError {
  readonly code = 'TYPEORM_SCRIPT';

  constructor(
    /** Id of the revision. */
    readonly revision: string,
  ) {
    super(
      `Revision ${revision} runs migration classes of TypeORM, which cannot be written as a script: which statements they send is known only when they run, since a class may ask the database first and decide.`,
      {
        hint: `Run it online (\`upgrade ${revision}\`), and write the script of what follows: \`upgrade ${revision}:head --sql\`. On a database that has all of them it runs nothing: \`stamp ${revision} --sql\` writes that.`,
      },
    );
  }
}

/** There are no migrations of TypeORM to take over, or they cannot be found. */
export class NothingToAdoptError extends MigrateError {
  readonly code = 'NOTHING_TO_ADOPT';
}

/** The migrations of TypeORM that were found cannot be taken over as they are. */
export class AdoptionRefusedError extends MigrateError {
  readonly code = 'ADOPTION_REFUSED';
}

/** How TypeORM's table differs from the migration classes. */
export interface TypeormDifference {
  /** The data source of the database. */
  readonly dataSource: string;
  /** Name of TypeORM's table. */
  readonly table: string;
  /** False where the database has no such table. */
  readonly hasTable: boolean;
  /** Classes that the database does not have yet. */
  readonly pending: readonly string[];
  /** Rows for which there is no class. */
  readonly unknown: readonly string[];
  /** Tables of entities that the database has though it has no such table. */
  readonly entityTables: readonly string[];
}

/** A database is not where the last migration of TypeORM leaves it. */
export class NotAtLastTypeormMigrationError extends MigrateError {
  readonly code = 'NOT_AT_LAST_TYPEORM_MIGRATION';

  constructor(
    /** One for each database that is not there. */
    readonly differences: readonly TypeormDifference[],
    /** The revision that was written before, where there is one. */
    revision: string | undefined,
  ) {
    super(differences.map(describeDifference).join('\n'), { hint: adviceFor(differences, revision) });
  }
}

function describeDifference({
  dataSource,
  table,
  hasTable,
  pending,
  unknown,
  entityTables,
}: TypeormDifference): string {
  return sentences(
    `The database of data source "${dataSource}" is not at the last migration of TypeORM`,
    !hasTable && `There is no table "${table}", so none of them is noted as run`,
    entityTables.length > 0 && `Tables of the entities exist: ${listed(entityTables)}`,
    pending.length > 0 && `Pending: ${listed(pending)}`,
    unknown.length > 0 && `In table "${table}", but in no file: ${listed(unknown)}`,
  );
}

function adviceFor(differences: readonly TypeormDifference[], revision: string | undefined): string {
  const isFull = differences.some(({ entityTables }) => entityTables.length > 0);
  const isPending = differences.some(({ pending, entityTables }) => pending.length > 0 && entityTables.length === 0);
  const isUnknown = differences.some(({ unknown }) => unknown.length > 0);
  const forPending =
    revision === undefined
      ? "Run TypeORM's migrations there first (migration:run), or adopt on a database that has them: a copy of production, a developer's own."
      : `\`npx nest-cmd db upgrade ${revision}\` runs the pending ones there.`;
  return sentences(
    isFull &&
      'Where TypeORM made the tables by these migrations, its table has another name or schema: set migrationsTableName, and schema, as they were then',
    isFull &&
      (revision === undefined
        ? 'Where it did not (synchronize, a dump), running them would fail: adopt on a database that has the table, and then here `npx nest-cmd db stamp` the new revision, or use `npx nest-cmd db adopt --from database`'
        : `Where the database has all that they make, \`npx nest-cmd db stamp ${revision}\`: running them would fail`),
    isPending && forPending,
    isUnknown &&
      'Get the missing files: newer code may have run there. Where they were deleted on purpose and no new database needs them, add --allow-unknown.',
  );
}

function listed(names: readonly string[]): string {
  const rest = names.length - LISTED;
  return rest > 0 ? `${names.slice(0, LISTED).join(', ')} and ${rest} more` : names.join(', ');
}

/**
 * The first revision was written, and the databases were not noted at it: that was stopped, or failed. The files stay; the cause is
 * the error of the run that notes them.
 */
export class AdoptionUnfinishedError extends MigrateError {
  readonly code = 'ADOPTION_UNFINISHED';

  constructor(
    /** Id of the revision that was written. */
    readonly revision: string,
    path: string | undefined,
    /** The command that does the rest: `npx nest-cmd db adopt`. */
    command: string,
    cause: unknown,
  ) {
    const place = path === undefined ? '' : `, ${path}`;
    super(`Revision ${revision} was written${place}, but the database was not noted at it: ${messageOf(cause)}`, {
      hint: sentences(
        cause instanceof RunAbortedError ? undefined : (cause as Partial<MigrateError>).hint,
        `\`${command}\` does the rest`,
      ),
      cause,
    });
  }
}
