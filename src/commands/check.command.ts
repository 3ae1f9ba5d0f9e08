import { describeOperations } from '../operations/describe/describe-all.js';
import type { DbCommand } from './command-host.js';
import { answered } from './output/answered.js';

/** `db check` */
export const check: DbCommand = {
  mentionsOthers: true,
  declare: (group) =>
    group
      .command('check')
      .summary('fail when a revision is missing')
      .description('Compare the entities with the database: exit 1 when migrate would write something.'),
  run: async ({ open }) => {
    const migrations = await open();
    const { answer: found, failure } = await answered(migrations.check());
    if (found.length === 0) {
      const text = failure === undefined ? ['No new upgrade operations detected.'] : [];
      return { json: [], text, failure };
    }
    const named = migrations.dataSources.length > 1;
    const sources = [...new Set(found.map(({ dataSource }) => dataSource))];
    const lines = sources.flatMap((source) =>
      describeOperations(found.filter(({ dataSource }) => dataSource === source)).map(
        (text) => `  ${named ? `[${source}] ` : ''}${text}`,
      ),
    );
    return { json: found, text: ['New upgrade operations detected:', ...lines], exitCode: 1, failure };
  },
};
