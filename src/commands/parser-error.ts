import { type Command, CommanderError } from 'commander';
import { UsageError } from '../errors/cli.errors.js';
import { CommandOptions, type OptionSource } from './command-options.js';
import { printErrorDocument } from './output/error-report.js';
import type { Output } from './output/output.js';
import { restoreRelative } from './relative-arguments.js';

/**
 * Answers for a command line that commander refused, or only printed help for. It has printed what there is to say to people
 * already; a program that asked for a document gets one.
 *
 * @returns the exit code: 0 after help, else 2
 */
export function afterParsing({ exitCode, code, message }: CommanderError, where: ParsedPlace): number {
  if (exitCode === 0) return 0;
  if (where.json) {
    const reason = code === 'commander.help' ? 'A command is missing.' : restoreRelative(message);
    const error = new UsageError(reason.replace(/^error: /, '').replaceAll(/\s*\n\s*/g, ' '), {
      hint: `\`${where.usage} --help\` shows what there is.`,
    });
    printErrorDocument(error, where.output);
  }
  return 2;
}

interface ParsedPlace {
  readonly output: Output;
  /** What a user types before a command. */
  readonly usage: string;
  readonly json: boolean;
}

/** Whether a command line asks for a document, though its other options could not be read. */
export function wantsJson(args: readonly string[], group: Command, source: OptionSource): boolean {
  const end = args.indexOf('--');
  if ((end === -1 ? args : args.slice(0, end)).includes('--json')) return true;
  const named = namedIn(args, group);
  return [...named, group].some((command) => {
    try {
      return new CommandOptions(command, group, source).flag('json');
    } catch {
      // A variable that is neither yes nor no asks for nothing.
      return false;
    }
  });
}

/** The commands of a group that a command line names, those of a group in it before that. */
function namedIn(args: readonly string[], group: Command): readonly Command[] {
  const named = group.commands.filter((command) => args.includes(command.name()));
  return named.flatMap((command) => [...namedIn(args, command), command]);
}
