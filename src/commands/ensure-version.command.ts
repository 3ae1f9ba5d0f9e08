import type { DbCommand } from './command-host.js';
import { reportRuns } from './output/runs.js';
import { declareScriptOptions, readRunOptions } from './request-options.js';

/** `db ensure-version` */
export const ensureVersion: DbCommand = {
  stopsInOrder: true,
  declare: (group) =>
    declareScriptOptions(
      group
        .command('ensure-version')
        .summary('make the version table')
        .description('Make the version table where there is none yet, and change nothing else.'),
    ),
  run: async ({ open, options }) => {
    const request = readRunOptions(options);
    return reportRuns(await (await open()).ensureVersion(request), options);
  },
};
