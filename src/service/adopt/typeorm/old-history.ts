import type { DataSource, MigrationInterface } from 'typeorm';
import { AdoptionRefusedError, NothingToAdoptError } from '../../../errors/adopt.errors.js';
import type { BoundDataSource } from '../../options/options.js';
import { loadMigrations, migrationName } from '../../../runtime/index.js';
import { type ConfigFile, findConfigFile, readConfigFile } from './config-file.js';
import { filesOf, filesOfFolder, holdsDataSource, locateClasses } from './migration-files.js';

/** Where to look for the migrations of one data source, where its own options do not list them. */
export interface LookFor {
  /** Files with a data source of TypeORM's command line. */
  readonly configs: readonly string[];
  /** Folders with migration classes. */
  readonly folders: readonly string[];
  /** Look for such a file in the usual places. */
  readonly guess: boolean;
  /** TypeORM's `--transaction`. */
  readonly transaction?: TransactionMode;
}

export type TransactionMode = 'all' | 'each' | 'none';

/** One old migration class. */
export interface OldMigration {
  readonly name: string;
  readonly timestamp: number;
  /** Absolute path; undefined where the class is in no file that was found. */
  readonly file?: string;
}

/** The migrations of TypeORM that a data source has, in the order in which TypeORM runs them. */
export interface OldHistory {
  readonly table: string;
  readonly transaction: TransactionMode;
  readonly migrations: readonly OldMigration[];
  /** Where they were found, for people: `the options of data source "default"`, a file, a folder. */
  readonly origin: string;
}

type TypeormOptions = Pick<
  DataSource['options'],
  'migrations' | 'migrationsTableName' | 'migrationsTransactionMode' | ('schema' & keyof DataSource['options'])
>;

/**
 * Finds the migrations of TypeORM that belong to a connected data source: those in the folders or files that are named,
 * else those of its options, else those of a data source file for TypeORM's command line.
 *
 * @returns undefined when there are none
 * @throws NothingToAdoptError for a folder or file without migrations; AdoptionRefusedError for classes that TypeORM itself
 *   would not run; TypeormFileError
 */
export async function findOldHistory(bound: BoundDataSource, look: LookFor): Promise<OldHistory | undefined> {
  const { dataSource } = bound;
  const own: TypeormOptions = dataSource.options;
  const sought = await sourceOf(bound, look);
  if (sought === undefined) return undefined;
  const { classes, options, origin } = sought;
  const transaction = look.transaction ?? options.migrationsTransactionMode ?? own.migrationsTransactionMode ?? 'all';
  refuseUnrunnable(classes, transaction, origin);
  return {
    table: options.migrationsTableName ?? own.migrationsTableName ?? 'migrations',
    transaction,
    migrations: inOrder(classes),
    origin,
  };
}

interface FoundClass {
  readonly instance: MigrationInterface;
  readonly file?: string;
}

interface Sought {
  readonly classes: readonly FoundClass[];
  readonly options: TypeormOptions;
  readonly origin: string;
}

/** What explains that a data source has no migrations though its options list patterns; undefined where they list none. */
export function unmatchedPatterns({ dataSource, name }: BoundDataSource): string | undefined {
  const patterns = Object.values(dataSource.options.migrations ?? {}).filter((entry) => typeof entry === 'string');
  if (patterns.length === 0 || dataSource.migrations.length > 0) return undefined;
  return `\`migrations\` of data source "${name}" found no class: ${patterns.join(', ')}. Is it built?`;
}

async function sourceOf(bound: BoundDataSource, look: LookFor): Promise<Sought | undefined> {
  const { dataSource, name } = bound;
  const configs: ConfigFile[] = [];
  for (const path of look.configs) configs.push(await readConfigFile(path));
  if (configs.length > 1) refuseUnlike(configs, look.transaction);
  // Where both are given, the files specify the table and the transaction mode of the classes in the folders.
  if (look.folders.length > 0) return ofFolders(look.folders, configs[0]?.options ?? dataSource.options);
  if (configs.length > 0) return ofConfigFiles(configs);
  if (dataSource.migrations.length > 0) {
    const origin = `\`migrations\` of data source "${name}"`;
    const classes = await locateClasses(dataSource.migrations, dataSource.options.migrations);
    return { classes, options: dataSource.options, origin };
  }
  const guessed = look.guess ? await findConfigFile(unmatchedPatterns(bound)) : undefined;
  return guessed === undefined ? undefined : ofConfigFiles([guessed]);
}

async function ofFolders(folders: readonly string[], options: TypeormOptions): Promise<Sought> {
  const found: FoundClass[] = [];
  for (const folder of folders) {
    // What has no time in its name is no migration that TypeORM could have run: a helper, or a base class.
    const all = await loadAll((await filesOfFolder(folder)).filter((file) => !holdsDataSource(file)));
    const classes = all.filter(({ instance }) => timestampOf(migrationName(instance)));
    if (classes.length === 0) throw new NothingToAdoptError(`There is no migration class of TypeORM in ${folder}.`);
    found.push(...classes);
  }
  return { classes: byName(found), options, origin: [...new Set(folders)].join(' and ') };
}

