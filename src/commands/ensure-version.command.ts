import type { DbCommand } from './command-host.js';
import { reportRuns } from './output/runs.js';

/** `db ensure-version` */
export const ensureVersion: DbCommand = {
  declare: (group) =>
    group
      .command('ensure-version')
      .summary('make the version table')
      .description('Make the version table where there is none yet, and change nothing else.')
      .option('--sql', 'print the SQL and touch no database'),
  run: async ({ open, options }) => {
    const migrations = await open();
    return reportRuns(await migrations.ensureVersion({ sql: options.flag('sql') }));
  },
};
