import type { Command } from 'commander';
import type { MigrateRequest } from '../migration.requests.js';
import { UsageError } from '../errors/cli.errors.js';
import { type CommandOptions, repeatable } from './command-options.js';

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
    .addOption(command.createOption('--sql').hideHelp());
}

/** @throws UsageError for `--sql`: what a revision holds comes from a live database, so there is nothing to print */
export function readRevisionOptions(options: CommandOptions): MigrateRequest {
  if (options.flag('sql')) {
    throw new UsageError('--sql makes no sense here: it is for commands that run revisions.', {
      hint: 'Write the revision, then print it: upgrade --sql.',
    });
  }
  const dependsOn = options.list('dependsOn');
  const renames = options.list('rename');
  return {
    ...options.texts('message', 'head', 'branchLabel', 'versionPath', 'revId'),
    ...(options.flag('splice') ? { splice: true } : {}),
    ...(dependsOn.length === 0 ? {} : { dependsOn }),
    ...(renames.length === 0 ? {} : { renames }),
  };
}

/** The options that upgrade, downgrade and stamp share. */
export function declareRunOptions(command: Command): Command {
  return command
    .option('--sql', 'print the SQL and touch no database')
    .option('--tag <word>', 'word that revisions read as op.context.tag');
}
