import type { DbCommand } from './command-host.js';
import { RevisionFormat } from './output/revision-format.js';

/** `db branches` */
export const branches: DbCommand = {
  declare: (group) =>
    group
      .command('branches')
      .summary('list the points where the history branches')
      .description('List the branch points, each with the revisions that revise it.')
      .option('-v, --verbose', 'everything about each'),
  run: async ({ open, options, output }) => {
    const migrations = await open();
    const points = await migrations.branches();
    if (points.length === 0) output.info('The history has no branch points.');
    const format = new RevisionFormat(output.style, migrations.dataSources.length);
    return { json: points, text: points.map((point) => format.branch(point, options.flag('verbose'))) };
  },
};
