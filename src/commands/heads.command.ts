import type { DbCommand } from './command-host.js';
import { RevisionFormat } from './output/revision-format.js';

/** `db heads` */
export const heads: DbCommand = {
  declare: (group) =>
    group
      .command('heads')
      .summary('list the revisions that no other revises')
      .description('List the heads: the revisions that no other revises.')
      .option('-v, --verbose', 'everything about each')
      .option('--resolve-dependencies', 'leave out heads that other revisions depend on')
      .option('--fail-on-multiple', 'exit 1 when there are several, for continuous integration'),
  run: async ({ open, options, output, usage }) => {
    const migrations = await open();
    const found = await migrations.heads({ resolveDependencies: options.flag('resolveDependencies') });
    const format = new RevisionFormat(output.style, migrations.dataSources.length);
    const verbose = options.flag('verbose');
    const isTooMany = options.flag('failOnMultiple') && found.length > 1;
    if (isTooMany) output.error(`There are ${found.length} heads.`, `Join them: \`${usage} merge heads\``);
    return {
      json: found,
      text: found.map((head) => (verbose ? format.entry(head) : format.head(head))),
      exitCode: isTooMany ? 1 : 0,
    };
  },
};
