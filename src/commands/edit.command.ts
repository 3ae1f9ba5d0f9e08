import type { DbCommand } from './command-host.js';

/** `db edit` */
export const edit: DbCommand = {
  declare: (group) =>
    group
      .command('edit')
      .summary('open a revision in your editor')
      .description('Open a revision in $VISUAL or $EDITOR.')
      .argument('[revision]', 'what to open; current is what the database is at (default: head)'),
  run: async ({ args, open }) => {
    const migrations = await open();
    return { json: await migrations.edit(args[0]), text: [] };
  },
};
