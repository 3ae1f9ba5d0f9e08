import { MigrateError } from './migrate.error.js';
import { sentences } from './sentences.js';
import { messageOf } from './thrown.js';

/** A data source was named that the application does not have. */
export class DataSourceNotFoundError extends MigrateError {
  readonly code = 'DATA_SOURCE_NOT_FOUND';
  override readonly exitCode: 1 | 2;

  constructor(name: string, known: readonly string[]) {
    super(`There is no data source "${name}" here.`, {
      hint:
        known.length === 0
          ? `Import TypeOrmModule.forRoot(${name === 'default' ? '…' : `{ name: '${name}', … }`}) next to MigrateModule, or pass { dataSource } to MigrateModule.forRoot(): a DataSource, or { inject: [TOKEN] } for a provider.`
          : `Known data sources: ${known.join(', ')}.`,
    });
    this.exitCode = known.length === 0 ? 1 : 2;
  }
}

/** The application has the data source, and could not make it: its options or its factory failed. */
export class DataSourceFailedError extends MigrateError {
  readonly code = 'DATA_SOURCE_FAILED';

  /** @param reason what failed, with its place: `src/app.module.ts:12: no url` */
  constructor(dataSource: string, reason: string, options: { readonly hint: string; readonly cause: unknown }) {
    super(`Cannot make data source "${dataSource}": ${reason}`, options);
    this.dataSource = dataSource;
  }
}

/** An argument or an option of `MigrateModule` or a service does not exist, or has a value that it cannot have. */
export class MigrateOptionsError extends MigrateError {
  readonly code = 'MIGRATE_OPTIONS';
}

/** A data source for which a call failed. */
export interface DataSourceFailure {
  /** The data source that failed. */
  readonly dataSource: string;
  /** What was thrown, a `MigrateError` in most cases. */
  readonly error: unknown;
}

/** A call that is about several data sources failed for some of them. */
export class DataSourcesFailedError extends MigrateError {
  readonly code = 'DATA_SOURCES_FAILED';
  /** One for each data source that failed, in their order. */
  readonly failures: readonly DataSourceFailure[];

  constructor(
    failures: readonly { readonly dataSource: string; readonly error?: unknown }[],
    total: number,
    /** What the call would have answered without the data sources that failed. */
    readonly answer: unknown,
  ) {
    super([`${failures.length} of ${total} data sources failed.`, ...failures.map(describeFailure)].join('\n'), {
      cause: failures[0]?.error,
    });
    this.failures = failures.map(({ dataSource, error }) => ({ dataSource, error }));
  }
}

function describeFailure({ dataSource, error }: { readonly dataSource: string; readonly error?: unknown }): string {
  const message = messageOf(error);
  return `  ${dataSource}: ${sentences(message, error instanceof MigrateError && error.hint)}`;
}

/** A data source could not be opened. */
export class DatabaseUnreachableError extends MigrateError {
  readonly code = 'DATABASE_UNREACHABLE';

  /** @param options `unset` names options without a value: the more likely reason, so it comes first */
  constructor(
    dataSource: string,
    target: string,
    reason: string,
    options: { cause?: unknown; hint?: string; unset?: string } = {},
  ) {
    const { cause, hint = 'Is it running, and are host, port, user and password right?', unset } = options;
    super(`Cannot reach the database of data source "${dataSource}" (${target}): ${reason}`, {
      cause,
      hint: unset === undefined ? hint : `${unset}\n${hint}`,
    });
  }
}

/** The data source's entities, subscribers or migrations do not load, or TypeORM refuses them or its options. */
export class DataSourceInvalidError extends MigrateError {
  readonly code = 'DATA_SOURCE_INVALID';

  constructor(dataSource: string, reason: string, cause?: unknown, hint?: string) {
    super(`Cannot initialise data source "${dataSource}": ${reason}`, {
      cause,
      ...(hint === undefined ? {} : { hint }),
    });
  }
}

/** Autogenerate was asked of a database that is not at the heads of the revision files. */
export class DatabaseNotUpToDateError extends MigrateError {
  readonly code = 'DATABASE_NOT_UP_TO_DATE';

  constructor(
    dataSource: string,
    /** Where its database is. */
    readonly target: string,
    /** Ids of the revisions that the database is at. */
    readonly current: readonly string[],
    /** Ids of the heads of the revision files. */
    readonly heads: readonly string[],
    command: string,
  ) {
    super(
      `Target database is not up to date: data source "${dataSource}" (${target}) is at ${list(current)}, head is ${list(heads)}.`,
      { hint: `Run \`npx nest-cmd ${command} upgrade${heads.length > 1 ? ' heads' : ''}\` first.` },
    );
  }
}