/** Files whose migrations share one table, such as one for the schema and one for seeds. */
async function ofConfigFiles(configs: readonly ConfigFile[]): Promise<Sought> {
  const found: FoundClass[] = [];
  for (const config of configs) found.push(...(await classesOf(config)));
  const [{ options } = { options: {} }] = configs;
  const classes = configs.length > 1 ? byName(found) : found;
  return { classes, options, origin: [...new Set(configs.map(({ path }) => path))].join(' and ') };
}

/** The revision has one table and one transaction mode for a data source. */
function refuseUnlike(configs: readonly ConfigFile[], mode: TransactionMode | undefined): void {
  const [first, ...others] = configs as [ConfigFile, ...ConfigFile[]];
  const tableOf = ({ options }: ConfigFile): string => options.migrationsTableName ?? 'migrations';
  const modeOf = ({ options }: ConfigFile): string => mode ?? options.migrationsTransactionMode ?? 'all';
  for (const other of others) {
    if (tableOf(other) !== tableOf(first)) {
      throw new AdoptionRefusedError(
        `${first.path} has the table "${tableOf(first)}", and ${other.path} the table "${tableOf(other)}": one data source has one.`,
        {
          hint: 'Adopt the files of one table, and write a revision with op.runTypeormMigrations for those of the other.',
        },
      );
    }
    if (modeOf(other) !== modeOf(first)) {
      throw new AdoptionRefusedError(
        `${first.path} has the transaction mode "${modeOf(first)}", and ${other.path} the mode "${modeOf(other)}".`,
        { hint: 'Specify the one that all classes run in: --transaction all, each or none.' },
      );
    }
  }
}

async function classesOf({ path, options }: ConfigFile): Promise<readonly FoundClass[]> {
  const listed = Object.values(options.migrations ?? {});
  const classes = listed.filter((entry) => typeof entry !== 'string') as (new () => MigrationInterface)[];
  const patterns = listed.filter((entry) => typeof entry === 'string');
  const ofClasses = await locateClasses(classes.map((type) => new type()));
  refuseLost(ofClasses, path);
  const found = [...ofClasses, ...(await loadAll(await filesOf(patterns)))];
  if (found.length === 0) {
    throw new NothingToAdoptError(`The data source in ${path} lists no migration class: ${patterns.join(', ')}`, {
      hint: 'Its patterns are relative to the folder that nest-cmd runs in. Name the folder of the classes with --folder.',
    });
  }
  return found;
}

/** Nest's data source does not list them, so that the revision could find them by their files only. */
function refuseLost(classes: readonly FoundClass[], path: string): void {
  const lost = classes.filter(({ file }) => file === undefined).map(({ instance }) => migrationName(instance));
  if (lost.length === 0) return;
  throw new AdoptionRefusedError(`No file was found that declares ${lost.join(', ')}, which ${path} lists.`, {
    hint: 'Name the folder of the classes with --folder, or list them under `migrations` in TypeOrmModule.forRoot too.',
  });
}

async function loadAll(files: readonly string[]): Promise<readonly FoundClass[]> {
  const found: FoundClass[] = [];
  for (const file of files) {
    for (const instance of await loadMigrations(file)) found.push({ instance, file });
  }
  return byName(found);
}

/** A class that exists compiled as well is one class. */
function byName(classes: readonly FoundClass[]): readonly FoundClass[] {
  const found = new Map<string, FoundClass>();
  for (const one of classes) {
    const name = migrationName(one.instance);
    if (!found.has(name)) found.set(name, one);
  }
  return [...found.values()];
}

/** TypeORM's order: by the number at the end of the name; equal ones stay as they were found. */
function inOrder(classes: readonly FoundClass[]): readonly OldMigration[] {
  return classes
    .map(({ instance, file }) => {
      const name = migrationName(instance);
      return { name, timestamp: timestampOf(name), ...(file !== undefined && { file }) };
    })
    .sort((one, other) => one.timestamp - other.timestamp);
}

function timestampOf(name: string): number {
  return Number.parseInt(name.slice(-13), 10);
}

/** What TypeORM refuses at its next run would be refused by the revision, on the first new database. */
function refuseUnrunnable(classes: readonly FoundClass[], mode: TransactionMode, origin: string): void {
  const names = classes.map(({ instance }) => migrationName(instance));
  const untimed = names.filter((name) => !timestampOf(name));
  if (untimed.length > 0) {
    throw new AdoptionRefusedError(
      `TypeORM would not run ${untimed.join(', ')} (${origin}): the name must end with the 13 digits of a time.`,
      { hint: 'Take files that are no migrations out of the pattern, or give the class its time back.' },
    );
  }
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  if (twice.length > 0) {
    throw new AdoptionRefusedError(`TypeORM would not run ${twice.join(', ')} (${origin}): it is there twice.`);
  }
  const own = classes.filter(({ instance }) => instance.transaction !== undefined).map(({ instance }) => instance);
  if (mode === 'all' && own.length > 0) {
    throw new AdoptionRefusedError(
      `TypeORM would not run ${own.map(migrationName).join(', ')} (${origin}): a class has a \`transaction\` of its own, and the mode is "all".`,
      {
        hint: "Set migrationsTransactionMode as it is used in production, or name it: --transaction each, as TypeORM's own command line takes it.",
      },
    );
  }
}
