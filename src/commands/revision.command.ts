import type { DbCommand } from './command-host.js';
import { reportWritten } from './output/written.js';
import { showFindings } from './output/written-findings.js';
import {
  askingAboutRenames,
  declareRevisionOptions,
  readRevisionOptions,
  refuseIdleOptions,
} from './request-options.js';

/** `db revision` */
export const revision: DbCommand = {
  declare: (group) =>
    declareRevisionOptions(
      group
        .command('revision')
        .summary('write an empty revision')
        .description('Write an empty revision, to be filled by hand. Needs no database.'),
    ).option('--autogenerate', 'fill it with what changed in the entities, as migrate does'),
  run: async ({ open, options, output, prompt }) => {
    const request = readRevisionOptions(options);
    const autogenerate = options.flag('autogenerate');
    if (!autogenerate) refuseIdleOptions(options);
    const migrations = await open();
    const asking = autogenerate ? askingAboutRenames(prompt, migrations, request) : {};
    const written = await migrations.revision({ ...request, autogenerate, ...asking });
    if (autogenerate) await showFindings(migrations, written, { options, output });
    return reportWritten(written);
  },
};
