import type { DbCommand } from '../command-host.js';
import { examples } from '../help.js';
import { statusLines } from '../output/fleet/fleet-status.js';
import { declareSelection, readSelection } from './fleet-options.js';

/** `db fleet status` */
export const fleetStatus: DbCommand = {
  declare: (group) =>
    declareSelection(
      group
        .command('status')
        .summary('show how many tenants are where')
        .description('Show how many tenants are at each revision, read in a few queries. Nothing is changed.'),
    )
      .option('--target <revision>', 'what up to date means (default: heads)')
      .option('-e, --exit-code', 'exit 1 unless every tenant that is there is up to date')
      .addHelpText('after', examples(group, ['status', 'status --tag canary --exit-code', 'status --json'])),
  run: async ({ openFleet, options, output }) => {
    const fleet = await openFleet();
    const status = await fleet.status({ ...readSelection(options), ...options.texts('target') });
    const isBehind = status.upToDate + status.gone < status.tenants;
    const isFailed = status.unreachable > 0 || (options.flag('exitCode') && isBehind);
    return { json: status, text: statusLines(status, output.style), exitCode: isFailed ? 1 : 0 };
  },
};
