import type { DbCommand } from './command-host.js';
import { answered } from './output/answered.js';
import { RevisionFormat } from './output/revision-format.js';

/** `db show` */
export const show: DbCommand = {
  declare: (group) =>
    group
      .command('show')
      .summary('show a revision')
      .description('Show everything about a revision.')
      .argument('[revision]', 'what to show; current is what the database is at (default: head)'),
  run: async ({ args, open, output }) => {
    const migrations = await open();
    const { answer: revisions, failure } = await answered(migrations.show(args[0]));
    if (revisions.length === 0 && failure === undefined) {
      output.info(`${JSON.stringify(args[0] ?? 'head')} stands for no revision.`);
    }
    const format = new RevisionFormat(output.style, migrations.dataSources.length);
    return { json: revisions, text: revisions.map((revision) => format.entry(revision)), failure };
  },
};
