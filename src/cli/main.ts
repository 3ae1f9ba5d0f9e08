import { Command, CommanderError } from 'commander';
import { UsageError } from '../errors/cli.errors.js';
import { loadAllCommands } from '../commands/command-list.js';
import { printing, runDb, treeOf } from '../commands/db.js';
import { afterParsing } from '../commands/parser-error.js';
import { untilAnswered } from '../commands/unanswered.js';
import { reportError } from '../commands/output/error-report.js';
import { Output } from '../commands/output/output.js';
import { version } from '../version.js';
import { declareApplicationOptions, type Installation } from './installation.js';
import { NestCmdHost } from './nest-cmd-host.js';
import { claimStdout } from '../commands/output/streams.js';

const DEFAULT_GROUP = 'db';

/** Runs the command line of this process, and ends the process when everything is printed. */
export function start(installation: Installation): void {
  const stdout = claimStdout();
  const output = new Output(stdout, process.stderr, process.env);
  const args = process.argv.slice(2);
  const debug = args.includes('--debug');
  const fail = (error: unknown): number => reportError(error, output, { debug, json: false });
  // What the application left running in the background must neither hang nor survive the command.
  process.on('uncaughtException', (error) => {
    // A command that is under way reports it itself, with what it was doing.
    if (process.listenerCount('uncaughtException') === 1) stdout.exit(fail(error));
  });
  main(args, output, installation, stdout.release).then(stdout.exit, (error: unknown) =>
    stdout.exit(reportError(error, output, { debug, json: args.includes('--json') })),
  );
}

async function main(
  args: readonly string[],
  output: Output,
  installation: Installation,
  releaseStdout: () => void,
): Promise<number> {
  const { own, name, rest } = splitArguments(args);
  const program = defineProgram(output);
  try {
    program.parse(own, { from: 'user' });
    const host = new NestCmdHost(name ?? DEFAULT_GROUP, program.opts(), output, installation);
    if (name !== DEFAULT_GROUP) host.prepare();
    if (program.opts()['list'] === true) return await loading(host, () => host.listCommands());
    if (name === undefined) return program.help({ error: true });
    if (name === 'help')
      return rest[0] === undefined ? program.help() : await dispatch(rest[0], ['--help'], host, releaseStdout);
    if (name === 'completion')
      return await printCompletion(rest, new NestCmdHost(DEFAULT_GROUP, {}, output, installation));
    return await dispatch(name, rest, host, releaseStdout);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.unknownOption' && name !== undefined)
      output.usageError(`${behindGroup(args, own.length)}\n`);
    return afterParsing(error, { output, usage: 'npx nest-cmd', json: args.includes('--json') });
  }
}

/** The command line as it was meant, where options of the group come before its name. */
function behindGroup(args: readonly string[], first: number): string {
  // The value of an option that is not known passes for the name.
  const at = args.includes(DEFAULT_GROUP) ? args.indexOf(DEFAULT_GROUP) : first;
  const [group = '', ...rest] = args.slice(at);
  return `Options of ${group} come behind it: \`npx nest-cmd ${[group, ...rest, ...args.slice(0, at)].join(' ')}\``;
}

/** `db` is known without the application; any other name is the application's to know. */
async function dispatch(
  name: string,
  rest: readonly string[],
  host: NestCmdHost,
  releaseStdout: () => void,
): Promise<number> {
  if (name === DEFAULT_GROUP || (await loading(host, () => host.hasGroup(name)))) return runDb(rest, host);
  return host.runApplicationCommand(name, rest, releaseStdout);
}

/** Does work that loads the application outside of the `db` tree, which handles its own failures. */
function loading<T>({ output }: NestCmdHost, work: () => Promise<T>): Promise<T> {
  const report = (error: unknown): number => reportError(error, output, { debug: false, json: false });
  return untilAnswered({ now: () => 'loading the application', report }, work);
}

async function printCompletion([shell = '', ...more]: readonly string[], host: NestCmdHost): Promise<number> {
  const { completionScript } = await import('./completion.js');
  const tree = treeOf(host, await loadAllCommands());
  const script = more.length === 0 ? completionScript(shell, tree) : undefined;
  if (script === undefined) throw new UsageError('completion takes one of bash, zsh and fish.');
  host.output.raw(script);
  return 0;
}

function defineProgram(output: Output): Command {
  return declareApplicationOptions(new Command('npx nest-cmd'))
    .usage('[options] <command>')
    .description('Run the commands of a Nest application.')
    .option('--debug', 'show the stack of an error')
    .option('--list', "list the application's own commands (loads it)")
    .version(version, '-V, --version', 'print the version of nestjs-migrate')
    .helpCommand(false)
    .exitOverride()
    .configureOutput(printing(output))
    .showHelpAfterError('(`npx nest-cmd --help` shows what there is)')
    .addHelpText('after', programHelp);
}

const programHelp = `
Commands:
  db                     database migrations; see npx nest-cmd db --help
  completion <shell>     print a completion script for bash, zsh or fish
  …                      every nest-commander command of the application;
                         npx nest-cmd --list shows them

The application is found by --app, by NEST_APP, by "nest-cmd": { "app": … } in
package.json, by nest-cli.json, or by what src/main.ts starts.

Examples:
  npx nest-cmd db upgrade
  NEST_APP=src/database.module.ts#DatabaseModule npx nest-cmd db heads`;

interface SplitArguments {
  /** Options of nest-cmd itself, before the command. */
  readonly own: readonly string[];
  readonly name?: string;
  /** Everything after the command's name, untouched. */
  readonly rest: readonly string[];
}

/** Splits a command line at the name of the command: what follows the name is the command's to read. */
export function splitArguments(args: readonly string[]): SplitArguments {
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? '';
    if (['--app', '--project', '--env-file'].includes(arg)) index++;
    else if (!arg.startsWith('-')) return { own: args.slice(0, index), name: arg, rest: args.slice(index + 1) };
  }
  return { own: args, rest: [] };
}
