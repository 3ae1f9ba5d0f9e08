import type { Command, Option } from 'commander';
import type { MigrateRequest, RunOptions, UpgradeOptions } from '../service/requests.js';
import { UsageError } from '../errors/cli.errors.js';
import { lossSentence, type RunLoss } from '../errors/data-loss.errors.js';
import type { MigrationService } from '../service/migration.service.js';
import { type CommandOptions, repeatable } from './command-options.js';
import type { Prompt } from './output/prompt.js';

/** The options that `revision` and `migrate` share. */
export function declareRevisionOptions(command: Command): Command {
  return command
    .option('-m, --message <text>', 'what the revision does, in a few words')
    .option('--head <revision>', 'revision to build on (default: head)')
    .option('--splice', 'build on a revision that is not a head')
    .option('--branch-label <label>', 'name for the branch that starts here')
    .option('--version-path <dir>', 'version location for the file')
    .option('--rev-id <id>', 'id of the revision (default: random)')
    .addOption(repeatable(command, '--depends-on <revision>', 'revision that must run before'))
    .addOption(repeatable(command, '--rename <from:to>', 'rename, not drop and add: user.name:user.fullName'))
    .option('--rename-file <file>', 'file with more renames, one on a line')
    .addOption(negative(command, '--no-renames', 'take no drop and addition for a rename: never ask, never warn'))
    .option('--sql-body', 'write SQL statements instead of operations')
    .option('--online', 'write changes of tables in use in steps that keep nobody waiting')
    .addOption(negative(command, '--no-online', 'write them plainly, whatever the option `online` says'))
    .option('--expand <table.column:type>', 'change the type of a column, in three revisions that keep nobody waiting')
    .option('--from-database', 'write what makes the database out of an empty one')
    .addOption(command.createOption('--sql').hideHelp());
}

/** A flag of its own: commander would read the word as the negation of an option without "no-". */
function negative(command: Command, flag: string, text: string): Option {
  return Object.assign(command.createOption(flag, text), { negate: false });
}

/** @throws UsageError for `--sql`: what a revision holds comes from a live database, so there is nothing to print */
export function readRevisionOptions(options: CommandOptions): MigrateRequest {
  if (options.flag('sql')) {
    throw new UsageError('--sql makes no sense here: it is for commands that run revisions.', {
      hint: 'Write the revision, then print it: `npx nest-cmd db upgrade --sql`. For a revision that holds SQL: --sql-body.',
    });
  }
  refuseEntityOptions(options);
  const dependsOn = options.list('dependsOn');
  const renames = options.list('rename');
  const versionPath = options.pathInRepository('versionPath');
  return {
    ...options.texts('message', 'head', 'branchLabel', 'revId', 'expand'),
    ...options.paths('renameFile'),
    ...(versionPath === undefined ? {} : { versionPath }),
    ...(options.flag('splice') ? { splice: true } : {}),
    ...(dependsOn.length === 0 ? {} : { dependsOn }),
    ...(renames.length === 0 ? {} : { renames }),
    ...(options.flag('noRenames') ? { detectRenames: false } : {}),
    ...(options.flag('sqlBody') ? { sqlBody: true } : {}),
    ...readOnline(options),
    ...(options.flag('fromDatabase') ? { fromDatabase: true } : {}),
  };
}

/** @throws UsageError for both flags */
function readOnline(options: CommandOptions): Pick<MigrateRequest, 'online'> {
  const [online, plain] = [options.flag('online'), options.flag('noOnline')];
  if (online && plain) throw new UsageError('--online and --no-online exclude each other: leave one of the two out.');
  return online || plain ? { online } : {};
}

/** @throws UsageError for options about the entities, which `--from-database` does not look at */
function refuseEntityOptions(options: CommandOptions): void {
  if (!options.flag('fromDatabase')) return;
  const idle = changeOptions(options).find(([, isGiven]) => isGiven);
  if (idle === undefined) return;
  throw new UsageError(`${idle[0]} makes no sense with --from-database, which writes what the database holds.`, {
    hint:
      idle[0] === '--sql-body'
        ? 'Write the revision, then print it: `npx nest-cmd db upgrade --sql`.'
        : 'Only a comparison with the entities finds renames: leave one of the two out.',
  });
}

function changeOptions(options: CommandOptions): (readonly [option: string, isGiven: boolean])[] {
  return Object.entries({
    '--rename': options.list('rename').length > 0,
    '--rename-file': options.text('renameFile') !== undefined,
    '--no-renames': options.flag('noRenames'),
    '--sql-body': options.flag('sqlBody'),
    '--expand': options.text('expand') !== undefined,
    '--online': options.flag('online'),
    '--no-online': options.flag('noOnline'),
  });
}

