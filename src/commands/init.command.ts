import type { DbCommand } from './command-host.js';
import type { CommandOptions } from './command-options.js';

/** `db init` */
export const init: DbCommand = {
  declare: (group) =>
    group
      .command('init')
      .summary('make the migrations folder')
      .description(
        'Make the migrations folder. It belongs into version control with everything in it. The tsconfig that builds the application gets it in "exclude", where it would compile it.',
      )
      .option('--multidb', 'template for several databases (default when the module has several)')
      .option('-t, --template <name>', 'name of a template, or path of a folder that is one'),
  run: async ({ open, options, output, usage }) => {
    const migrations = await open();
    const template = options.nameOrPath('template');
    const made = await migrations.init({
      ...(template === undefined ? {} : { template }),
      ...(options.flag('multidb') ? { multidb: true } : {}),
    });
    const db = `${usage} ${whereOptions(options)}`;
    const { typeormMigrations } = made;
    if (typeormMigrations === undefined) output.info(`Next: \`${db}migrate -m "initial migration"\``);
    else {
      output.info(
        `TypeORM has migrations here (${typeormMigrations}). They can be taken over only before the first revision.`,
      );
      output.info(`Next: \`${db}adopt\`; or, to leave them: \`${db}migrate -m "initial migration"\``);
    }
    const lines = [
      ...made.files.map((file) => `Generating ${file} ...  done`),
      ...made.excludedFrom.map((file) => `Excluding the directory from the build in ${file} ...  done`),
    ];
    return { json: made, text: [`Creating directory ${made.directory} ...  done`, ...lines] };
  },
};

/** The options that the next command needs as well to mean the same repository. */
function whereOptions(options: CommandOptions): string {
  const { directory } = options.texts('directory');
  const dataSources = options.list('dataSource').map((name) => `--data-source ${quoted(name)} `);
  return (directory === undefined ? '' : `-d ${quoted(directory)} `) + dataSources.join('');
}

function quoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : JSON.stringify(text);
}
