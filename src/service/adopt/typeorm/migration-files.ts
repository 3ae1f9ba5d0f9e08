import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import type { DataSource, MigrationInterface } from 'typeorm';
import { ownFolder } from '../../../errors/source-place.js';
import { migrationName } from '../../../runtime/index.js';

const loadable = /(?<!\.d)\.[cm]?[jt]s$/;

/** Files that patterns mean, in the order of the patterns: with the globbing that TypeORM itself uses for them. */
export async function filesOf(patterns: readonly string[]): Promise<readonly string[]> {
  const glob = typeormGlob();
  const found = patterns.flatMap((pattern) => glob(pattern.replaceAll('\\', '/')));
  return [...new Set(found.map((file) => resolve(file)))].filter((file) => loadable.test(file));
}

/** Files of a folder and the folders in it. */
export async function filesOfFolder(folder: string): Promise<readonly string[]> {
  return filesOf([`${resolve(folder)}/**/*`]);
}

/** Whether a file makes a data source, which it would do when it is loaded, and no migration. */
export function holdsDataSource(file: string): boolean {
  const text = readFileSync(file, 'utf8');
  return /\bnew\s+(?:\w+\.)?DataSource\s*\(/.test(text) && !/\bup\s*[(=:]/.test(text);
}

type Glob = (pattern: string) => readonly string[];

/** TypeORM 1 has tinyglobby, 0.3 has glob: dependencies of its own, so they are looked for from there. */
function typeormGlob(): Glob {
  const require = createRequire(createRequire(join(ownFolder, 'index.js')).resolve('typeorm'));
  for (const name of ['tinyglobby', 'glob']) {
    try {
      return (require(name) as { globSync: Glob }).globSync;
    } catch {
      continue;
    }
  }
  throw new Error('TypeORM has no library for patterns of files.');
}

/** A migration, and the file that its class is in. */
export interface LocatedMigration {
  readonly instance: MigrationInterface;
  readonly file?: string;
}

/**
 * The files that migrations are in: those of the patterns, else anywhere in the application's sources. Files are searched
 * for the name of the class, since loading them again would run them twice.
 */
export async function locateClasses(
  instances: readonly MigrationInterface[],
  listed: DataSource['options']['migrations'] = [],
): Promise<readonly LocatedMigration[]> {
  const patterns = Object.values(listed).filter((entry) => typeof entry === 'string');
  const near = textsOf(await filesOf(patterns));
  const elsewhere = once(async () => textsOf(await filesOf(['src/**/*.ts', 'dist/**/*.js'])));
  return Promise.all(
    instances.map(async (instance) => {
      const name = migrationName(instance);
      const file = fileWith(name, near) ?? fileWith(name, await elsewhere());
      return file === undefined ? { instance } : { instance, file };
    }),
  );
}

type Texts = ReadonlyMap<string, string>;

function textsOf(files: readonly string[]): Texts {
  return new Map(files.map((file) => [file, readFileSync(file, 'utf8')]));
}

/** The file that declares the class, or gives the name to one; a file that only imports it does neither. */
function fileWith(name: string, texts: Texts): string | undefined {
  const word = name.replaceAll(/[$]/g, String.raw`\$`);
  const declaration = new RegExp(`\\bclass\\s+${word}\\b|\\bname\\b[^\\n]*=\\s*['"\`]${word}['"\`]`);
  return [...texts].find(([, text]) => declaration.test(text))?.[0];
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
