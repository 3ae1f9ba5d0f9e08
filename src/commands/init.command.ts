import type { DbCommand } from './command-host.js';

/** `db init` */
export const init: DbCommand = {
  declare: (group) =>
    group
      .command('init')
      .summary('make the migrations folder')
      .description('Make the migrations folder. It belongs into version control with everything in it.')
      .option('--multidb', 'template for several databases (default when the module has several)')
      .option('-t, --template <name>', 'name of a template, or path of a folder that is one'),
  run: async ({ open, options, output, usage }) => {
    const migrations = await open();
    const made = await migrations.init({
      ...options.texts('template'),
      ...(options.flag('multidb') ? { multidb: true } : {}),
    });
    output.info(`Next: ${usage} migrate -m "initial migration"`);
    const lines = made.files.map((file) => `Generating ${file} ...  done`);
    return { json: made, text: [`Creating directory ${made.directory} ...  done`, ...lines] };
  },
};
