import type { DbCommand } from './command-host.js';
import { RevisionFormat } from './output/revision-format.js';

/** `db current` */
export const current: DbCommand = {
  declare: (group) =>
    group
      .command('current')
      .summary('show where the database stands')
      .description('Show the revisions that the database stands at.')
      .option('-v, --verbose', 'everything about each')
      .option('-c, --check-heads', 'fail when the database is not at all heads'),
  run: async ({ open, options, output }) => {
    const migrations = await open();
    const standing = await migrations.current({ checkHeads: options.flag('checkHeads') });
    const format = new RevisionFormat(output.style, standing.length);
    const text = standing.flatMap(({ dataSource, revisions }) => {
      if (options.flag('verbose')) {
        const entries = revisions.map((revision) => format.entry(revision));
        return [`Current revision(s) for data source ${dataSource}:`, ...entries];
      }
      const about = standing.length > 1 ? `${dataSource}: ` : '';
      return revisions.map((revision) => about + format.current(revision));
    });
    return { json: standing, text };
  },
};
