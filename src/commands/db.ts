import { Command, CommanderError, type OutputConfiguration } from 'commander';
import { UsageError } from '../errors/cli.errors.js';
import type { MigrationOverrides } from '../service/requests.js';
import type {
  CommandHost,
  CommandResult,
  DbCommand,
  DbCommandGroup,
  OpenMigrations,
  OpenRequest,
} from './command-host.js';
import { type CommandSection, loadCommandsNamedIn } from './command-list.js';
import type { MigrationService } from '../service/migration.service.js';
import { CommandOptions, pathOf, repeatable } from './command-options.js';
import { Interruption } from './interruption.js';
import { reportError } from './output/error-report.js';
import { type Output, progress } from './output/output.js';
import { fleetReporting } from './output/fleet/fleet-notices.js';
import { RunProgress } from './output/run-progress.js';
import { Prompt } from './output/prompt.js';
import { afterParsing, wantsJson } from './parser-error.js';
import { protectRelative, restoreRelative } from './relative-arguments.js';
import { untilAnswered } from './unanswered.js';

/**
 * Runs the `db` tree.
 *
 * Prints what there is to print, errors too, and throws nothing.
 *
 * @param args what the user typed after the group's name
 * @returns the exit code: 0, 1 for an error or a failed check, 2 for wrong usage
 */