/** @throws UsageError for options that have no meaning for an empty revision */
export function refuseIdleOptions(options: CommandOptions): void {
  const given = [...changeOptions(options), ['--from-database', options.flag('fromDatabase')] as const];
  const idle = given.find(([, isGiven]) => isGiven);
  if (idle === undefined) return;
  throw new UsageError(`${idle[0]} makes no sense here: an empty revision has no changes.`, {
    hint: 'Add --autogenerate, or use `npx nest-cmd db migrate`.',
  });
}

/** Asks the user at the terminal about what may be a rename. */
export function askingAboutRenames(
  prompt: Prompt | undefined,
  { dataSources }: MigrationService,
  { fromDatabase = false }: MigrateRequest,
): Pick<MigrateRequest, 'confirmRename'> {
  if (prompt === undefined || fromDatabase) return {};
  return {
    confirmRename: ({ dataSource, kind, from, to }) => {
      const prefix = dataSources.length > 1 ? `[${dataSource}] ` : '';
      const what = kind === 'schema' ? 'schema ' : '';
      return prompt.confirm(`${prefix}Was ${what}"${from}" renamed to "${to}"?`);
    },
  };
}

/** The options of every command that can write a script. */
export function declareScriptOptions(command: Command): Command {
  return command
    .option('--sql', 'write the SQL and touch no database')
    .option('--output <dir>', 'folder for the SQL: NAME.sql for each data source');
}

/** @throws UsageError for `--output` where nothing is written */
export function readRunOptions(options: CommandOptions): RunOptions {
  const sql = options.flag('sql');
  if (!sql && options.text('output') !== undefined) {
    throw new UsageError('--output is the folder for scripts, and this would run on the database.', {
      hint: 'Add --sql to write scripts.',
    });
  }
  return { sql, ...options.texts('tag') };
}

/** The options that upgrade, downgrade and stamp share. */
export function declareRunOptions(command: Command): Command {
  return declareScriptOptions(command).option('--tag <word>', 'word that revisions read as op.context.tag');
}

/** The options of `upgrade` and `downgrade`. */
export function declareUpgradeOptions(command: Command): Command {
  return declareRunOptions(command)
    .option('--resume-from <number>', 'statement of a revision left in its middle to go on with')
    .option('--abandon', 'forget how far a revision came that was left in its middle in the other direction')
    .option('--yes', 'do not ask before rows or values are lost')
    .option('--plan', 'show what it would do, and run nothing')
    .option('--format <format>', 'with --plan: text, json or markdown (default: text)');
}

/**
 * Whether the plan is to be shown in place of the run.
 *
 * @throws UsageError for options of the one that mean nothing for the other
 */
export function wantsPlan(options: CommandOptions): boolean {
  const isPlan = options.flag('plan');
  if (!isPlan && options.text('format') !== undefined) {
    throw new UsageError('--format is for plans, and this would run on the database.', { hint: 'Add --plan.' });
  }
  const idle =
    ['sql', 'yes', 'abandon'].find((name) => options.flag(name)) ??
    (options.text('resumeFrom') === undefined ? undefined : 'resume-from');
  if (isPlan && idle !== undefined)
    throw new UsageError(`--plan runs nothing, so that --${idle} has no meaning with it.`);
  return isPlan;
}

/** Asks the person at the terminal once before a run takes rows or values away; `--yes` has answered. */
export function askingAboutLosses(
  prompt: Prompt | undefined,
  options: CommandOptions,
  { dataSources }: MigrationService,
): Pick<UpgradeOptions, 'confirmDataLoss' | 'onDataLoss'> {
  if (options.flag('yes')) return { onDataLoss: 'allow' };
  if (prompt === undefined) return {};
  const named = (loss: RunLoss): string =>
    `${dataSources.length > 1 ? `[${loss.dataSource}] ` : ''}${lossSentence(loss)}.`;
  return { confirmDataLoss: (losses) => prompt.confirm(`${losses.map(named).join(' ')} Run it?`) };
}

/** @throws UsageError for a number that is none */
export function readUpgradeOptions(options: CommandOptions): UpgradeOptions {
  const resumeFrom = options.count('resumeFrom');
  return {
    ...readRunOptions(options),
    ...(resumeFrom === undefined ? {} : { resumeFrom }),
    ...(options.flag('abandon') && { abandon: true }),
  };
}
