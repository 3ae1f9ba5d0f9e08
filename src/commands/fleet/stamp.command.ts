import type { DbCommand } from '../command-host.js';
import { examples } from '../help.js';
import {
  declareRunOptions,
  declareRunTag,
  declareSelection,
  readRunOptions,
  readRunTag,
  readSelection,
} from './fleet-options.js';
import { runFleet } from './run-fleet.js';

/** `db fleet stamp` */
export const fleetStamp: DbCommand = {
  stopsInOrder: true,
  declare: (group) =>
    declareRunTag(
      declareRunOptions(
        declareSelection(
          group
            .command('stamp')
            .summary('note where each tenant is, and run nothing')
            .description('Write into the version table of each tenant where it is, and run no revision.')
            .argument('<revision>', 'where they are'),
        ),
      ),
    )
      .option('--purge', 'delete what the version tables say first')
      .addHelpText('after', examples(group, ['stamp head --tag adopted', 'stamp base --tenant acme --purge'])),
  run: (call) => {
    const { options } = call;
    const request = { ...readSelection(options), ...readRunOptions(options), ...readRunTag(options) };
    const purge = options.flag('purge') && { purge: true };
    return runFleet(call, (fleet, hooks) => fleet.stamp(call.args[0] ?? 'head', { ...request, ...purge, ...hooks }));
  },
};
