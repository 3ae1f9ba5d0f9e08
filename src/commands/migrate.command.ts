import type { DbCommand } from './command-host.js';
import { reportWritten } from './output/written.js';
import { declareRevisionOptions, readRevisionOptions } from './request-options.js';

/** `db migrate` */
export const migrate: DbCommand = {
  declare: (group) =>
    declareRevisionOptions(
      group
        .command('migrate')
        .summary('write what changed in the entities as a revision')
        .description(
          'Compare the entities with the database, and write the difference as a revision.\n' +
            'Review the file before it runs: it is yours to change.',
        ),
    ),
  run: async ({ open, options, output }) => {
    const request = readRevisionOptions(options);
    return reportWritten(await (await open()).migrate(request), output);
  },
};
