import { MigrateError } from './migrate.error.js';
import { sentences } from './sentences.js';
import { placeOf } from './source-place.js';
import { describeThrown, messageOf } from './thrown.js';

/** A command was called in a way it cannot be called. */
export class UsageError extends MigrateError {
  readonly code = 'USAGE';
  override readonly exitCode = 2;
}

const unfinished = {
  waits: {
    what: 'waits for something that never comes',
    hint: 'Look there for a promise that is awaited and never settled. What was not committed is rolled back.',
  },
  exits: {
    what: 'ended the process',
    hint: 'Look there for process.exit(): throw an error instead. What was not committed is rolled back.',
  },
};

/** The process ended before the command had answered. */
export class CommandUnfinishedError extends MigrateError {
  readonly code = 'COMMAND_UNFINISHED';

  /**
   * @param reason nothing was left that could happen, or something called `process.exit()`
   */
  constructor(
    /** What was going on, as a noun phrase. */
    readonly activity: string,
    reason: keyof typeof unfinished,
  ) {
    const { what, hint } = unfinished[reason];
    super(`The command did not finish: ${activity} ${what}.`, { hint });
  }
}

/** Something was thrown where nobody catches it while a command worked: in a timer, or a promise that is not awaited. */
export class UnhandledFailureError extends MigrateError {
  readonly code = 'UNHANDLED_FAILURE';

  constructor(
    /** What was going on, as a noun phrase. */
    readonly activity: string,
    thrown: unknown,
  ) {
    const place = placeOf(thrown);
    super(
      `The command did not finish: ${activity}: ${place === undefined ? '' : `${place}: `}${describeThrown(thrown)}`,
      {
        hint: 'Nobody caught it: it was thrown in a callback, or in a promise that is not awaited. What was not committed is rolled back.',
        cause: thrown,
      },
    );
  }
}

/** A signal ended the process before a run that it had asked to stop had done so. */
export class RunInterruptedError extends MigrateError {
  readonly code = 'RUN_INTERRUPTED';

  constructor(message: string) {
    super(message, {
      hint: 'The database rolls back what was open when it finds the connection gone. `npx nest-cmd db status` and `npx nest-cmd db log` show where it is.',
    });
  }
}

/** A command about tenants was called for a data source that has none. */
export class FleetMissingError extends MigrateError {
  readonly code = 'FLEET_MISSING';

  /**
   * @param fleets names of the data sources that have tenants
   */
  constructor(dataSource: string, fleets: readonly string[]) {
    super(`Data source "${dataSource}" of MigrateModule has no tenants.`, {
      hint:
        fleets.length > 0
          ? `Data sources with tenants: ${fleets.join(', ')} (--data-source ${fleets[0] ?? ''}).`
          : `Give it a directory of them: MigrateModule.forRoot([{ name: '${dataSource}', tenants: { useFactory: () => ({ tenants: () => [{ id: 'acme', schema: 'acme' }] }) } }]). Without tenants the command is \`npx nest-cmd db upgrade\`.`,
    });
    this.dataSource = dataSource;
  }
}

/** A run of a fleet has ended, and some of its tenants are not where it leads to. */
export class FleetUnfinishedError extends MigrateError {
  readonly code = 'FLEET_UNFINISHED';

  constructor({ runId, tenants, done, failed, notTried }: UnfinishedRun) {
    const parts = [
      ...(failed.length > 0 ? [`${failed.length} of ${tenants} tenants failed`] : []),
      ...(notTried > 0
        ? [failed.length > 0 ? `${notTried} were not tried` : `${notTried} of ${tenants} tenants were not tried`]
        : []),
    ];
    const command = 'npx nest-cmd db fleet';
    super(`${parts.join(', and ')}.`, {
      hint: sentences(
        `\`${command} retry ${runId}\` does the rest, \`${command} runs ${runId}\` lists the tenants.`,
        done > 0 && `\`${command} downgrade --run ${runId}\` takes back what it did.`,
      ),
    });
  }
}

/** How the run of a fleet has ended. */
interface UnfinishedRun {
  readonly runId: string;
  readonly tenants: number;
  readonly done: number;
  readonly failed: readonly unknown[];
  readonly notTried: number;
}

/** The script of a data source could not be written. */
export class ScriptFileError extends MigrateError {
  readonly code = 'SCRIPT_FILE';

  constructor(
    /** Absolute path of the file. */
    readonly file: string,
    dataSource: string,
    cause: unknown,
  ) {
    const reason = messageOf(cause);
    super(`Cannot write the script of data source "${dataSource}" to ${file}: ${reason}`, {
      hint: '--output names the folder that the scripts are written to.',
      cause,
    });
  }
}

/** No root module was found anywhere that `nest-cmd` looks. */
export class ApplicationNotFoundError extends MigrateError {
  readonly code = 'APPLICATION_NOT_FOUND';

  /** @param tried The places that were searched. */
  constructor(readonly tried: readonly string[]) {
    super(
      ['Cannot find the root module of a Nest application. Tried:', ...tried.map((one) => `  - ${one}`)].join('\n'),
      {
        hint: 'Run in the application\'s folder, or say where the module is: `NEST_APP=src/app.module.ts#AppModule npx nest-cmd …`, --app FILE#Export, or "nest-cmd": { "app": "…" } in package.json.',
      },
    );
  }
}

