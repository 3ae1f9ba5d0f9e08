import type { Command } from 'commander';
import type { MigrateError } from '../errors/migrate.error.js';
import type { MigrationOverrides, StopOptions } from '../service/requests.js';
import type { MigrationFleet } from '../fleet/migration-fleet.js';
import type { MigrationService } from '../service/migration.service.js';
import type { CommandOptions } from './command-options.js';
import type { Output } from './output/output.js';
import type { Prompt } from './output/prompt.js';

/** What a command line runs the `db` tree with: `nest-cmd`, or an application's own nest-commander command line. */
export interface CommandHost {
  /** Name of the group: `db`, or the `command` of `MigrateModule.forRoot`. */
  readonly group: string;
  /** What a user types before a command: `npx nest-cmd db`. */
  readonly usage: string;
  readonly output: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder that paths on the command line count from: where the user is. */
  readonly cwd: string;
  /** Adds options of the host to the group's. */
  declareOptions?(group: Command): void;
  /** Called before the options of a call are read from the environment. @throws MigrateError to end it */
  prepare?(options: CommandOptions): void;
  /** The migrations of the application. Called by commands that need the application, and then once. */
  open(request: OpenRequest): Promise<OpenMigrations>;
  /** The tenants of a data source of the application, in its place for commands about them. */
  openFleet(request: OpenRequest): Promise<OpenFleet>;
}

export interface OpenRequest {
  readonly overrides: MigrationOverrides;
  readonly options: CommandOptions;
}

export interface OpenMigrations {
  readonly migrations: MigrationService;
  close(): Promise<void>;
}

export interface OpenFleet {
  readonly fleet: MigrationFleet;
  /** Names of other data sources that have tenants, where the user has named none. */
  readonly others: readonly string[];
  close(): Promise<void>;
}

/** One call of a command: what the user gave, and what the command works with. */
export interface CommandCall {
  readonly args: readonly string[];
  readonly options: CommandOptions;
  readonly output: Output;
  /** What a user types before a command, for messages that name one. */
  readonly usage: string;
  /** Absent where nobody can be asked: no terminal, a CI job, a document as output. */
  readonly prompt: Prompt | undefined;
  /** The application's migrations, narrowed by the group's options. */
  open(): Promise<MigrationService>;
  /** The tenants of a data source of the application. */
  openFleet(): Promise<MigrationFleet>;
  /** What a signal stops the work by; empty for a command that does not stop in order. */
  readonly stopOptions: StopOptions;
}

/** The result of a command. */
export interface CommandResult {
  /** The document that `--json` prints. */
  readonly json: unknown;
  /** Lines for people, on stdout; empty for a command that only acts. */
  readonly text: readonly string[];
  /** The lines are a script, to be printed as they are. @default false */
  readonly isExact?: boolean;
  /** @default 0 */
  readonly exitCode?: 0 | 1;
  /** What failed for some of the data sources, printed after the text; the exit code is the error's. */
  readonly failure?: MigrateError;
}

/** A command of the tree that has commands of its own. */
export interface DbCommandGroup {
  /** Gives it its help. */
  readonly declare: (group: Command) => Command;
  readonly members: readonly DbCommand[];
}

/** One command of the tree. */
export interface DbCommand {
  /** Gives it its arguments, options and help. */
  readonly declare: (group: Command) => Command;
  readonly run: (call: CommandCall) => Promise<CommandResult>;
  /** Whoever calls it may mean all databases of the application: those of other repositories are mentioned. */
  readonly mentionsOthers?: true;
  /** The exit code of errors, where 1 is an answer. @default that of the error */
  readonly exitCodeOfErrors?: 2;
  /** It changes databases: a signal stops it in order, and does not end the process at once. */
  readonly stopsInOrder?: true;
}
