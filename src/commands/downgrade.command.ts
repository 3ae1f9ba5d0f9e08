import type { DbCommand } from './command-host.js';
import { examples } from './help.js';
import { reportRuns, reportIdle } from './output/runs.js';
import { showPlan } from './plan.command.js';
import { askingAboutLosses, declareUpgradeOptions, readUpgradeOptions, wantsPlan } from './request-options.js';

/** `db downgrade` */
export const downgrade: DbCommand = {
  stopsInOrder: true,
  declare: (group) =>
    declareUpgradeOptions(
      group
        .command('downgrade')
        .summary('take revisions back')
        .description('Take revisions back, down to an earlier one.')
        .argument('[revision]', 'where to go (default: -1)'),
    ).addHelpText(
      'after',
      examples(group, [
        'downgrade          the last revision',
        'downgrade -2       the last two',
        'downgrade ae10     down to this one, which stays',
        'downgrade base     all of them',
        'downgrade b2:a1 --sql',
      ]),
    ),
  run: async (call) => {
    const { args, open, options, output, prompt } = call;
    if (wantsPlan(options)) return showPlan(call, 'downgrade');
    const request = readUpgradeOptions(options);
    const migrations = await open();
    const results = await migrations.downgrade(args[0], {
      ...request,
      ...askingAboutLosses(prompt, options, migrations),
    });
    reportIdle(results, output, `at ${args[0] ?? '-1'}`);
    return reportRuns(results, options);
  },
};
