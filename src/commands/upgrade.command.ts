import type { DbCommand } from './command-host.js';
import { examples } from './help.js';
import { reportRuns, reportIdle } from './output/runs.js';
import { declareUpgradeOptions, readUpgradeOptions } from './request-options.js';

/** `db upgrade` */
export const upgrade: DbCommand = {
  stopsInOrder: true,
  mentionsOthers: true,
  declare: (group) =>
    declareUpgradeOptions(
      group
        .command('upgrade')
        .summary('run revisions')
        .description('Run the revisions between where the database is and a later one.')
        .argument('[revision]', 'where to go (default: head)'),
    ).addHelpText(
      'after',
      examples(group, [
        'upgrade            to the head',
        'upgrade +1         one revision',
        'upgrade ae10       to the revision whose id starts so',
        'upgrade heads      to all heads of a history with branches',
        'upgrade --sql      print the SQL for an empty database',
        'upgrade a1:b2 --sql',
      ]),
    ),
  run: async ({ args, open, options, output }) => {
    const request = readUpgradeOptions(options);
    const target = args[0] ?? 'head';
    const results = await (await open()).upgrade(target, request);
    reportIdle(results, output, /^heads?$/.test(target) ? `at ${target}` : `at ${target} or above`);
    return reportRuns(results, options);
  },
};
