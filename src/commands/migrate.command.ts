import type { DbCommand } from './command-host.js';
import { reportWritten } from './output/written.js';
import { showFindings } from './output/written-findings.js';
import { askingAboutRenames, declareRevisionOptions, readRevisionOptions } from './request-options.js';

/** `db migrate` */
export const migrate: DbCommand = {
  mentionsOthers: true,
  declare: (group) =>
    declareRevisionOptions(
      group
        .command('migrate')
        .summary('write what changed in the entities as a revision')
        .description(
          'Compare the entities with the database, and write the difference as a revision.\n' +
            'With --from-database, write what the database holds as the first revision, whatever the entities say.\n' +
            'Review the file before it runs: it is yours to change.',
        ),
    ),
  run: async ({ open, options, output, prompt }) => {
    const request = readRevisionOptions(options);
    const migrations = await open();
    const written = await migrations.migrate({ ...request, ...askingAboutRenames(prompt, migrations, request) });
    await showFindings(migrations, written, { options, output });
    return reportWritten(written);
  },
};
