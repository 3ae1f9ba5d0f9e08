import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join, relative } from 'node:path';
import type { TsConfigJsonResolved } from 'get-tsconfig';
import { type BuildFile, buildFilesAround, isInside } from './builds.js';
import { addToList } from './jsonc.js';
import { messageOf } from '../../errors/thrown.js';

/** What became of the configurations that would have compiled a repository's revisions into the application's build. */
export interface BuildExclusion {
  /** Absolute paths of those that leave the repository out now. */
  readonly changed: readonly string[];
  /** What to add by hand, for each that could not be changed. */
  readonly advice: readonly string[];
}

/**
 * Keeps a repository out of the application's build, where the tsconfig that builds would compile it.
 *
 * A tsconfig without `include` compiles every file below it, and TypeScript counts the places in `outDir` from the folder
 * that they have in common: with `migrations/versions/*.ts` next to `src`, `dist/main.js` becomes `dist/src/main.js`. A
 * repository inside the sources moves nothing, and may be meant to be compiled: it is left alone.
 */
export async function excludeFromBuild(directory: string): Promise<BuildExclusion> {
  const changed: string[] = [];
  const advice: string[] = [];
  for (const file of nearest(directory)) {
    if (isInside(file.sourceRoot, directory)) continue;
    const folder = relative(dirname(file.tsconfig), directory).replaceAll('\\', '/');
    const outcome = await exclude(file.tsconfig, folder, directory);
    if (outcome === 'changed') changed.push(file.tsconfig);
    else if (outcome !== 'not needed') {
      advice.push(
        `${file.tsconfig} could not be changed (${outcome}). Add "${folder}" to its "exclude": else the build compiles the revisions too, and may write dist/src/main.js instead of dist/main.js.`,
      );
    }
  }
  return { changed, advice };
}

/** Those of the nearest folder that has any, and of the nest-cli.json above it; what is further up checks, and builds nothing. */
function nearest(directory: string): readonly BuildFile[] {
  const files = buildFilesAround(directory);
  const [first] = files;
  return files.filter(({ tsconfig, root }) => root === first?.root || dirname(tsconfig) !== root);
}

/** @returns what prevents it, where it cannot be done */
async function exclude(tsconfig: string, folder: string, directory: string): Promise<string> {
  const { parseTsconfig } = await import('get-tsconfig');
  try {
    const config = parseTsconfig(tsconfig);
    if (!(await compiles(tsconfig, config, directory))) return 'not needed';
    const before = readFileSync(tsconfig, 'utf8');
    const after = addToList(before, 'exclude', folder, inherited(config, dirname(tsconfig)));
    if (after === undefined) return '"exclude" is no list';
    writeFileSync(tsconfig, after);
    if (!(await compiles(tsconfig, parseTsconfig(tsconfig), directory))) return 'changed';
    writeFileSync(tsconfig, before);
    return 'it would still be compiled';
  } catch (error) {
    return messageOf(error);
  }
}

async function compiles(tsconfig: string, config: TsConfigJsonResolved, directory: string): Promise<boolean> {
  if (config.compilerOptions?.noEmit === true) return false;
  const { createFilesMatcher } = await import('get-tsconfig');
  return createFilesMatcher({ path: tsconfig, config })(join(directory, 'versions', 'revision.ts')) !== undefined;
}

/** What is left out already, by an extended file or by TypeScript's defaults: a list in this file takes their place. */
function inherited({ exclude: given = [] }: TsConfigJsonResolved, folder: string): readonly string[] {
  const paths = given.map((path) => (isAbsolute(path) ? relative(folder, path) : path.replace(/^\.\//, '')));
  return [...new Set(['node_modules', ...paths.map((path) => path.replaceAll('\\', '/'))])];
}
