import type { DbCommand } from '../command-host.js';
import { examples } from '../help.js';
import { runLines, runsLines } from '../output/fleet/fleet-runs.js';

/** `db fleet runs` */
export const fleetRuns: DbCommand = {
  declare: (group) =>
    group
      .command('runs')
      .summary('list what was run, or the tenants of one run')
      .description('List the runs of the fleet, newest first; of one run what became of each tenant.')
      .argument('[run]', 'its id, or the beginning of it')
      .option('-n, --limit <count>', 'only so many runs (default: 20)')
      .addHelpText('after', examples(group, ['runs', 'runs 0f3a', 'runs 0f3a --json'])),
  run: async ({ args: [id], openFleet, options, output }) => {
    const limit = options.count('limit');
    const fleet = await openFleet();
    if (id !== undefined) {
      const run = await fleet.run(id);
      return { json: run, text: runLines(run, output.style) };
    }
    const runs = await fleet.runs(limit === undefined ? {} : { limit });
    if (runs.length === 0) output.info('Nothing was run yet.');
    return { json: runs, text: runsLines(runs, output.style) };
  },
};
