import type { DbCommandGroup } from '../command-host.js';
import { examples } from '../help.js';
import { fleetDowngrade } from './downgrade.command.js';
import { fleetPlan } from './plan.command.js';
import { fleetRetry } from './retry.command.js';
import { fleetRuns } from './runs.command.js';
import { fleetStamp } from './stamp.command.js';
import { fleetStatus } from './status.command.js';
import { fleetUpgrade } from './upgrade.command.js';
import { fleetWorker } from './worker.command.js';

/** `db fleet` */
export const fleet: DbCommandGroup = {
  declare: (group) => {
    const command = group
      .command('fleet')
      .summary('run revisions on all tenants of a data source')
      .description('Run the revisions of a data source on each of its tenants, which are schemas, databases or files.')
      .usage('[options] <command>')
      .helpCommand(false);
    return command.addHelpText(
      'after',
      examples(command, [
        'status                  how many tenants are where',
        'upgrade --waves 1,10%,100%',
        'retry RUN               those that a run left behind',
        'runs                    what was run',
      ]),
    );
  },
  members: [fleetStatus, fleetPlan, fleetUpgrade, fleetDowngrade, fleetStamp, fleetRetry, fleetRuns, fleetWorker],
};
