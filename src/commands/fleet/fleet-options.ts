import type { Command } from 'commander';
import { UsageError } from '../../errors/cli.errors.js';
import { readShard } from '../../fleet/arguments.js';
import type { FleetRunOptions, FleetSelection } from '../../fleet/requests.js';
import { WAVES } from '../../service/options/tenants-kinds.js';
import { type CommandOptions, repeatable } from '../command-options.js';

const SIZE = /^\d+(\.\d+)?%?$/;

/** The options that choose tenants. */
export function declareSelection(command: Command): Command {
  return command
    .addOption(repeatable(command, '--tenant <id>', 'only this tenant'))
    .addOption(repeatable(command, '--tag <tag>', 'only tenants with this tag'))
    .option('--shard <i/n>', 'only one of n parts of the tenants: 1/4 to 4/4');
}

/** The options of how a run goes through its tenants. */
export function declareRunOptions(command: Command): Command {
  return command
    .addOption(
      command
        .createOption('--waves <sizes...>', 'sizes after which it looks back: 1,10%,100% (default: that of forRoot)')
        .argParser<string[]>((value, previous) => [...(previous ?? []), value]),
    )
    .option('--concurrency <count>', 'how many at once on each server (default: that of forRoot)')
    .option('--max-failures <count>', 'how many may fail, or 2%: then nobody new begins (default: that of forRoot)')
    .option('--tenant-timeout <ms>', 'longest wait for the lock of a tenant (default: that of forRoot)');
}

/** The option of commands that run revisions. */
export function declareRunTag(command: Command): Command {
  return command.option('--run-tag <word>', 'word that revisions read as op.context.tag, and runs lists');
}

/** Which tenants are meant. @throws UsageError for a part that is none */
export function readSelection(options: CommandOptions): FleetSelection {
  const [tenants, tags] = [options.list('tenant'), options.list('tag')];
  const shard = options.text('shard');
  if (shard !== undefined && readShard(shard) === undefined) {
    throw new UsageError(`--shard is "${shard}", which is no part of the tenants.`, {
      hint: 'Write --shard 1/4 for the first of four parts; the last is 4/4.',
    });
  }
  return {
    ...(tenants.length > 0 && { tenants }),
    ...(tags.length > 0 && { tags }),
    ...(shard !== undefined && { shard }),
  };
}

/** How a run goes through its tenants. @throws UsageError for a value that is none */
export function readRunOptions(
  options: CommandOptions,
): Pick<FleetRunOptions, 'waves' | 'concurrency' | 'maxFailures' | 'tenantTimeout'> {
  const waves = options.list('waves').flatMap((text) => text.split(',').filter((size) => size !== ''));
  const concurrency = options.count('concurrency');
  const tenantTimeout = options.number('tenantTimeout', 'milliseconds');
  const maxFailures = options.text('maxFailures');
  const wrong = waves.find((size) => !SIZE.test(size));
  if (wrong !== undefined) {
    throw new UsageError(`--waves has "${wrong}", which is neither a number of tenants nor a share.`, {
      hint: 'Write --waves 1,10%,100%, and a revision before it.',
    });
  }
  if (waves.length > 0 && !WAVES.accepts(waves)) {
    throw new UsageError(
      `--waves is "${waves.join(',')}", and each size must be larger than the one before, from 1 or 1% on.`,
      {
        hint: 'Write --waves 1,10%,100%.',
      },
    );
  }
  if (maxFailures !== undefined && !SIZE.test(maxFailures)) {
    throw new UsageError(`--max-failures is "${maxFailures}", which is neither a number of tenants nor a share.`);
  }
  return {
    ...(waves.length > 0 && { waves }),
    ...(concurrency !== undefined && { concurrency }),
    ...(maxFailures !== undefined && { maxFailures: maxFailures.endsWith('%') ? maxFailures : Number(maxFailures) }),
    ...(tenantTimeout !== undefined && { tenantTimeout }),
  };
}

/** The tag of a run. */
export function readRunTag(options: CommandOptions): Pick<FleetRunOptions, 'tag'> {
  const tag = options.text('runTag');
  return tag === undefined ? {} : { tag };
}
