import { type Dirent, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildLayout } from './build-layout.js';
import { isInside } from './project.js';

/** A source, and what a build made of it: nothing when the build has no such file. */
export interface SourceFile {
  readonly path: string;
  readonly compiled?: string;
}

interface Folder {
  readonly source: string;
  /** The folder of the build that mirrors it. */
  readonly out?: string;
  /** Sources that the build lacks belong to the application too: they were added after it. */
  readonly isSource: boolean;
}

/** Folders that hold no sources, unless the build has them. */
const besides = new Set(['dist', 'test', 'tests', '__tests__']);
const never = new Set(['node_modules', '.git']);
const source = /\.[cm]?ts$/;
const notSource = /\.(d|spec|test|e2e-spec)\.[cm]?ts$/;

/**
 * The sources that a build was made of, in whichever folders they are, and those that were added to these folders since.
 *
 * Reads each folder once, and no file.
 */
export function* sourceFiles({ sourceBase, outBase }: BuildLayout, sourceRoot: string): Iterable<SourceFile> {
  yield* walk({ source: sourceBase, out: outBase, isSource: isInside(sourceRoot, sourceBase) }, outBase);
}

/** The sources in a folder, where there is no build. */
export function* sourcesIn(folder: string, outDir: string): Iterable<SourceFile> {
  yield* walk({ source: folder, isSource: true }, outDir);
}

function* walk(folder: Folder, outBase: string): Iterable<SourceFile> {
  const entries = list(folder.source);
  const built = new Set(folder.out === undefined ? [] : list(folder.out).map(({ name }) => name));
  const files = entries.filter(({ name }) => source.test(name) && !notSource.test(name));
  const compiled = files
    .map(({ name }) => name.replace(/ts$/, 'js'))
    .map((name) => (built.has(name) ? name : undefined));
  const isSource = folder.isSource || compiled.some((name) => name !== undefined);
  for (const [index, { name }] of files.entries()) {
    const made = compiled[index];
    if (made !== undefined) yield { path: join(folder.source, name), compiled: join(folder.out ?? '', made) };
    else if (isSource) yield { path: join(folder.source, name) };
  }
  for (const entry of entries) {
    if (!entry.isDirectory() || never.has(entry.name)) continue;
    const path = join(folder.source, entry.name);
    if (path === outBase) continue;
    if (built.has(entry.name))
      yield* walk({ source: path, out: join(folder.out ?? '', entry.name), isSource }, outBase);
    else if (isSource && !besides.has(entry.name)) yield* walk({ source: path, isSource }, outBase);
  }
}

/** The files of a build whose sources are gone: compilers leave them where they are. */
export function* compiledWithoutSource({ sourceBase, outBase }: BuildLayout): Iterable<string> {
  const sources = new Set(
    list(sourceBase).map(({ name }) => name.replace(/\.(?:tsx?|jsx)$/, '.js').replace(/ts$/, 'js')),
  );
  for (const entry of list(outBase)) {
    const path = join(outBase, entry.name);
    if (entry.isFile() && /\.[cm]?js$/.test(entry.name) && !sources.has(entry.name)) yield path;
    if (entry.isDirectory() && !never.has(entry.name)) {
      yield* compiledWithoutSource({ sourceBase: join(sourceBase, entry.name), outBase: path });
    }
  }
}

function list(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return []; // what a build mirrors may be a file, or gone
  }
}
