import type { DbCommand } from './command-host.js';
import { answered } from './output/answered.js';
import { halfDoneText } from './output/half-done.js';
import { RevisionFormat } from './output/revision-format.js';

/** `db current` */
export const current: DbCommand = {
  mentionsOthers: true,
  declare: (group) =>
    group
      .command('current')
      .summary('show where the database is')
      .description('Show the revisions that the database is at.')
      .option('-v, --verbose', 'everything about each')
      .option('-c, --check-heads', 'fail when the database is not at all heads'),
  run: async ({ open, options, output }) => {
    const migrations = await open();
    const { answer: positions, failure } = await answered(
      migrations.current({ checkHeads: options.flag('checkHeads'), verbose: options.flag('verbose') }),
    );
    const isOneOfSeveral = migrations.dataSources.length > 1;
    // With several data sources each has a line, which shows <base>.
    for (const { dataSource } of isOneOfSeveral ? [] : positions.filter(({ revisions }) => revisions.length === 0)) {
      output.info(`Data source "${dataSource}" is at base: no revision is applied.`);
    }
    const format = new RevisionFormat(output.style, migrations.dataSources.length);
    const text = positions.flatMap(({ dataSource, database, schema, revisions, halfDone = [] }) => {
      if (options.flag('verbose')) {
        const entries = revisions.map((revision) => format.entry(revision));
        const target = schema === undefined ? String(database) : `${database}, schema ${schema}`;
        return [
          `Current revision(s) for data source ${dataSource} (${target})${halfDoneText({ halfDone })}:`,
          ...entries,
        ];
      }
      if (!isOneOfSeveral) return revisions.map((revision) => format.current(revision));
      const ids = revisions.map((revision) => format.current(revision));
      return (ids.length === 0 ? ['<base>'] : ids).map((id) => `${dataSource}: ${id}`);
    });
    return { json: positions, text, failure };
  },
};
