import { MigrateError } from './migrate.error.js';

/** The migrations directory does not exist, or is not one. */
export class RepositoryNotFoundError extends MigrateError {
  readonly code = 'REPOSITORY_NOT_FOUND';

  /** @param ownOf the data source whose own repository it is, where others have another */
  constructor(
    /** Absolute path of the repository. */
    readonly directory: string,
    ownOf?: string,
  ) {
    const init = ownOf === undefined ? 'npx nest-cmd db init' : `npx nest-cmd db init --data-source ${ownOf}`;
    super(`There is no migration repository in ${directory}`, {
      hint: `Make one with \`${init}\`, or name the right directory with -d.`,
    });
  }
}

/** A command would write into a folder of the build, where the next build deletes it. */
export class RepositoryInBuildError extends MigrateError {
  readonly code = 'REPOSITORY_IN_BUILD';

  constructor(
    /** Absolute path of the folder. */
    readonly directory: string,
    /** Absolute folder of the build. */
    readonly outDir: string,
    /** Where the directory belongs among the sources, if there are any. */
    readonly source?: string,
  ) {
    super(`${directory} is in the build (${outDir}): the next build would delete what is written there`, {
      hint:
        source === undefined
          ? 'Write revisions where the sources of the application are, and build it again.'
          : `Move the folder to ${source}. It is taken from there wherever the sources are.`,
    });
  }
}

/** A repository is that of other applications of the workspace. */
export class RepositoryOfOthersError extends MigrateError {
  readonly code = 'REPOSITORY_OF_OTHERS';

  constructor(
    /** Absolute path of the repository. */
    readonly directory: string,
    /** The applications that use it. */
    readonly applications: readonly string[],
    /** The one that the command is run for. */
    readonly application: string,
  ) {
    const those = applications.map((name) => `"${name}"`).join(', ');
    const own = `migrations-${application.replace(/^.*[/\\]/, '')}`;
    super(
      `The repository ${directory} is that of ${those} (migrations.json), and this is the application "${application}"`,
      {
        hint:
          `Give it one of its own: MigrateModule.forRoot({ directory: '${own}' }). ` +
          `Only where they have one database and the same entities, add "${application}" to "applications" in migrations.json.`,
      },
    );
  }
}

/** `init` was given a directory that already has something in it. */
export class DirectoryNotEmptyError extends MigrateError {
  readonly code = 'DIRECTORY_NOT_EMPTY';

  /** @param directory Absolute path of the directory. */
  constructor(readonly directory: string) {
    super(`The directory ${directory} already exists and is not empty`, {
      hint: 'Choose another one with -d, or empty it when nothing in it is needed.',
    });
  }
}

/** A new repository could not be written; what had been written of it is gone again. */
export class RepositoryNotWrittenError extends MigrateError {
  readonly code = 'REPOSITORY_NOT_WRITTEN';

  constructor(
    /** Absolute path of the repository. */
    readonly directory: string,
    /** Absolute path of what could not be written. */
    readonly path: string,
    cause: unknown,
  ) {
    const { code = '', message = String(cause) } = (cause ?? {}) as NodeJS.ErrnoException;
    const { reason, hint } = WHY_NOT_WRITTEN[code] ?? { reason: message };
    const inside = path === directory ? '' : `: ${path} cannot be written`;
    const shown = reason === message || code === '' ? reason : `${reason} (${code})`;
    super(`Cannot make the directory ${directory}${inside}: ${shown}`, {
      hint: hint ?? 'Choose another directory with -d. Nothing was written.',
      cause,
    });
  }
}

/** What the operating system's error codes mean where a directory is made. */
const WHY_NOT_WRITTEN: Readonly<Record<string, { readonly reason: string; readonly hint?: string }>> = {
  EACCES: {
    reason: 'this user has no right to write there',
    hint: 'Give the user that runs the command the right to write, or choose another directory with -d. Nothing was written.',
  },
  EPERM: { reason: 'the system does not allow it' },
  EROFS: { reason: 'the file system is read-only' },
  ENOTDIR: { reason: 'a part of the path is a file' },
  EEXIST: { reason: 'a part of the path is a file, or a link that leads nowhere' },
  EISDIR: { reason: 'there is a folder where a file of the template belongs' },
  ENAMETOOLONG: { reason: 'the path is too long' },
  ELOOP: { reason: 'its symbolic links lead in a circle' },
  ENOENT: { reason: 'a folder above it is not there and cannot be made' },
  ENOSPC: { reason: 'no space is left on the device', hint: 'Free some space, and run it again. Nothing was written.' },
  EDQUOT: { reason: 'the disk quota is used up', hint: 'Free some space, and run it again. Nothing was written.' },
};

