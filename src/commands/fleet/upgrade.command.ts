import type { DbCommand } from '../command-host.js';
import { examples } from '../help.js';
import { declareRequest, readRequest } from './loss-options.js';
import { runFleet } from './run-fleet.js';

/** `db fleet upgrade` */
export const fleetUpgrade: DbCommand = {
  stopsInOrder: true,
  declare: (group) =>
    declareRequest(
      group
        .command('upgrade')
        .summary('run revisions on each tenant')
        .description(
          'Run the revisions between where each tenant is and a later one. Exits with 1 where tenants failed or were not tried.',
        )
        .argument('[revision]', 'where to go (default: head)'),
    ).addHelpText(
      'after',
      examples(group, [
        'upgrade --tenant acme',
        'upgrade --waves 1,10%,100% --max-failures 2%',
        'upgrade ae10 --tag canary --run-tag v2.4',
        'upgrade --shard 1/4',
      ]),
    ),
  run: (call) => {
    const request = readRequest(call);
    const target = call.args[0] ?? 'head';
    return runFleet(call, (fleet, hooks) => fleet.upgrade(target, { ...request, ...hooks }));
  },
};