/** `current({ checkHeads })` found a database that is not at the heads. */
export class DatabaseNotAtHeadsError extends MigrateError {
  readonly code = 'DATABASE_NOT_AT_HEADS';

  constructor(dataSource: string, current: readonly string[], heads: readonly string[]) {
    super(
      `Database is not on all head revisions: data source "${dataSource}" is at ${list(current)}, heads are ${list(heads)}.`,
    );
  }
}

/** Autogenerate found no entity at all, and would have dropped every table. */
export class NoEntitiesError extends MigrateError {
  readonly code = 'NO_ENTITIES';

  constructor(dataSource: string, listed: ListedEntities = { unmatched: [], files: [], classes: [] }) {
    const { unmatched, files, classes } = listed;
    const reasons = [
      unmatched.length > 0 && `no file matches ${unmatched.join(', ')}`,
      files.length > 0 && `no entity is exported by ${files.join(', ')}`,
      classes.length > 0 && `no @Entity() decorates ${classes.join(', ')}`,
    ].filter((reason) => reason !== false);
    const nothing = `Data source "${dataSource}" has 0 entities, so there is nothing to compare the database with`;
    super(reasons.length === 0 ? `${nothing}.` : `${nothing}. In its \`entities\`, ${reasons.join('; ')}.`, {
      hint:
        reasons.length === 0
          ? 'Name them in `entities`, or set `autoLoadEntities: true` and import TypeOrmModule.forFeature([…]) in a module of the application.'
          : sentences(
              unmatched.length > 0 &&
                "Is the pattern right, and is the application built if it leads into the build? Relative patterns begin in the application's folder.",
              files.length + classes.length > 0 && 'An entity is an exported class with @Entity(), or an EntitySchema.',
            ),
    });
  }
}

/** What became of the entries of a data source's `entities`, where none of them is an entity. */
export interface ListedEntities {
  /** Patterns that no file matches. */
  readonly unmatched: readonly string[];
  /** Files of the other patterns. */
  readonly files: readonly string[];
  /** Names of classes without decorator. */
  readonly classes: readonly string[];
}

/** Something was asked for that cannot be written as a script (`sql`). */
export class OfflineUnavailableError extends MigrateError {
  readonly code = 'OFFLINE_UNAVAILABLE';
}

/** An option about changes was given to a call that looks for none. */
export class IdleOptionError extends MigrateError {
  readonly code = 'IDLE_OPTION';

  /** @param option The option that has no meaning without `autogenerate`. */
  constructor(readonly option: string) {
    super(`'${option}' has no meaning for an empty revision, which has no changes.`, {
      hint: 'Add `autogenerate: true`, or call `migrate`.',
    });
  }
}

/** A revision was to be written from the database, with an option that is about the entities. */
export class FromDatabaseOptionError extends MigrateError {
  readonly code = 'FROM_DATABASE_OPTION';

  constructor(
    /** The option that is about the entities. */
    readonly option: string,
    /** How the call asks for the database. */
    asked = 'fromDatabase',
  ) {
    super(`'${option}' has no meaning with \`${asked}\`, which writes what the database holds.`, {
      hint:
        option === 'sqlBody'
          ? 'Write the revision, then print it with `upgrade({ sql: true })`.'
          : 'Leave one of the two out.',
    });
  }
}

/** A revision was to be written from the database, where there are revisions that made it. */
export class RevisionsExistError extends MigrateError {
  readonly code = 'REVISIONS_EXIST';

  constructor(
    /** Absolute path of the repository. */
    readonly directory: string,
    /** Ids of the heads that exist. */
    readonly heads: readonly string[],
    command: string,
  ) {
    super(
      `A revision from the database can only be the first one, and ${directory} has revisions already (head: ${heads.join(', ')}).`,
      {
        hint:
          `To write what the entities have and the database lacks: \`npx nest-cmd ${command} migrate\`. ` +
          `To begin a history of its own: \`npx nest-cmd ${command} --directory OTHER init\`, then \`npx nest-cmd ${command} --directory OTHER migrate --from-database\`.`,
      },
    );
  }
}

/** A configure hook threw, or answered with something that is no config. */
export class ConfigureHookError extends MigrateError {
  readonly code = 'CONFIGURE_HOOK';

  constructor(hook: string, of: { command: string; dataSource: string }, reason: string, cause?: unknown) {
    const which = hook === '' ? 'A configure hook without a name' : `The configure hook ${hook}`;
    super(`${which} failed for \`${of.command}\` of data source "${of.dataSource}": ${reason}`, { cause });
  }
}

/** A revision has nothing to open in an editor, or the editor failed. */
export class EditorError extends MigrateError {
  readonly code = 'EDITOR';
}

function list(ids: readonly string[]): string {
  return ids.length === 0 ? '<base>' : ids.join(', ');
}