/** No template has this name, or the directory given is not a template. */
export class TemplateNotFoundError extends MigrateError {
  readonly code = 'TEMPLATE_NOT_FOUND';
}

/** A setting, in migrations.json or given by the module, is unknown or of the wrong type. */
export class InvalidSettingsError extends MigrateError {
  readonly code = 'INVALID_SETTINGS';
}

/** A revision file cannot be read, or lacks what a revision must declare. `line` and `column` count from 1. */
export class InvalidRevisionFileError extends MigrateError {
  readonly code = 'INVALID_REVISION_FILE';

  constructor(
    /** Absolute path of the file. */
    readonly file: string,
    reason: string,
    options: { line?: number; column?: number; hint?: string; cause?: unknown } = {},
  ) {
    const place = [file, options.line, options.column].filter((part) => part !== undefined).join(':');
    super(`${place}: ${reason}`, options);
    if (options.line !== undefined) this.line = options.line;
    if (options.column !== undefined) this.column = options.column;
  }

  /** Line of the mistake, counted from 1, where it is known. */
  readonly line?: number;
  /** Column of the mistake, counted from 1, where it is known. */
  readonly column?: number;
}

/** The template of new revisions fails, or does not write what a revision needs. Nothing was written. */
export class TemplateFailedError extends MigrateError {
  readonly code = 'TEMPLATE_FAILED';

  constructor(
    /** Absolute path of the template. */
    readonly template: string,
    reason: string,
    options: { line?: number; cause?: unknown } = {},
  ) {
    super(`${template}${options.line === undefined ? '' : `:${options.line}`}: ${reason}`, {
      cause: options.cause,
      hint: 'Correct the template, or take the one that `npx nest-cmd db init` writes. No revision was written.',
    });
  }
}

/** --version-path is not one of the version locations, or is needed and missing. */
export class VersionPathError extends MigrateError {
  readonly code = 'INVALID_VERSION_PATH';
}

/** The file that a new revision would be written to is already there. */
export class RevisionFileExistsError extends MigrateError {
  readonly code = 'REVISION_FILE_EXISTS';

  /** @param file Absolute path of the file. */
  constructor(readonly file: string) {
    super(`The file ${file} already exists`, {
      hint: 'Put %(rev)s into the file template, or choose another --message or --rev-id.',
    });
  }
}

/** The revision was written, and then one of the postWriteHooks failed on it. The file stays. */
export class TemplateArgumentError extends MigrateError {
  readonly code = 'TEMPLATE_ARGUMENT';

  constructor(names: readonly string[]) {
    super(`One of the templateArgs has a name that a template has already: ${names.join(', ')}.`, {
      hint: 'A template has revision, downRevision, branchLabels, dependsOn, message, doc, createDate, revises, imports, literal, upgrade and downgrade. No revision was written.',
    });
  }
}

/** A post-write hook failed. */
export class PostWriteHookError extends MigrateError {
  readonly code = 'POST_WRITE_HOOK_FAILED';

  constructor(
    /** Name of the hook. */
    readonly hook: string,
    /** Absolute path of the revision file, which stays. */
    readonly file: string,
    /** Exit status; null when the program could not be started or was killed; `threw` for a function. */
    readonly status: number | null | 'threw',
    /** What the program printed, or the message of what was thrown. */
    readonly output: string,
    cause?: unknown,
  ) {
    const end = status === null ? 'could not be run' : status === 'threw' ? 'failed' : `exited with ${status}`;
    super(`The post-write hook "${hook}" ${end} for ${file}${output === '' ? '' : `: ${output}`}`, {
      cause,
      hint: 'The revision file is there. Run the hook by hand, or correct postWriteHooks.',
    });
  }
}

/** A file of the repository still has the markers of a merge conflict. Nothing is read from it, and nothing was written. */
export class MergeConflictError extends MigrateError {
  readonly code = 'MERGE_CONFLICT';

  constructor(
    /** Absolute path of the file. */
    readonly file: string,
    /** Line of the first marker, counted from 1. */
    readonly line: number,
    marker: string,
  ) {
    super(`${file}:${line}: has a merge conflict that is not resolved (${marker})`, {
      hint:
        'Edit the file until no markers are left.' +
        (/\.[cm]?[jt]s$/.test(file)
          ? ' Two revisions that ended up in one file need a file each; `npx nest-cmd db merge` then joins the two heads.'
          : ''),
    });
  }
}