/** A workspace has several Nest applications, and none is specified. */
export class SeveralApplicationsError extends MigrateError {
  readonly code = 'SEVERAL_APPLICATIONS';

  constructor(
    file: string,
    /** Names of the applications. */
    readonly applications: readonly string[],
  ) {
    super(`${file} has several applications: ${applications.join(', ')}.`, {
      hint: `Name one: --project ${applications[0] ?? ''}, or run in its folder.`,
    });
  }
}

/** A configuration file that specifies where the application is cannot be read. */
export class ProjectFileInvalidError extends MigrateError {
  readonly code = 'PROJECT_FILE_INVALID';

  constructor(file: string, reason: string, hint?: string) {
    super(`${file}: ${reason}`, hint === undefined ? undefined : { hint });
  }
}

/** The file of the root module was loaded, and has no such module. */
export class RootModuleInvalidError extends MigrateError {
  readonly code = 'ROOT_MODULE_INVALID';
}

/** The application's code cannot be loaded: a syntax error, a module that is missing, a throw at import. */
export class ApplicationLoadError extends MigrateError {
  readonly code = 'APPLICATION_LOAD_FAILED';
}

/** TypeScript source was to be loaded, and the application has nothing to compile it with. */
export class CompilerMissingError extends MigrateError {
  readonly code = 'COMPILER_MISSING';

  constructor(root: string) {
    super(`Cannot load TypeScript: neither @swc/core nor typescript (6 or older) is installed in ${root}.`, {
      hint: 'npm install --save-dev @swc/core, or build the application first (nest build).',
    });
  }
}

/** A package that `nest-cmd` takes from the application is not installed there. */
export class PackageMissingError extends MigrateError {
  readonly code = 'PACKAGE_MISSING';

  constructor(name: string, root: string) {
    super(`${name} is not installed in ${root}.`, { hint: `npm install ${name}` });
  }
}

/** The application's modules cannot be put together, or a provider that migrations need fails. */
export class ApplicationBootError extends MigrateError {
  readonly code = 'APPLICATION_BOOT_FAILED';
}

/** A factory of the application queried a database while `nest-cmd` made the data sources, which are not connected then. */
export class NothingConnectedError extends MigrateError {
  readonly code = 'NOTHING_CONNECTED';

  constructor() {
    super('this queries the database, and nothing is connected while nest-cmd makes the data sources.');
  }
}

/** The application does not import MigrateModule, or its commands have another name. */
export class MigrateModuleMissingError extends MigrateError {
  readonly code = 'MIGRATE_MODULE_MISSING';

  constructor(rootModule: string, groups: readonly string[]) {
    super(
      groups.length === 0
        ? `${rootModule} and the modules it imports do not import MigrateModule.`
        : `The migration commands of this application have another name: ${groups.join(', ')}.`,
      {
        hint:
          groups.length === 0
            ? `Add MigrateModule.forRoot() to the imports of ${rootModule}.`
            : `Run \`npx nest-cmd ${groups[0] ?? ''} …\`, as MigrateModule.forRoot({ command }) says.`,
      },
    );
  }
}

/** The application's MigrateModule is that of another copy of this package, most often one in a bundle. */
export class MigrateModuleCopiedError extends MigrateError {
  readonly code = 'MIGRATE_MODULE_COPIED';

  /** @param place of the class, as far as it is known: `dist/main.js:431` */
  constructor(rootModule: string, place: string | undefined) {
    super(
      `${rootModule} imports MigrateModule from another copy of nestjs-migrate than the one that was started${place === undefined ? '' : `: from ${place}`}.`,
      {
        hint:
          'Where a bundler put it there, keep packages outside of the bundle: nestjs-migrate, @nestjs/* and typeorm in `externals` ' +
          '("Bundles" in docs/guide/running.md). Where it is installed twice, `npm ls nestjs-migrate` shows it.',
      },
    );
  }
}

/** `nest-cmd NAME` where NAME is neither a group of migration commands nor a command of the application. */
export class UnknownCommandError extends MigrateError {
  readonly code = 'UNKNOWN_COMMAND';
  override readonly exitCode = 2;

  constructor(name: string, known: readonly string[]) {
    super(`There is no command "${name}".`, { hint: `Known commands: ${known.join(', ')}.` });
  }
}

/** `op.get(token)` asked for a provider that the application does not have, or that cannot be made outside a request. */
export class ProviderUnavailableError extends MigrateError {
  readonly code = 'PROVIDER_UNAVAILABLE';
}

/** The file that the user named starts the application, and its text does not show which module it starts. */
export class EntryUnreadableError extends MigrateError {
  readonly code = 'ENTRY_UNREADABLE';

  constructor(by: string, reference: string, reading: { readonly place: string; readonly reason: string }) {
    super(
      `${by} names ${reference}, which starts the application. It is read, and never run, but ${reading.place}: ${reading.reason}.`,
      {
        hint: 'Name the file of the root module: FILE#Export, as in src/app.module.ts#AppModule. A module that is in the file that starts the application has to move to a file of its own.',
      },
    );
  }
}
