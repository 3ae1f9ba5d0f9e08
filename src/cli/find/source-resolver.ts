import { statSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import { createPathsMatcher, type PathsMatcher } from 'get-tsconfig';
import { PACKAGE_NAME } from '../package-name.js';
import { readTsconfig } from './project.js';

/** Extensions that stand for another in TypeScript's imports: what is written, and the sources it may mean. */
const writtenAs: Readonly<Record<string, readonly string[]>> = {
  '.js': ['.ts', '.tsx'],
  '.mjs': ['.mts'],
  '.cjs': ['.cts'],
};
const sourceExtensions = ['.ts', '.mts', '.cts'];

/** Finds the file that an import in a source means; undefined leaves the import to Node. */
export type SourceResolver = (specifier: string, fromFile: string) => string | undefined;

/** TypeScript's rules where Node's do not know them: `paths` and `baseUrl`, `./x.js` for x.ts, no extension at all. */
export function createSourceResolver(tsconfigPath: string | undefined): SourceResolver {
  const aliases = tsconfigPath === undefined ? undefined : aliasMatcher(tsconfigPath);
  return (specifier, fromFile) => {
    if (/^\.{1,2}(\/|\\|$)/.test(specifier)) return existingSource(resolve(dirname(fromFile), specifier));
    if (isAbsolute(specifier)) return existingSource(specifier);
    // An alias to this package's sources, as its own repository has, would load it a second time.
    if (isOwnPackage(specifier)) return undefined;
    for (const path of aliases?.(specifier) ?? []) {
      const found = existingSource(path) ?? (isFile(path) ? path : undefined);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

function isOwnPackage(specifier: string): boolean {
  return specifier === PACKAGE_NAME || specifier.startsWith(`${PACKAGE_NAME}/`);
}

function aliasMatcher(path: string): PathsMatcher | undefined {
  return createPathsMatcher({ path, config: readTsconfig(path) }) ?? undefined;
}

/** The source that a path without, with, or with the compiled extension means. */
export function existingSource(path: string): string | undefined {
  const extension = /\.[cm]?[jt]sx?$/.exec(path)?.[0];
  const replaced =
    extension === undefined
      ? []
      : (writtenAs[extension] ?? []).map((source) => path.slice(0, -extension.length) + source);
  const exact = extension !== undefined && sourceExtensions.includes(extension) ? [path] : [];
  const added = sourceExtensions.flatMap((source) => [`${path}${source}`]);
  const inFolder = sourceExtensions.map((source) => resolve(path, `index${source}`));
  return [...exact, ...replaced, ...added, ...inFolder].find((candidate) => isFile(candidate));
}

export function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
  } catch {
    return false; // a file stands where the path has a folder
  }
}
