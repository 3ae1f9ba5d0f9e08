import type { DbCommand } from './command-host.js';
import { reportRuns } from './output/runs.js';
import { declareScriptOptions, readRunOptions } from './request-options.js';

/** `db ensure-version` */
export const ensureVersion: DbCommand = {
  declare: (group) =>
    declareScriptOptions(
      group
        .command('ensure-version')
        .summary('make the version table')
        .description('Make the version table where there is none yet, and change nothing else.'),
    ),
  run: async ({ open, options, output }) => {
    const request = readRunOptions(options);
    const results = await (await open()).ensureVersion(request);
    for (const { dataSource, sql } of results) {
      if (sql === undefined) output.info(`The database of data source "${dataSource}" has a version table.`);
    }
    return reportRuns(results, options);
  },
};