export async function runDb(args: readonly string[], host: CommandHost): Promise<number> {
  host.output.usage = host.usage;
  let exitCode = 0;
  let json = args.includes('--json');
  try {
    const group = defineDb(host, await loadCommandsNamedIn(args), (code) => (exitCode = code));
    json = wantsJson(args, group, host);
    await group.parseAsync(protectRelative(args), { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return afterParsing(error, { output: host.output, usage: host.usage, json });
    return reportError(error, host.output, { debug: args.includes('--debug'), json });
  }
}

/**
 * Declares the group's options and its commands.
 *
 * @param finish called with the exit code of the command that ran
 */
function defineDb(host: CommandHost, sections: readonly CommandSection[], finish: (exitCode: number) => void): Command {
  const group = new Command(host.group);
  declareGroup(group, host);
  for (const { heading, members } of sections) {
    group.commandsGroup(heading);
    const add = (parent: Command, definition: DbCommand | DbCommandGroup): void => {
      const command = definition.declare(parent);
      command.configureHelp({ showGlobalOptions: true });
      command.showHelpAfterError(`(\`${host.usage} ${pathOf(command, group).join(' ')} --help\` shows how)`);
      if ('members' in definition) for (const member of definition.members) add(command, member);
      else command.action(async () => finish(await execute(definition, command, group, host)));
    };
    for (const definition of members) add(group, definition);
  }
  return group;
}

/** The tree of a host, for what only wants to read it: help, completion. */
export function treeOf(host: CommandHost, sections: readonly CommandSection[]): Command {
  return defineDb(host, sections, () => undefined);
}

function declareGroup(group: Command, host: CommandHost): void {
  const { usage, output } = host;
  declareGroupOptions(group)
    .name(usage)
    .usage('[options] <command>')
    .description('Perform database migrations.')
    .helpCommand(false)
    .exitOverride()
    .configureOutput(printing(output))
    .showHelpAfterError(`(\`${usage} --help\` shows what there is)`)
    .addHelpText('after', groupHelp(usage, host.group));
  host.declareOptions?.(group);
}

const HELP_WIDTH = 80;

/** Seconds. */
const DEFAULT_GRACE = 10;

/** How commander prints help and what is wrong with a command line; help has 80 columns where there is no terminal. */
export function printing(output: Output): OutputConfiguration {
  return {
    writeOut: (text) => output.help(text),
    writeErr: (text) => output.usageError(restoreRelative(text)),
    getOutHelpWidth: () => output.widthOf('stdout') ?? HELP_WIDTH,
    getErrHelpWidth: () => output.widthOf('stderr') ?? HELP_WIDTH,
  };
}

function declareGroupOptions(group: Command): Command {
  return group
    .option('-d, --directory <dir>', 'migration repository to use instead of the configured one')
    .addOption(repeatable(group, '-x, --x-arg <key=value>', 'argument that revisions read as op.context.xArgs'))
    .addOption(repeatable(group, '--data-source <name>', 'only this data source'))
    .option('--connect-timeout <ms>', 'longest wait for a connection (default: 10000)')
    .option('--wait <seconds>', 'wait so long for a database that is starting')
    .option('--grace <seconds>', 'how long a run may take to stop at a signal (default: 10)')
    .option('-q, --quiet', 'print warnings and errors only, scripts and --json')
    .option('--json', 'print one JSON document on stdout')
    .option('--debug', 'show the stack of an error, and our own queries');
}

function groupHelp(usage: string, group: string): string {
  return `
Examples:
  ${usage} init                      make the migrations folder
  ${usage} migrate -m "add email"    write what changed in the entities
  ${usage} upgrade                   bring the database up to date
  ${usage} downgrade -1              take the last revision back

Options may come before or after the command. Each can come from the
environment: NEST_${group.toUpperCase()}_DIRECTORY, NEST_${group.toUpperCase()}_UPGRADE_TAG, …`;
}

type Opening<T> = (request: OpenRequest) => Promise<T>;

async function execute(definition: DbCommand, command: Command, group: Command, host: CommandHost): Promise<number> {
  const options = new CommandOptions(command, group, host);
  host.prepare?.(options);
  const flags = { debug: options.flag('debug'), json: options.flag('json') };
  host.output.isQuiet = options.flag('quiet');
  const prompt = flags.json ? undefined : Prompt.of(host.env);
  const name = `\`${host.usage} ${pathOf(command, group).join(' ')}\``;
  let [opened, now]: [Pick<OpenMigrations, 'close'> | undefined, string] = [undefined, name];
  let isAnswered = false;
  // A document is one: what goes wrong behind it is for people.
  const report = (error: unknown): number => {
    const code = reportError(error, host.output, isAnswered ? { ...flags, json: false } : flags);
    return definition.exitCodeOfErrors ?? code;
  };
  const grace = (options.number('grace', 'seconds') ?? DEFAULT_GRACE) * 1_000;
  const interruption = definition.stopsInOrder && new Interruption(host.output, report, grace);
  let live: RunProgress | undefined;
  const starting = async <T extends Pick<OpenMigrations, 'close'>>(open: Opening<T>): Promise<T> => {
    now = `${name}, starting what migrations need of the application,`;
    const made = await open({ options, overrides: { ...readOverrides(options), ...interruption?.stopOptions } });
    [opened, now] = [made, name];
    // To write a script takes no time, and nothing has to be stopped in order.
    if (!options.flag('sql')) interruption?.begin();
    return made;
  };
  const run = async (): Promise<number> => {
    try {
      const result = await definition.run({
        args: command.args.map(restoreRelative),
        options,
        output: host.output,
        usage: host.usage,
        prompt,
        stopOptions: interruption?.stopOptions ?? {},
        openFleet: async () => {
          const { fleet, others } = await starting((request) => host.openFleet(request));
          if (others.length > 0) mention('Not of this fleet', others, host.output);
          return fleet.with(fleetReporting(host.output, flags));
        },
        open: async () => {
          const { migrations } = await starting((request) => host.open(request));
          if (definition.mentionsOthers === true) mentionOthers(migrations, options, host.output);
          const onStep = (step: string): void => void (now = `the ${step}`);
          const named = migrations.dataSources.length > 1;
          const isLogged = migrations.hasLogger;
          if (!flags.json && !host.output.isQuiet) live = new RunProgress(host.output, { named, isLogged });
          return migrations.with(progress(host.output, { named, debug: flags.debug, onStep, isLogged, live }));
        },
      });
      live?.close();
      const printed = print(result, flags, host);
      const code = result.failure === undefined ? printed : (definition.exitCodeOfErrors ?? printed);
      isAnswered = true;
      return interruption?.exitCode(code) ?? code;
    } catch (error) {
      live?.close();
      const code = report(error);
      isAnswered = true;
      return interruption?.exitCode(code) ?? code;
    } finally {
      prompt?.close();
      await opened?.close();
    }
  };
  const isEnding = (): boolean => interruption?.endsProcess === true;
  return untilAnswered({ now: () => now, isEnding, report }, run).finally(() => interruption?.close());
}

/** Data sources with a repository of their own are reached by name: who names none may not know that they are left out. */
function mentionOthers({ otherDataSources }: MigrationService, options: CommandOptions, output: Output): void {
  if (otherDataSources.length === 0 || options.list('dataSource').length > 0) return;
  if (options.text('directory') !== undefined) return;
  mention('Not of this repository', otherDataSources, output);
}

function mention(what: string, dataSources: readonly string[], output: Output): void {
  const names = dataSources.map((name) => `"${name}"`).join(', ');
  const flags = dataSources.map((name) => `--data-source ${name}`).join(', ');
  output.info(`${what}: ${names} (${flags})`);
}

/** @returns the exit code */
function print(result: CommandResult, flags: { debug: boolean; json: boolean }, { output }: CommandHost): number {
  const { json, text, isExact = false, exitCode = 0, failure } = result;
  const printLine = (line: string): void => (isExact ? output.exactLine(line) : output.line(line));
  if (!flags.json) for (const line of text) printLine(line);
  if (failure !== undefined) return reportError(failure, output, flags, json);
  if (flags.json) output.json(json);
  return exitCode;
}

function readOverrides(options: CommandOptions): MigrationOverrides {
  const dataSources = options.list('dataSource');
  const xArgs = Object.fromEntries(options.list('xArg').map(readXArg));
  const connectTimeout = options.number('connectTimeout', 'milliseconds');
  const wait = options.number('wait', 'seconds');
  return {
    ...options.paths('directory'),
    xArgs,
    ...(dataSources.length > 0 && { dataSources }),
    ...(connectTimeout !== undefined && { connectTimeout }),
    ...(wait !== undefined && { waitForDatabase: wait * 1_000 }),
  };
}

/** `key=value`; a key alone has the value '', as in Alembic. */
function readXArg(given: string): readonly [string, string] {
  const [, key = '', value = ''] = /^([^=]*)=?([\s\S]*)$/.exec(given) ?? [];
  if (key === '') throw new UsageError(`-x ${given}: there is no key before the "=".`, { hint: 'Write -x key=value.' });
  return [key, value];
}
