import { UsageError } from '../../errors/cli.errors.js';
import type { DbCommand } from '../command-host.js';
import { examples } from '../help.js';
import { declareRequest, readRequest } from './loss-options.js';
import { runFleet } from './run-fleet.js';

/** `db fleet downgrade` */
export const fleetDowngrade: DbCommand = {
  stopsInOrder: true,
  declare: (group) =>
    declareRequest(
      group
        .command('downgrade')
        .summary('take revisions back on each tenant')
        .description('Take revisions back on each tenant, or what a run has done on its tenants.')
        .argument('[revision]', 'where to go; with --run by default where each was before it')
        .option('--run <id>', 'only tenants that this run has upgraded'),
    ).addHelpText(
      'after',
      examples(group, ['downgrade --run 0f3a', 'downgrade ae10 --tenant acme', 'downgrade base --tenant acme']),
    ),
  run: (call) => {
    const request = readRequest(call);
    const { run } = call.options.texts('run');
    const [target] = call.args;
    if (target === undefined && run === undefined) {
      throw new UsageError('downgrade needs a revision to go to, or --run with what to take back.', {
        hint: '`npx nest-cmd db fleet runs` lists the runs.',
      });
    }
    return runFleet(
      call,
      (fleet, hooks) => fleet.downgrade(target, { ...request, ...hooks, ...(run !== undefined && { run }) }),
      target === undefined ? 'where each was before' : undefined,
    );
  },
};
