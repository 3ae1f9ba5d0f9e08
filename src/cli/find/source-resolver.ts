import { statSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { createPathsMatcher, type PathsMatcher } from 'get-tsconfig';
import { ProjectFileInvalidError } from '../../errors/cli.errors.js';
import { PACKAGE_NAME } from '../package-name.js';
import { readJsonFile, stringAt } from './json-file.js';
import { nearestTsconfig, readTsconfig } from './tsconfig.js';
import { messageOf } from '../../errors/thrown.js';

/** TypeScript's imports name compiled files: each extension, with those of the sources that it may mean. */
const writtenAs: Readonly<Record<string, readonly string[]>> = {
  '.js': ['.ts', '.tsx'],
  '.mjs': ['.mts'],
  '.cjs': ['.cts'],
};
const sourceExtensions = ['.ts', '.mts', '.cts'];

/** Finds the file that an import in a source means; undefined leaves the import to Node. */
export type SourceResolver = (specifier: string, fromFile: string) => string | undefined;

/**
 * TypeScript's rules where Node's do not know them: `paths` and `baseUrl`, `./x.js` for x.ts, no extension at all.
 *
 * The aliases are those of the tsconfig.json nearest to the importing file, as an editor sees them, and those that the
 * application is compiled with: a library of a monorepo may have its own.
 *
 * @throws ProjectFileInvalidError when a tsconfig.json cannot be read, or its `paths` are wrong
 */
export function createSourceResolver(tsconfigPath: string | undefined): SourceResolver {
  // Wrong aliases are reported at once: later they would look like a package that is not installed.
  if (tsconfigPath !== undefined) aliasMatcher(tsconfigPath);
  return (specifier, fromFile) => {
    if (/^\.{1,2}(\/|\\|$)/.test(specifier)) return existingSource(resolve(dirname(fromFile), specifier));
    if (isAbsolute(specifier)) return existingSource(specifier);
    // An alias to this package's sources, as its own repository has, would load it a second time.
    if (isOwnPackage(specifier)) return undefined;
    for (const tsconfig of new Set([nearestTsconfig(fromFile), tsconfigPath])) {
      for (const path of (tsconfig === undefined ? undefined : aliasMatcher(tsconfig))?.(specifier) ?? []) {
        const found = aliasedFile(path);
        if (found !== undefined) return found;
      }
    }
    return undefined;
  };
}

/** An alias may lead to a source, a compiled file, the declarations of one, or the folder of a package. */
function aliasedFile(path: string): string | undefined {
  const declared = path.replace(/\.d\.([cm]?)ts$/, '.$1js');
  const found = existingSource(declared) ?? (isFile(declared) ? declared : undefined);
  if (found !== undefined) return found;
  const manifest = readJsonFile(join(path, 'package.json'));
  const entry = stringAt(manifest ?? {}, 'main') ?? stringAt(manifest ?? {}, 'types');
  if (entry === undefined) return undefined;
  const main = join(path, entry).replace(/\.d\.([cm]?)ts$/, '.$1js');
  return existingSource(main) ?? (isFile(main) ? main : undefined);
}

function isOwnPackage(specifier: string): boolean {
  return specifier === PACKAGE_NAME || specifier.startsWith(`${PACKAGE_NAME}/`);
}

const matchers = new Map<string, PathsMatcher | undefined>();

/** What `paths` and `baseUrl` of a configuration make of an import. @throws ProjectFileInvalidError */
export function aliasMatcher(path: string): PathsMatcher | undefined {
  if (matchers.has(path)) return matchers.get(path);
  const config = readTsconfig(path);
  try {
    const matcher = createPathsMatcher({ path, config }) ?? undefined;
    matchers.set(path, matcher);
    return matcher;
  } catch (error) {
    throw new ProjectFileInvalidError(path, messageOf(error));
  }
}

/** The source that a path without, with, or with the compiled extension means. */
export function existingSource(path: string): string | undefined {
  const extension = /\.[cm]?[jt]sx?$/.exec(path)?.[0];
  const replaced =
    extension === undefined
      ? []
      : (writtenAs[extension] ?? []).map((source) => path.slice(0, -extension.length) + source);
  const isSource = extension !== undefined && sourceExtensions.includes(extension) && !/\.d\.[cm]?ts$/.test(path);
  const exact = isSource ? [path] : [];
  const added = sourceExtensions.flatMap((source) => [`${path}${source}`]);
  const inFolder = sourceExtensions.map((source) => resolve(path, `index${source}`));
  return [...exact, ...replaced, ...added, ...inFolder].find((candidate) => isFile(candidate));
}

export function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
  } catch {
    return false; // a file is where the path has a folder
  }
}
