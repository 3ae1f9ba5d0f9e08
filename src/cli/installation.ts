import type { Command } from 'commander';
import { repeatable } from '../commands/command-options.js';

/** What `nest-cmd` knows of its own files. */
export interface Installation {
  readonly packageRoot: string;
  /** The hooks for ES modules in TypeScript, which Node loads by their URL. */
  readonly hooksUrl: URL;
}

/** The options that specify the application and its environment. */
export function declareApplicationOptions(command: Command): Command {
  return command
    .option('--app <file[#export]>', 'file of the root module, and its name')
    .option('--project <name>', 'project of a workspace of Nest or Nx')
    .option('--ts', 'load the TypeScript sources even if there is a build')
    .addOption(repeatable(command, '--env-file <file>', 'set the variables of a file, unless they are set'));
}
