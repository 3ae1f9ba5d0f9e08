import type { DbCommand } from './command-host.js';
import { examples } from './help.js';
import { reportRuns, reportIdle } from './output/runs.js';
import { declareRunOptions, readRunOptions } from './request-options.js';

/** `db stamp` */
export const stamp: DbCommand = {
  stopsInOrder: true,
  declare: (group) =>
    declareRunOptions(
      group
        .command('stamp')
        .summary('note where a database is, and run nothing')
        .description('Write into the version table where the database is, and run no revision.')
        .argument('[revisions...]', 'where it is (default: head)'),
    )
      .option('--purge', 'delete what the version table says first')
      .addHelpText('after', examples(group, ['stamp head', 'stamp --purge ae10', 'stamp base'])),
  run: async ({ args, open, options, output }) => {
    const request = { ...readRunOptions(options), purge: options.flag('purge') };
    const migrations = await open();
    const targets = args.length === 0 ? ['head'] : args;
    const results = await migrations.stamp(targets, request);
    reportIdle(results, output, `at ${targets.join(', ')}`);
    return reportRuns(results, options);
  },
};
