import { UsageError } from '../errors/cli.errors.js';
import type { AdoptRequest } from '../migration.requests.js';
import type { AdoptResult } from '../migration.results.js';
import type { DbCommand } from './command-host.js';
import { type CommandOptions, repeatable } from './command-options.js';
import { examples } from './help.js';
import { generated } from './output/written.js';

const modes = ['all', 'each', 'none'] as const;

/** `db adopt` */
export const adopt: DbCommand = {
  declare: (group) => {
    const command = group
      .command('adopt')
      .summary("take over TypeORM's migrations and their table")
      .description(
        "Write a first revision that runs TypeORM's migrations as they are, and note the\n" +
          'database, which must be at the last of them, at this revision.',
      );
    return command
      .option('--from <what>', 'migrations (default), or database: make it as it is')
      .option('--dry-run', 'look and tell, and change nothing')
      .addOption(repeatable(command, '--typeorm-config <file>', "data source file of TypeORM's command line"))
      .addOption(repeatable(command, '--folder <dir>', 'folder with the migration classes, instead'))
      .option('--transaction <mode>', "TypeORM's transaction mode: all, each or none")
      .option('--move', 'move the old files into the repository')
      .option('--allow-unknown', "accept rows of TypeORM's table that have no class")
      .option('-m, --message <text>', 'message of the revision')
      .option('--rev-id <id>', 'id of the revision (default: random)')
      .addOption(command.createOption('--sql').hideHelp())
      .addHelpText(
        'after',
        examples(group, [
          'adopt --dry-run                              what would be done',
          'adopt --typeorm-config src/data-source.ts    what migration:run -d is given',
          'adopt --folder analytics=src/old             for one of several data sources',
          'adopt --from database                        what is there, whoever made it',
        ]),
      );
  },
  run: async ({ open, options, output }) => {
    const request = readAdoptOptions(options);
    const migrations = await open();
    const result = await migrations.adopt(request);
    if (result.done) output.info('Nothing to do: all is taken over already.');
    return { json: result, text: describe(result, migrations.dataSources.length > 1) };
  },
};

/** @throws UsageError for `--sql`, and for a mode that TypeORM does not have */
function readAdoptOptions(options: CommandOptions): AdoptRequest {
  if (options.flag('sql')) {
    throw new UsageError(
      '--sql makes no sense here: which statements a migration class of TypeORM sends is known only when it runs.',
      { hint: 'Adopt online. What follows can be a script: upgrade REVISION:head --sql.' },
    );
  }
  const transaction = modes.find((mode) => mode === options.text('transaction'));
  if (transaction === undefined && options.text('transaction') !== undefined) {
    throw new UsageError(`--transaction ${options.text('transaction')}: it is one of ${modes.join(', ')}.`);
  }
  return {
    ...readFrom(options),
    ...options.texts('message', 'revId'),
    ...byDataSource(options, 'typeormConfig'),
    ...byDataSource(options, 'folder'),
    ...(transaction === undefined ? {} : { transaction }),
    ...flagged(options, 'dryRun', 'move', 'allowUnknown'),
  };
}

/** @throws UsageError for another word, and for options that are about the migrations of TypeORM */
function readFrom(options: CommandOptions): Pick<AdoptRequest, 'from'> {
  const from = options.text('from');
  if (from === undefined) return {};
  if (from !== 'migrations' && from !== 'database') {
    throw new UsageError(`--from ${from}: it is one of migrations, database.`);
  }
  const given = {
    '--typeorm-config': options.list('typeormConfig').length > 0,
    '--folder': options.list('folder').length > 0,
    '--transaction': options.text('transaction') !== undefined,
    '--move': options.flag('move'),
    '--allow-unknown': options.flag('allowUnknown'),
  };
  const idle = Object.entries(given).find(([, isGiven]) => isGiven);
  if (from === 'database' && idle !== undefined) {
    throw new UsageError(`${idle[0]} makes no sense with --from database, which looks at no migrations of TypeORM.`);
  }
  return { from };
}

function flagged(options: CommandOptions, ...names: readonly string[]): Record<string, true> {
  return Object.fromEntries(names.filter((name) => options.flag(name)).map((name) => [name, true as const]));
}

/** One path, or `name=path` for each of several data sources. */
function byDataSource(options: CommandOptions, name: 'typeormConfig' | 'folder'): AdoptRequest {
  const given = options.list(name);
  const [only, ...others] = given;
  if (only === undefined) return {};
  if (others.length === 0 && !only.includes('=')) return { [name]: only };
  const pairs = given.map((text) => /^([^=]+)=(.+)$/.exec(text) ?? refusePair(text));
  return { [name]: Object.fromEntries(pairs.map(([, dataSource, path]) => [dataSource, path])) };
}

function refusePair(text: string): never {
  throw new UsageError(`"${text}" does not say which data source it is for.`, { hint: 'Write NAME=PATH for each.' });
}

function describe({ revision, written, dryRun, dataSources, moved }: AdoptResult, named: boolean): readonly string[] {
  const about = (dataSource: string): string => (named ? `[${dataSource}] ` : '');
  const found = dataSources.flatMap(({ dataSource, origin, migrations, table }) =>
    origin === null || table === ''
      ? []
      : [`${about(dataSource)}Found ${count(migrations.length)} in ${origin}; table "${table}".`],
  );
  const moves = moved.map(({ from, to }) => `${dryRun ? 'Would move' : 'Moving'} ${from} to ${to}`);
  const file = revision === null ? ['Would write the first revision.'] : written ? [generated(revision)] : [];
  const stamps = dataSources
    .filter(({ stamped }) => stamped)
    .map(({ dataSource }) => {
      const where = revision === null ? 'it' : `revision ${revision.revision}`;
      return `${about(dataSource)}${dryRun ? 'Would note' : 'Noted'} the database at ${where}.`;
    });
  return [...found, ...moves, ...file, ...stamps];
}

function count(migrations: number): string {
  return migrations === 1 ? '1 migration' : `${migrations} migrations`;
}
