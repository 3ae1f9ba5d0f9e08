import type { DbCommand } from './command-host.js';
import { examples } from './help.js';
import { reportRuns, tellIdle } from './output/runs.js';
import { declareRunOptions, readRunOptions } from './request-options.js';

/** `db stamp` */
export const stamp: DbCommand = {
  declare: (group) =>
    declareRunOptions(
      group
        .command('stamp')
        .summary('note where a database stands, and run nothing')
        .description('Write into the version table where the database stands, and run no revision.')
        .argument('[revisions...]', 'where it stands (default: head)'),
    )
      .option('--purge', 'delete what the version table says first')
      .addHelpText('after', examples(group, ['stamp head', 'stamp --purge ae10', 'stamp base'])),
  run: async ({ args, open, options, output }) => {
    const request = { ...readRunOptions(options), purge: options.flag('purge') };
    const migrations = await open();
    const targets = args.length === 0 ? ['head'] : args;
    const results = await migrations.stamp(targets, request);
    tellIdle(results, output, `at ${targets.join(', ')}`);
    return reportRuns(results, options);
  },
};
