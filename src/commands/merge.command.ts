import type { DbCommand } from './command-host.js';
import { generated } from './output/written.js';

/** `db merge` */
export const merge: DbCommand = {
  declare: (group) =>
    group
      .command('merge')
      .summary('join heads in one revision')
      .description('Write a revision that joins several. Without revisions: all heads.')
      .argument('[revisions...]', 'ids, labels, or heads')
      .option('-m, --message <text>', 'what the revision does, in a few words')
      .option('--branch-label <label>', 'name for the branch that starts here')
      .option('--rev-id <id>', 'id of the revision (default: random)')
      .option('--splice', 'allow revisions that are not heads'),
  run: async ({ args, open, options }) => {
    const migrations = await open();
    const written = await migrations.merge(args, {
      ...options.texts('message', 'branchLabel', 'revId'),
      ...(options.flag('splice') ? { splice: true } : {}),
    });
    return { json: written, text: [generated(written)] };
  },
};
