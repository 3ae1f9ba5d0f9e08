import { existsSync } from 'node:fs';
import { UsageError } from '../errors/cli.errors.js';
import type { AdoptRequest } from '../service/requests.js';
import type { AdoptResult } from '../results.js';
import type { DbCommand } from './command-host.js';
import { type CommandOptions, repeatable } from './command-options.js';
import { examples } from './help.js';
import { generated } from './output/written.js';

const modes = ['all', 'each', 'none'] as const;

/** `db adopt` */
export const adopt: DbCommand = {
  stopsInOrder: true,
  declare: (group) => {
    const command = group
      .command('adopt')
      .summary('take over from TypeORM, or --from database')
      .description(
        "Write a first revision that runs TypeORM's migrations as they are, and note the\n" +
          'database, which must be at the last of them, at this revision.',
      );
    return command
      .option('--from <what>', 'migrations (default), or database: make it as it is')
      .option('--dry-run', 'show what would be done, and change nothing')
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
    const paths = readPaths(options, migrations.dataSources);
    const result = await migrations.adopt({ ...request, ...paths });
    if (result.done) output.info('Nothing to do: all is taken over already.');
    else if (request.dryRun !== true)
      output.info('`npx nest-cmd db downgrade` from here would undo all of it, the tables with their rows.');
    return { json: result, text: describe(result, migrations.dataSources.length > 1, options) };
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
    ...(transaction === undefined ? {} : { transaction }),
    ...flagged(options, 'dryRun', 'move', 'allowUnknown'),
  };
}

/** @throws UsageError for another value, and for options that are about the migrations of TypeORM */
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

/** Paths by data source: `name=path`, or `path` where there is one data source only. All that are given count. */
function readPaths(options: CommandOptions, dataSources: readonly string[]): AdoptRequest {
  const request: Record<string, Record<string, readonly string[]>> = {};
  for (const option of ['typeormConfig', 'folder']) {
    const absolute = (path: string): string => options.placed(option, path);
    const given = options.list(option).map((text) => readPath(text, dataSources, absolute));
    if (given.length === 0) continue;
    const names = [...new Set(given.map(({ dataSource }) => dataSource))];
    const pathsOf = (name: string): readonly string[] =>
      given.filter(({ dataSource }) => dataSource === name).map(({ path }) => path);
    request[option] = Object.fromEntries(names.map((name) => [name, pathsOf(name)]));
  }
  return request;
}

interface PathOfDataSource {
  readonly dataSource: string;
  readonly path: string;
}

/** @throws UsageError where it has no name, and there are several data sources */
function readPath(text: string, dataSources: readonly string[], absolute: (path: string) => string): PathOfDataSource {
  const [first = '', ...others] = dataSources;
  const [, dataSource, path] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  // The path itself may have the sign in it.
  const isPath = others.length === 0 && dataSource !== first && existsSync(absolute(text));
  if (dataSource !== undefined && path !== undefined && !isPath) return { dataSource, path: absolute(path) };
  if (others.length === 0) return { dataSource: first, path: absolute(text) };
  const pairs = dataSources.map((name) => `${name}=${text}`).join(' or ');
  throw new UsageError(`"${text}" does not specify which data source it is for.`, { hint: `Write ${pairs}.` });
}

function describe(
  { revision, written, would, dataSources, moved }: AdoptResult,
  named: boolean,
  options: CommandOptions,
): readonly string[] {
  const prefixOf = (dataSource: string): string => (named ? `[${dataSource}] ` : '');
  const places = (origin: string): string =>
    origin
      .split(' and ')
      .map((path) => options.shown(path))
      .join(' and ');
  const found = dataSources.flatMap(({ dataSource, origin, migrations, table }) =>
    origin === null || table === ''
      ? []
      : [`${prefixOf(dataSource)}Found ${count(migrations.length)} in ${places(origin)}; table "${table}".`],
  );
  const moves = (would?.move ?? moved).map(({ from, to }) => `${would ? 'Would move' : 'Moving'} ${from} to ${to}`);
  const file = revision === null ? ['Would write the first revision.'] : written ? [generated(revision)] : [];
  const stamps = dataSources
    .filter(({ dataSource, stamped }) => stamped || would?.stamp.includes(dataSource) === true)
    .map(({ dataSource }) => {
      const where = revision === null ? 'it' : `revision ${revision.revision}`;
      return `${prefixOf(dataSource)}${would ? 'Would note' : 'Noted'} the database at ${where}.`;
    });
  return [...found, ...moves, ...file, ...stamps];
}

function count(migrations: number): string {
  return migrations === 1 ? '1 migration' : `${migrations} migrations`;
}
