import type { DbCommand } from './command-host.js';

/** `db list-templates`: needs no application. */
export const listTemplatesCommand: DbCommand = {
  declare: (group) =>
    group
      .command('list-templates')
      .summary('list the templates of init')
      .description('List the templates that init can make a migrations folder from.'),
  run: async () => {
    const { listTemplates } = await import('../repository/create/templates.js');
    const templates = listTemplates();
    const lines = templates.map(({ name, description }) => `${name} - ${description}`);
    return { json: templates, text: ['Available templates:', '', ...lines] };
  },
};
