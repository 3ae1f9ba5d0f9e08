import type { DbCommand } from './command-host.js';
import { examples } from './help.js';
import { reportRuns, reportIdle } from './output/runs.js';
import { showPlan } from './plan.command.js';
import { askingAboutLosses, declareUpgradeOptions, readUpgradeOptions, wantsPlan } from './request-options.js';

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
  run: async (call) => {
    const { args, open, options, output, prompt } = call;
    if (wantsPlan(options)) return showPlan(call, 'upgrade');
    const request = readUpgradeOptions(options);
    const migrations = await open();
    const target = args[0] ?? 'head';
    const results = await migrations.upgrade(target, {
      ...request,
      ...askingAboutLosses(prompt, options, migrations),
    });
    reportIdle(results, output, /^heads?$/.test(target) ? `at ${target}` : `at ${target} or above`);
    return reportRuns(results, options);
  },
};
