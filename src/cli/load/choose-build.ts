import { statSync } from 'node:fs';
import { relative } from 'node:path';
import type { ApplicationLocation } from '../find/application.js';
import { type BuildLayout, layoutOf } from '../find/build-layout.js';
import { findLinkedPackages, type LinkedPackage } from '../find/linked-packages.js';
import { isInside, type Project } from '../find/project.js';
import { type SourceFile, sourceFiles, sourcesIn } from '../find/source-files.js';
import { createSourceResolver, isFile } from '../find/source-resolver.js';
import { includesFile } from '../find/tsconfig.js';
import { findLeftAlias, type LeftAlias } from './aliases-in-build.js';

/** The file to load, and why it is that one. */
export interface ChosenBuild {
  readonly file: string;
  /** Why the build is not what the sources are: one sentence for people, absent when it is. */
  readonly staleness?: string;
  /** The same of packages whose build is loaded nevertheless, as the source of what is imported is not known. */
  readonly staleUnreplaced: readonly string[];
  /** Builds that are older than their sources, or were asked to be passed by: whatever names a file of one means its source. */
  readonly replaced: readonly ReplacedBuild[];
  /** Packages that are linked into node_modules, with sources of their own. */
  readonly linked: readonly LinkedPackage[];
}

/** A build in whose place the sources are loaded. */
export interface ReplacedBuild {
  readonly project: Project;
  /** Absent when nothing was built. */
  readonly layout?: BuildLayout;
}

/**
 * Chooses between the build and the sources of an application.
 *
 * The build is what production runs, so it is taken when it is there and no source is newer: of the application, of the
 * libraries that were compiled with it, or of the packages that are linked into its node_modules. A stale build is passed
 * by: a migration of entities as they were an hour ago helps nobody. So is one with aliases that Node does not know. A file of
 * the build that the user names is loaded, if Node can load it.
 *
 * @param forceSource take the sources however fresh the build is
 */
export function chooseBuild(location: ApplicationLocation, forceSource: boolean): ChosenBuild {
  const { source, compiled, project, isBuildNamed } = location;
  const linked = findLinkedPackages(project.root);
  const stale = new Map(linked.map((one) => [one, stalenessOfPackage(one, project.root)]));
  const layout =
    source === undefined || compiled === undefined ? undefined : layoutOf(source, compiled, project.outDir);
  const newer = layout === undefined ? undefined : findNewer(builtFiles(layout, project), project);
  const alias =
    layout === undefined || forceSource ? undefined : findLeftAlias(builtFiles(layout, project), project.tsconfig);
  const own = newer === undefined ? undefined : `The build is older than ${relative(project.root, newer)}`;
  const staleness =
    (alias === undefined ? own : describeAlias(alias, project)) ?? [...stale.values()].find((one) => one !== undefined);
  // Whoever asks for the sources need not know that the build is stale.
  const reason = staleness === undefined || compiled === undefined || forceSource ? {} : { staleness };
  const common = { linked, staleUnreplaced: linked.flatMap((one) => stalenessWithoutSources(one, project.root) ?? []) };
  if (source === undefined || (isBuildNamed && !forceSource && alias === undefined)) {
    return { file: compiled ?? '', ...common, replaced: [], ...reason };
  }
  if (compiled !== undefined && staleness === undefined && !forceSource) {
    return { file: compiled, ...common, replaced: [] };
  }
  const packages = linked.filter((one) => stale.get(one) !== undefined || isLoadedAsSource(one, project, source));
  const replaced = [{ project, ...(layout === undefined ? {} : { layout }) }, ...packages];
  return { file: source, ...common, replaced, ...reason };
}

function builtFiles(layout: BuildLayout, { sourceRoot }: Project): Iterable<SourceFile> {
  return sourceFiles(layout, sourceRoot);
}

function describeAlias({ specifier, file }: LeftAlias, { root }: Project): string {
  return `The build still has the alias ${specifier} in ${relative(root, file)}, which Node cannot load`;
}

/** A source that was changed after it was compiled, or was added and never compiled. */
function findNewer(files: Iterable<SourceFile>, { sourceRoot, buildTsconfig }: Project): string | undefined {
  const added: string[] = [];
  let built = 0;
  for (const { path, compiled } of files) {
    if (compiled === undefined) {
      added.push(path);
      continue;
    }
    const time = changed(compiled);
    if (changed(path) > time) return path;
    built = Math.max(built, time);
  }
  const belongs = (path: string): boolean =>
    isInside(sourceRoot, path) && (buildTsconfig === undefined || includesFile(buildTsconfig, path));
  return added.find((path) => changed(path) > built || belongs(path));
}

/** Why a package has to be loaded from its sources, in one sentence. */
function stalenessOfPackage({ name, layout, entries, project }: LinkedPackage, root: string): string | undefined {
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
function stalenessWithoutSources({ name, entries, files, project }: LinkedPackage, root: string): string | undefined {
  const existing = files.filter((file) => isFile(file));
  if (entries.length > 0 || existing.length === 0) return undefined;
  const built = Math.max(...existing.map((file) => changed(file)));
  for (const { path } of sourcesIn(project.sourceRoot, project.outDir)) {
    if (changed(path) > built) return `The build of ${name} is older than ${relative(root, path)}`;
  }
  return undefined;
}

/** `paths` of the tsconfig lead to its sources: its build would be a second copy of the same classes. */
function isLoadedAsSource({ entries, root }: LinkedPackage, { tsconfig }: Project, importer: string): boolean {
  const resolver = createSourceResolver(tsconfig);
  return entries.some(({ specifier }) => {
    const found = resolver(specifier, importer);
    return found !== undefined && isInside(root, found);
  });
}

const changed = (path: string): number => statSync(path).mtimeMs;
