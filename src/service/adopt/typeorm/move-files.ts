import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { AdoptionRefusedError } from '../../../errors/adopt.errors.js';
import { resolveSource } from '../../../repository/files/foreign-module.js';
import { counterparts } from './counterparts.js';
import type { OldMigration } from './old-history.js';

/** A file, and where it goes. */
export interface Move {
  readonly from: string;
  readonly to: string;
}

/** Old migrations at their new places, and all files that move for that. */
export interface MovePlan {
  readonly migrations: readonly OldMigration[];
  readonly moves: readonly Move[];
}

/**
 * What moving the files of old migrations into a folder means: the sources move, with the files that they import from
 * where they are. Nothing is moved yet.
 *
 * @throws AdoptionRefusedError when a class is in no file, or a file imports what would stay behind
 */
export async function planMoves(migrations: readonly OldMigration[], target: string): Promise<MovePlan> {
  const lost = migrations.filter(({ file }) => file === undefined);
  if (lost.length > 0) {
    throw new AdoptionRefusedError(
      `No file was found for ${lost.map(({ name }) => name).join(', ')}, so it cannot move.`,
      {
        hint: 'Name the folder of the classes with --folder, or adopt without --move.',
      },
    );
  }
  const located = migrations.map((migration) => ({ migration, source: sourceOf(migration.file as string) }));
  const base = commonFolder(located.map(({ source }) => source));
  const files = await withImports(
    located.map(({ source }) => source),
    base,
    target,
  );
  const placeOf = (file: string): string => join(target, relative(base, file));
  const taken = files.map(placeOf).filter((place) => existsSync(place));
  if (taken.length > 0)
    throw new AdoptionRefusedError(`${taken.join(', ')} is there already, so nothing can move there.`);
  return {
    migrations: located.map(({ migration, source }) => ({ ...migration, file: placeOf(source) })),
    moves: files.map((file) => ({ from: file, to: placeOf(file) })),
  };
}

/** Moves files; when one cannot be moved, or `then` fails, all go back. */
export async function move<T>(moves: readonly Move[], then: () => Promise<T>): Promise<T> {
  const done: Move[] = [];
  try {
    for (const { from, to } of moves) {
      mkdirSync(dirname(to), { recursive: true });
      renameSync(from, to);
      done.push({ from, to });
    }
    return await then();
  } catch (error) {
    for (const { from, to } of done.toReversed()) renameSync(to, from);
    throw error;
  }
}

/** A compiled file is made again by the next build: its source is what moves. */
function sourceOf(file: string): string {
  const source = counterparts(file).find((other) => /\.[cm]?ts$/.test(other) && existsSync(other));
  return source ?? file;
}

function commonFolder(files: readonly string[]): string {
  let folder = dirname(files[0] ?? '');
  while (!files.every((file) => file.startsWith(folder + sep))) folder = dirname(folder);
  return folder;
}

async function withImports(files: readonly string[], base: string, target: string): Promise<readonly string[]> {
  const { transform } = await import('sucrase');
  const all = new Set(files);
  const require = createRequire(join(target, '_'));
  for (const file of all) {
    const source = readFileSync(file, 'utf8');
    // Imports of types alone are gone from the result.
    const { code } = transform(source, { transforms: ['typescript', 'imports'], filePath: file });
    for (const [, specifier = ''] of code.matchAll(/\brequire\(['"]([^'"]+)['"]\)/g)) {
      const found = resolveSource(specifier, file);
      if (found !== undefined && found.startsWith(base + sep)) all.add(found);
      else if (found !== undefined || !isPackage(specifier, require)) throw staysBehind(file, specifier);
    }
  }
  return [...all];
}

function isPackage(specifier: string, require: NodeJS.Require): boolean {
  try {
    return require.resolve(specifier) !== '';
  } catch {
    return false;
  }
}

function staysBehind(file: string, specifier: string): AdoptionRefusedError {
  return new AdoptionRefusedError(`${file} imports "${specifier}", which would stay behind when the file moves.`, {
    hint: 'Adopt without --move: the revision then runs the classes from where they are, compiled or not.',
  });
}
