import { statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { readVersionFile } from '../../repository/files/version-files.js';
import type { ApplicationLocation } from '../find/application.js';
import { type BuildLayout, javascriptFile } from '../find/build-layout.js';
import { importedSources, importsOf } from '../find/imported-sources.js';
import { readTextFile } from '../find/json-file.js';
import type { LinkedPackage } from '../find/linked-packages.js';
import { isInside, type Project } from '../find/project.js';
import { compiledWithoutSource, type SourceFile, sourceFiles, sourcesIn } from '../find/source-files.js';
import { createSourceResolver, existingSource, isFile, type SourceResolver } from '../find/source-resolver.js';
import { includesFile } from '../find/tsconfig.js';
import { BuildInfo } from './build-info.js';

/**
 * Why the build of an application is not what its sources are, in one sentence.
 *
 * A compiler makes a file of each source, so that the two are compared, and a source without such a file is a new one. A
 * bundler makes one file of all that is imported.
 *
 * @param layout folders of the build and of its sources; absent for a bundle
 */
export function stalenessOfBuild(
  location: ApplicationLocation,
  layout: BuildLayout | undefined,
  linked: readonly LinkedPackage[],
): string | undefined {
  const { project } = location;
  const bundled = bundledFiles(location, layout, linked);
  const newer = bundled === undefined ? newerThanCompiled(layout, project) : bundled.find(isNewer)?.path;
  if (newer !== undefined) return `The build is older than ${relative(project.root, newer)}`;
  const left = bundled === undefined && layout !== undefined ? entityWithoutSource(layout) : undefined;
  return left === undefined ? undefined : `The build has ${relative(project.root, left)}, whose source is gone`;
}

/** A pattern of `entities` finds the compiled file of an entity that was deleted, until somebody deletes that too. */
function entityWithoutSource(layout: BuildLayout): string | undefined {
  for (const path of compiledWithoutSource(layout)) {
    const text = readTextFile(path) ?? '';
    if (text.includes('typeorm') && /\b(?:Entity|ViewEntity|ChildEntity|EntitySchema)\)?\s*\(/.test(text)) return path;
  }
  return undefined;
}

/** The source that the import of everything else begins at. */
export function entryOf({ source, project }: ApplicationLocation): string | undefined {
  return source ?? existingSource(join(project.sourceRoot, project.entryFile));
}

/** What a bundle was made of. @returns undefined when the build has a file of each source, or there are no sources */
function bundledFiles(
  location: ApplicationLocation,
  layout: BuildLayout | undefined,
  linked: readonly LinkedPackage[],
): readonly Required<SourceFile>[] | undefined {
  const entry = entryOf(location);
  const { compiled: bundle, project } = location;
  if (entry === undefined || bundle === undefined) return undefined;
  const resolveSource = createSourceResolver(project.tsconfig);
  const packages = packagesWithin(bundle, linked);
  const resolve: SourceResolver = (specifier, from) => resolveSource(specifier, from) ?? packages.get(specifier);
  const own = (path: string): string | undefined => (layout === undefined ? undefined : compiledIn(layout, path));
  // Reading all of a large application takes long: the imports of its first file show whether the build is a bundle.
  if (layout !== undefined && importsOf(entry, resolve).every((path) => own(path) !== undefined)) return undefined;
  return [...importedSources(entry, resolve)].map((path) => ({ path, compiled: own(path) ?? bundle }));
}

/** The sources of linked packages that a bundle holds; those that it still imports have a build of their own. */
function packagesWithin(bundle: string, linked: readonly LinkedPackage[]): ReadonlyMap<string, string> {
  const text = readTextFile(bundle) ?? '';
  const isImported = (name: string): boolean => [`"${name}"`, `'${name}'`].some((quoted) => text.includes(quoted));
  const within = linked.flatMap(({ entries }) => entries.filter(({ specifier }) => !isImported(specifier)));
  return new Map(within.map(({ specifier, source }) => [specifier, source]));
}

function compiledIn({ sourceBase, outBase }: BuildLayout, source: string): string | undefined {
  return javascriptFile(join(outBase, relative(sourceBase, source)));
}

/** A source that was changed after it was compiled, or was added and never compiled. */
function newerThanCompiled(layout: BuildLayout | undefined, project: Project): string | undefined {
  if (layout === undefined) return undefined;
  const { sourceRoot, buildTsconfig } = project;
  const known = new BuildInfo(project);
  const added: string[] = [];
  let built = 0;
  for (const { path, compiled } of sourceFiles(layout, sourceRoot)) {
    if (compiled === undefined) {
      added.push(path);
      continue;
    }
    if (isNewer({ path, compiled }) && !known.hasCompiled(path) && !isRevision(path)) return path;
    built = Math.max(built, changed(compiled));
  }
  const belongs = (path: string): boolean =>
    isInside(sourceRoot, path) && (buildTsconfig === undefined || includesFile(buildTsconfig, path));
  // What is neither configured nor imported, as a new file of a library, does not become a part of the build by building.
  const isNew = (path: string): boolean => belongs(path) || (changed(path) > built && !known.isThere);
  return added.find((path) => isNew(path) && !isRevision(path));
}

/** Revisions are read where they were written, whatever the build made of them. */
function isRevision(path: string): boolean {
  try {
    readVersionFile(path);
    return true;
  } catch {
    return false; // as any other source, it lacks what a revision has
  }
}

/** Why a package has to be loaded from its sources, in one sentence. */
export function stalenessOfPackage(
  { name, layout, entries, project }: LinkedPackage,
  root: string,
): string | undefined {
  if (entries.some(({ file, source }) => file === source)) return `${name} has TypeScript as its entry`;
  const missing = entries.find(({ file }) => !isFile(file));
  if (missing !== undefined) return `${name} is not built: there is no ${relative(root, missing.file)}`;
  if (layout === undefined) return undefined;
  // A bundler makes one file of many, so that a source without a file of its own need not be new.
  const built = Math.max(...entries.map(({ file }) => changed(file)));
  for (const { path, compiled } of sourceFiles(layout, project.sourceRoot)) {
    const time = compiled === undefined ? built : changed(compiled);
    if (changed(path) > time) return `The build of ${name} is older than ${relative(root, path)}`;
  }
  return undefined;
}

/** A package whose package.json names files that are the build of no source of the same name, as some bundlers make them. */
export function stalenessWithoutSources(
  { name, entries, files, project }: LinkedPackage,
  root: string,
): string | undefined {
  const existing = files.filter((file) => isFile(file));
  if (entries.length > 0 || existing.length === 0) return undefined;
  const built = Math.max(...existing.map((file) => changed(file)));
  for (const { path } of sourcesIn(project.sourceRoot, project.outDir)) {
    if (changed(path) > built) return `The build of ${name} is older than ${relative(root, path)}`;
  }
  return undefined;
}

const isNewer = ({ path, compiled }: Required<SourceFile>): boolean => changed(path) > changed(compiled);
const changed = (path: string): number => statSync(path).mtimeMs;
