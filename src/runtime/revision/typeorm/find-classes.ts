import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { DataSource, MigrationInterface } from 'typeorm';
import { TypeormFileError, TypeormMigrationMissingError } from '../../../errors/adopt.errors.js';
import type { TypeormHistory } from '../../../operations/call/typeorm-migrations.js';
import { loadForeignModule } from '../../../repository/files/foreign-module.js';

const extensions = ['.ts', '.js', '.mts', '.mjs', '.cts', '.cjs'];

/** Where migration classes may come from. */
export interface ClassPlaces {
  readonly dataSource: DataSource;
  readonly dataSourceName: string;
  /** The revision file, which folders are relative to. */
  readonly revisionFile: string | undefined;
}

/**
 * The migration classes of a history by name: those that the data source lists, else those in the history's files.
 *
 * The data source comes first because it has them as the application loads them, from its build or its sources, with the
 * application's own entity classes in what they import.
 *
 * @throws TypeormMigrationMissingError, TypeormFileError
 */
export async function findClasses(
  { folders, classes }: TypeormHistory,
  wanted: readonly string[],
  { dataSource, dataSourceName, revisionFile }: ClassPlaces,
): Promise<ReadonlyMap<string, MigrationInterface>> {
  const found = new Map<string, MigrationInterface>(
    dataSource.migrations.map((instance) => [migrationName(instance), instance]),
  );
  const base = dirname(revisionFile ?? '');
  for (const { name, file } of classes) {
    if (!wanted.includes(name) || found.has(name) || file === undefined) continue;
    const path = folders.flatMap((folder) => candidates(resolve(base, folder, file))).find(existsSync);
    if (path === undefined) continue;
    for (const instance of await loadMigrations(path)) found.set(migrationName(instance), instance);
  }
  const missing = wanted.filter((name) => !found.has(name));
  if (missing.length > 0) {
    const places = folders.map((folder) => join(base, folder));
    throw new TypeormMigrationMissingError(missing, dataSourceName, places);
  }
  return found;
}

function candidates(path: string): readonly string[] {
  return extensions.map((extension) => `${path}${extension}`);
}

/** The name under which TypeORM records a migration. */
export function migrationName(instance: MigrationInterface): string {
  return instance.name || instance.constructor.name;
}

/**
 * The migrations that a file exports, found as TypeORM does: in its exports, and in lists and plain objects there, but not in a data
 * source or its options.
 *
 * @throws TypeormFileError
 */
export async function loadMigrations(path: string): Promise<readonly MigrationInterface[]> {
  try {
    return classesIn(await loadForeignModule(path)).map((type) => new type());
  } catch (error) {
    throw new TypeormFileError(path, error);
  }
}

type MigrationClass = new () => MigrationInterface;

function classesIn(exported: unknown, seen = new Set<object>()): readonly MigrationClass[] {
  if (typeof exported === 'function') return isMigrationClass(exported) ? [exported] : [];
  if (!isCollection(exported) || seen.has(exported)) return [];
  seen.add(exported);
  return [...new Set(Object.values(exported).flatMap((value) => classesIn(value, seen)))];
}

/** Whether a value is a list or a plain object; a data source, a provider or a connection refers to much that nobody exported. */
function isCollection(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const { then, migrations, type } = value as Record<string, unknown>;
  const isDataSourceOptions = migrations !== undefined && typeof type === 'string';
  const prototype = Object.getPrototypeOf(value) as object | null;
  const isPlain = Array.isArray(value) || prototype === null || Object.getPrototypeOf(prototype) === null;
  return isPlain && !isDataSourceOptions && then === undefined;
}

function isMigrationClass(value: unknown): value is MigrationClass {
  const { prototype } = value as { readonly prototype?: Partial<MigrationInterface> };
  return typeof prototype?.up === 'function';
}
