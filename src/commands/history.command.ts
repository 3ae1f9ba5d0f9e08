import type { DbCommand } from './command-host.js';
import { examples } from './help.js';
import { answered } from './output/answered.js';
import { RevisionFormat } from './output/revision-format.js';

/** `db history` */
export const history: DbCommand = {
  declare: (group) =>
    group
      .command('history')
      .summary('list revisions, newest first')
      .description('List revisions, newest first.')
      .option('-r, --rev-range <start:end>', 'only these, both ends included')
      .option('-v, --verbose', 'everything about each')
      .option('-i, --indicate-current', 'mark where the database is')
      .addHelpText('after', examples(group, ['history -r ae10:', 'history -r -3:current', 'history -i'])),
  run: async ({ open, options, output }) => {
    const migrations = await open();
    const range = options.text('revRange');
    const request = { ...(range === undefined ? {} : { range }), indicateCurrent: options.flag('indicateCurrent') };
    const { answer: revisions, failure } = await answered(migrations.history(request));
    if (revisions.length === 0 && failure === undefined) output.info('There are no revisions to list.');
    const format = new RevisionFormat(output.style, migrations.dataSources.length);
    const verbose = options.flag('verbose');
    return {
      json: revisions,
      text: revisions.map((revision) => (verbose ? format.entry(revision) : format.history(revision))),
      failure,
    };
  },
};
