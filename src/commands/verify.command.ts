import type { DbCommand } from './command-host.js';
import { answered } from './output/answered.js';
import { findingLines, hasFindings } from './output/findings.js';

/** `db verify` */
export const verify: DbCommand = {
  mentionsOthers: true,
  declare: (group) =>
    group
      .command('verify')
      .summary('fail when something is not as revisions left it')
      .description(
        'Look for what is not as the revisions left it: exit 1 when a file was changed after it was run or is gone, a step ' +
          'was never finished, an index is INVALID or a constraint NOT VALID. Nothing is changed.',
      ),
  run: async ({ open, output }) => {
    const migrations = await open();
    const { answer: reports, failure } = await answered(migrations.verify());
    const isFound = hasFindings(reports);
    const text = isFound || failure !== undefined ? [] : ['All is as the revisions left it.'];
    return {
      json: reports,
      text: isFound
        ? findingLines(reports, migrations.dataSources.length > 1).map((line) => output.spoken(line))
        : text,
      exitCode: isFound ? 1 : 0,
      failure,
    };
  },
};
