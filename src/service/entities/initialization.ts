import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import type { DataSource } from 'typeorm';
import { packageOfDriver } from '../../dialects/drivers.js';
import { knownHint } from '../../errors/known-hints.js';
import { columnNamedIn } from '../../errors/column-places.js';
import { DataSourceInvalidError } from '../../errors/service.errors.js';
import { missingModule, placeOf, shortPath } from '../../errors/source-place.js';
import { causesOf, describeThrown } from '../../errors/thrown.js';
import { placeOfClass } from './class-place.js';
import { memberNamedIn } from './entity-places.js';
import { writtenSchemas } from './schema-places.js';

/** What TypeORM loads before it opens a data source for use, in this order. */
const parts = ['subscribers', 'entities', 'migrations'] as const;
type Part = (typeof parts)[number];

/** What TypeORM has loaded so far: it replaces each of these when that part is done. */
export type LoadedParts = Readonly<Record<Part, unknown>>;

export function loadedParts({ subscribers, entityMetadatas, migrations }: DataSource): LoadedParts {
  return { subscribers, entities: entityMetadatas, migrations };
}

/** Frames of TypeORM that called the application's code: what is below them is who called TypeORM. */
const CALLERS = /[\\/]typeorm[\\/](util|connection|data-source|driver)[\\/]/;

/**
 * The error for a data source that is connected, and whose entities, subscribers or TypeORM migrations do not load, or make
 * no sense to TypeORM: with file and line, as far as they can be found.
 *
 * @param before what was loaded when TypeORM began
 */
export async function initializationFailure(
  name: string,
  dataSource: DataSource,
  before: LoadedParts,
  error: unknown,
): Promise<DataSourceInvalidError> {
  const now = loadedParts(dataSource);
  const part = parts.find((one) => now[one] === before[one]);
  const loading = `its ${part === 'migrations' ? 'TypeORM migrations' : (part ?? 'entities')} do not load`;
  const invalid = (what: string, place: string | undefined, reason: string, hint?: string): DataSourceInvalidError => {
    const where = place === undefined || saysWhere(reason) ? '' : `${place}: `;
    return new DataSourceInvalidError(name, `${what}: ${where}${reason}`, error, hint);
  };

  const chain = causesOf(error);
  const missing = chain.map(missingModule).find((found) => found !== undefined);
  if (missing !== undefined) return invalid(loading, missing.importer, `cannot find ${missing.what}.`, missing.hint);
  const reason = describeThrown(error)
    .replace(/^Cannot load the application: /, '')
    .replace(/^\S.*?\.[cm]?[jt]s(?=:\d+: )/, shortPath);
  const place = placeOfChain(chain);
  if (place !== undefined || saysWhere(reason)) return invalid(loading, place, reason, knownHint(error));
  const file = part === undefined ? undefined : await fileThatFails(patternsOf(dataSource, part));
  if (file !== undefined) return invalid(loading, lineOfSyntaxError(file, error) ?? shortPath(file), reason);
  if (part === 'subscribers' && dataSource.options.cache)
    return invalid('its query cache does not work', place, reason);
  if (part !== 'entities' && !isTypeOrmError(error)) return new DataSourceInvalidError(name, reason, error);
  const member = columnNamedIn(reason) ?? (await memberNamedIn(reason, dataSource));
  return invalid('TypeORM refuses its entities', member?.place ?? (await placeOfEntity(reason)), reason, member?.hint);
}

/** The error for a data source that is not connected since code failed: the application's, TypeORM's or the driver's. */
export function codeFailure(name: string, dataSource: DataSource, error: unknown): DataSourceInvalidError | undefined {
  const reason = describeThrown(error);
  const place = placeOfChain(causesOf(error));
  if (place !== undefined) return new DataSourceInvalidError(name, `${place}: ${reason}`, error);
  if (isTypeOrmError(error)) return new DataSourceInvalidError(name, reason, error);
  const missing = missingModule(error);
  if (missing === undefined && !isBinaryMissing(error)) return undefined;
  const driver = packageOfDriver(dataSource.options.type);
  return new DataSourceInvalidError(
    name,
    `its driver ${driver} does not load: ${missing === undefined ? reason : `cannot find ${missing.what}.`}`,
    error,
    missing?.hint ?? `npm rebuild ${driver}, with the Node that runs the application.`,
  );
}

