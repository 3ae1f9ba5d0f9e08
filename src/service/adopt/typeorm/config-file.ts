import { existsSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { DataSource } from 'typeorm';
import { AdoptionRefusedError, NothingToAdoptError, TypeormFileError } from '../../../errors/adopt.errors.js';
import { loadForeignModule } from '../../../repository/files/foreign-module.js';
import { counterparts } from './counterparts.js';
import { filesOf } from './migration-files.js';

/** A file that TypeORM's command line takes with `-d`, or an ormconfig of older versions. */
export interface ConfigFile {
  /** Absolute. */
  readonly path: string;
  readonly options: Partial<DataSource['options']>;
}

const folders = [
  '',
  'src',
  'src/database',
  'src/db',
  'src/config',
  'src/typeorm',
  'database',
  'db',
  'config',
  'typeorm',
];
const names = [
  'data-source',
  'datasource',
  'dataSource',
  'app-data-source',
  'typeorm.config',
  'typeorm-cli.config',
  'typeorm.datasource',
  'typeorm',
  'ormconfig',
  'orm.config',
];
const extensions = ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs', 'json'];

/**
 * Looks for a file with a data source that lists migrations: those that package.json's scripts name with `-d`, and the
 * usual ones. The data source is never connected.
 *
 * @param why what explains that the search is needed, for the message of a refusal
 * @returns undefined when there is none
 * @throws TypeormFileError; AdoptionRefusedError when several were found
 */
export async function findConfigFile(why?: string): Promise<ConfigFile | undefined> {
  const found: ConfigFile[] = [];
  const failures: unknown[] = [];
  for (const path of candidates()) {
    // A file of such a name may be about something else; it matters only where nothing better is found.
    const options = await optionsIn(path).catch((error: unknown) => void failures.push(error));
    found.push(...(options ?? []).map((one) => ({ path, options: one })));
  }
  if (found.length === 0 && failures.length > 0) throw failures[0];
  if (found.length > 1) {
    throw new AdoptionRefusedError(
      [`Several data sources list migrations: ${found.map(({ path }) => relative('', path)).join(', ')}.`, why ?? []]
        .flat()
        .join(' '),
      {
        hint: 'Specify which one: --typeorm-config FILE. Where several share one table, repeat the option for each of them.',
      },
    );
  }
  return found[0];
}

/**
 * The file with a data source that lists migrations which exist, to name it in a message. A file that connects when it is
 * loaded is left alone, and so is one that does not load: `findConfigFile` says why.
 *
 * @returns its path, relative to the working directory
 */
export async function fileThatLists(): Promise<string | undefined> {
  for (const path of candidates()) {
    const text = readFileSync(path, 'utf8');
    if (!text.includes('migrations') || text.includes('.initialize(')) continue;
    const found = await optionsIn(path).catch(() => []);
    for (const { migrations } of found) if (await hasMigrations(migrations)) return relative('', path);
  }
  return undefined;
}

/** Whether entries of `migrations` name a class, or match a file. */
export async function hasMigrations(listed: DataSource['options']['migrations'] = []): Promise<boolean> {
  const entries: readonly unknown[] = Object.values(listed);
  const patterns = entries.filter((entry) => typeof entry === 'string');
  return patterns.length < entries.length || (await filesOf(patterns)).length > 0;
}

function candidates(): readonly string[] {
  return [...new Set([...filesOfScripts(), ...usualFiles()].map((file) => resolve(file)))].filter((file) =>
    existsSync(file),
  );
}

/**
 * Reads the options in a file with a data source. The data source is never connected.
 *
 * @throws NothingToAdoptError when the file does not exist, or has no data source with migrations; TypeormFileError;
 *   AdoptionRefusedError when it has several
 */
export async function readConfigFile(named: string): Promise<ConfigFile> {
  const path = resolve(named);
  if (!existsSync(path)) throw new NothingToAdoptError(`There is no file ${path}.`);
  const [options, ...others] = await optionsIn(path);
  if (options === undefined) {
    throw new NothingToAdoptError(`${path} exports no data source that lists migrations.`, {
      hint: 'It must export a DataSource, or options, with `migrations`. Name the folder of the classes with --folder instead.',
    });
  }
  if (others.length === 0) return { path, options };
  throw new AdoptionRefusedError(`${path} exports ${others.length + 1} data sources that list migrations.`, {
    hint: 'Name the folder of the classes: --folder DIR.',
  });
}

function filesOfScripts(): readonly string[] {
  if (!existsSync('package.json')) return [];
  const { scripts = {} } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts?: Record<string, string> };
  return Object.values(scripts)
    .filter((script) => script.includes('typeorm'))
    .flatMap((script) => [...script.matchAll(/(?:\s-d|--dataSource|--config|-f)[ =]+["']?([^\s"']+)/g)])
    .map(([, file = '']) => file);
}

function usualFiles(): readonly string[] {
  return folders.flatMap((folder) => {
    const files = names.map((name) => extensions.map((extension) => join(folder, `${name}.${extension}`)));
    return files.flatMap((candidates) => candidates.find((candidate) => existsSync(candidate)) ?? []);
  });
}

/** Options with migrations in what a file exports. Its compiled counterpart is taken where the file itself does not load. */
async function optionsIn(path: string): Promise<readonly Partial<DataSource['options']>[]> {
  if (path.endsWith('.json')) return dataSources(JSON.parse(readFileSync(path, 'utf8')) as unknown);
  let first: unknown;
  for (const candidate of [path, ...counterparts(path).filter((other) => existsSync(other))]) {
    try {
      return dataSources(await awaited(await loadForeignModule(candidate)));
    } catch (error) {
      first ??= new TypeormFileError(candidate, error);
    }
  }
  throw first;
}

/** A file may export the promise of a data source. */
async function awaited(exported: object): Promise<readonly unknown[]> {
  return Promise.all(Object.values(exported));
}

function dataSources(exported: unknown): readonly Partial<DataSource['options']>[] {
  const values = Array.isArray(exported) ? exported.flat() : [exported];
  const options = values.map((value) => (isRecord(value) && isRecord(value['options']) ? value['options'] : value));
  const listing = options.filter(
    (value) => isRecord(value) && Object.values(value['migrations'] ?? {}).length > 0,
  ) as Partial<DataSource['options']>[];
  return [...new Set(listing)];
}

function isRecord(value: unknown): value is Record<string, object> {
  return typeof value === 'object' && value !== null;
}
