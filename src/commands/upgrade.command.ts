import type { DbCommand } from './command-host.js';
import { examples } from './help.js';
import { reportRuns } from './output/runs.js';
import { declareRunOptions, readRunOptions } from './request-options.js';

/** `db upgrade` */
export const upgrade: DbCommand = {
  mentionsOthers: true,
  declare: (group) =>
    declareRunOptions(
      group
        .command('upgrade')
        .summary('run revisions')
        .description('Run the revisions between where the database stands and a later one.')
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
  run: async ({ args, open, options }) => {
    const request = readRunOptions(options);
    return reportRuns(await (await open()).upgrade(args[0], request), options);
  },
};
