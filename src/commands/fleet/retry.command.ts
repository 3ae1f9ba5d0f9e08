import type { DbCommand } from '../command-host.js';
import { examples } from '../help.js';
import { declareRunOptions, readRunOptions } from './fleet-options.js';
import { runFleet } from './run-fleet.js';

/** `db fleet retry` */
export const fleetRetry: DbCommand = {
  stopsInOrder: true,
  declare: (group) =>
    declareRunOptions(
      group
        .command('retry')
        .summary('do what a run left')
        .description('Try the tenants of a run that failed or were not tried, up to the revision that it led to.')
        .argument('<run>', 'its id, or the beginning of it: `runs` lists them'),
    ).addHelpText('after', examples(group, ['retry 0f3a', 'retry 0f3a --max-failures 10'])),
  run: (call) => {
    const request = readRunOptions(call.options);
    return runFleet(call, (fleet, hooks) => fleet.retry(call.args[0] ?? '', { ...request, ...hooks }));
  },
};
