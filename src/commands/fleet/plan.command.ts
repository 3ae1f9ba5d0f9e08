import type { DbCommand } from '../command-host.js';
import { examples } from '../help.js';
import { fleetPlanLines } from '../output/fleet/fleet-status.js';
import { declareRunTag, declareSelection, readRunTag, readSelection } from './fleet-options.js';

/** `db fleet plan` */
export const fleetPlan: DbCommand = {
  declare: (group) =>
    declareRunTag(
      declareSelection(
        group
          .command('plan')
          .summary('show what an upgrade would do, once for each position')
          .description(
            'Show what an upgrade would do, once for all tenants that are at the same revision, with one of them as the example. ' +
              'Nothing is changed.',
          )
          .argument('[revision]', 'where to go (default: head; -1 with --downgrade)'),
      ).option('--downgrade', 'what a downgrade would do'),
    ).addHelpText('after', examples(group, ['plan', 'plan ae10 --tenant acme', 'plan base --downgrade'])),
  run: async ({ args, openFleet, options, output }) => {
    const direction = options.flag('downgrade') ? 'downgrade' : 'upgrade';
    const fleet = await openFleet();
    const target = args[0] ?? (direction === 'upgrade' ? 'head' : '-1');
    const plans = await fleet.plan(target, { direction, ...readSelection(options), ...readRunTag(options) });
    return { json: plans, text: fleetPlanLines(plans, output.style) };
  },
};
