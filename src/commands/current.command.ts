import type { DbCommand } from './command-host.js';
import { answered } from './output/answered.js';
import { RevisionFormat } from './output/revision-format.js';

/** `db current` */
export const current: DbCommand = {
  mentionsOthers: true,
  declare: (group) =>
    group
      .command('current')
      .summary('show where the database stands')
      .description('Show the revisions that the database stands at.')
      .option('-v, --verbose', 'everything about each')
      .option('-c, --check-heads', 'fail when the database is not at all heads'),
  run: async ({ open, options, output }) => {
    const migrations = await open();
    const { answer: standing, failure } = await answered(
      migrations.current({ checkHeads: options.flag('checkHeads'), verbose: options.flag('verbose') }),
    );
    const isOneOfSeveral = migrations.dataSources.length > 1;
    // With several, the line of each says so.
    for (const { dataSource } of isOneOfSeveral ? [] : standing.filter(({ revisions }) => revisions.length === 0)) {
      output.info(`Data source "${dataSource}" is at base: no revision is applied.`);
    }
    const format = new RevisionFormat(output.style, migrations.dataSources.length);
    const text = standing.flatMap(({ dataSource, database, schema, revisions }) => {
      if (options.flag('verbose')) {
        const entries = revisions.map((revision) => format.entry(revision));
        const place = schema === undefined ? String(database) : `${database}, schema ${schema}`;
        return [`Current revision(s) for data source ${dataSource} (${place}):`, ...entries];
      }
      if (!isOneOfSeveral) return revisions.map((revision) => format.current(revision));
      const ids = revisions.map((revision) => format.current(revision));
      return (ids.length === 0 ? ['<base>'] : ids).map((id) => `${dataSource}: ${id}`);
    });
    return { json: standing, text, failure };
  },
};
