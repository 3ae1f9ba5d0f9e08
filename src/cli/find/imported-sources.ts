import { readTextFile } from './json-file.js';
import { MainFile } from './main-file.js';
import type { SourceResolver } from './source-resolver.js';

/**
 * A source and all that it leads to by its imports, types left out: what a bundler makes one file of.
 *
 * Reads each of them. Packages of node_modules end the way, but for those that `resolve` knows the source of.
 */
export function importedSources(entry: string, resolve: SourceResolver): ReadonlySet<string> {
  const found = new Set([entry]);
  for (const path of found) {
    for (const source of importsOf(path, resolve)) found.add(source);
  }
  return found;
}

/** The sources that one imports by itself. */
export function importsOf(path: string, resolve: SourceResolver): readonly string[] {
  const specifiers = new MainFile(readTextFile(path) ?? '').dependencies;
  return specifiers
    .map((specifier) => resolve(specifier, path))
    .filter((source) => source !== undefined && /\.[cm]?ts$/.test(source))
    .map(String);
}
