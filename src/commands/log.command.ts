import type { DbCommand } from './command-host.js';
import { examples } from './help.js';
import { answered } from './output/answered.js';
import { LogFormat } from './output/log-format.js';

/** `db log` */
export const log: DbCommand = {
  mentionsOthers: true,
  declare: (group) =>
    group
      .command('log')
      .summary('list what was run on the database')
      .description('List what was run on the database, newest first: when, how long, by whom, with what result.')
      .option('-n, --limit <count>', 'only so many, of each data source')
      .addHelpText('after', examples(group, ['log -n 10', 'log --json'])),
  run: async ({ open, options, output }) => {
    const limit = options.count('limit');
    const migrations = await open();
    const { answer: entries, failure } = await answered(migrations.log(limit === undefined ? {} : { limit }));
    if (entries.length === 0 && failure === undefined) output.info('Nothing was run yet.');
    const format = new LogFormat(output.style, migrations.dataSources.length > 1);
    return { json: entries, text: entries.map((entry) => format.entry(entry)), failure };
  },
};