/** The binary part of a driver is not there, or was built for another Node or system. */
function isBinaryMissing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    ('code' in error && error.code === 'ERR_DLOPEN_FAILED') ||
    error.message.startsWith('Could not locate the bindings file')
  );
}

/** By its name, since TypeORM is not loaded for commands that need no database. */
function isTypeOrmError(error: unknown): boolean {
  for (let type: unknown = error; type !== null && typeof type === 'object'; type = Object.getPrototypeOf(type)) {
    if (type.constructor.name === 'TypeORMError') return true;
  }
  return false;
}

const placeOfChain = (chain: readonly unknown[]): string | undefined =>
  chain.map((one) => placeOf(one, CALLERS)).findLast((one) => one !== undefined);

/** Errors of a compiler, and of the thread that loads ES modules, name the file themselves. */
const saysWhere = (reason: string): boolean => /\.[cm]?[jt]s:\d+: /.test(reason);

function patternsOf({ options }: DataSource, part: Part): readonly string[] {
  return Object.values(options[part] ?? {}).filter((one): one is string => typeof one === 'string');
}

/** The first file of TypeORM's patterns that does not load, for what was thrown without a stack. Loads them again. */
async function fileThatFails(patterns: readonly string[]): Promise<string | undefined> {
  if (patterns.length === 0) return undefined;
  try {
    const loader = await import('typeorm/util/DirectoryExportedClassesLoader.js');
    const { importOrRequireFile } = await import('typeorm/util/ImportUtils.js');
    for (const file of await filesOf(patterns, loader.importClassesFromDirectories)) {
      const failed = await importOrRequireFile(file).then(
        () => false,
        () => true,
      );
      if (failed) return file;
    }
  } catch {
    // This version of TypeORM keeps these elsewhere: the message has no file.
  }
  return undefined;
}

/** The place of a syntax error, which an ES module's does not have: Node reports it only when it exits, or checks a file. */
function lineOfSyntaxError(file: string, error: unknown): string | undefined {
  if (!(error instanceof SyntaxError) || !/\.[cm]?js$/.test(file)) return undefined;
  const { stderr } = spawnSync(process.execPath, ['--check', file], { encoding: 'utf8', env: {} });
  const line = /^.*\.[cm]?js:(\d+)$/m.exec(stderr)?.[1];
  return line === undefined ? undefined : `${shortPath(file)}:${line}`;
}

type LoadClasses = typeof import('typeorm/util/DirectoryExportedClassesLoader.js').importClassesFromDirectories;

/** The files of patterns, each found as TypeORM finds them: it logs them before it loads them. */
async function filesOf(patterns: readonly string[], load: LoadClasses): Promise<readonly string[]> {
  const files: string[] = [];
  for (const pattern of patterns) {
    const prefix = `"${pattern}" : "`;
    const log = (_level: string, message: unknown): void => {
      const text = String(message);
      const start = text.indexOf(prefix);
      if (start >= 0) files.push(...text.slice(start + prefix.length, -1).split(','));
    };
    // With no format it finds the files, and loads none of them.
    await load({ log } as never, [pattern], []);
  }
  return files.filter((file) => /(?<!\.d)\.[cm]?[jt]s$/.test(file)).map((file) => resolve(file));
}

/** Where the entity is declared that a message of TypeORM names first. */
async function placeOfEntity(reason: string): Promise<string | undefined> {
  const { getMetadataArgsStorage } = await import('typeorm');
  const named = getMetadataArgsStorage()
    .tables.map(({ target }) => target)
    .filter((target) => typeof target === 'function' && target.name !== '')
    .map((target) => target as new () => unknown)
    .map((target) => ({
      target,
      at: reason.search(new RegExp(`(?<![\\w$])${target.name.replaceAll('$', '\\$')}(?![\\w$])`)),
    }))
    .filter(({ at }) => at >= 0)
    .sort((one, other) => one.at - other.at);
  const [first, second] = named;
  // Two entities of one name: neither would be sure.
  if (first === undefined) return placeOfSchema(reason);
  if (second?.at === first.at && second.target !== first.target) return undefined;
  return placeOfClass(first.target);
}

/** Where the EntitySchema is that a message of TypeORM names in quotes. */
function placeOfSchema(reason: string): string | undefined {
  const quoted = [...reason.matchAll(/["'`](.+?)["'`]/g)].map(([, name]) => name);
  const named = writtenSchemas().filter(({ name }) => quoted.includes(name));
  return named.length === 1 ? named[0]?.place : undefined;
}
