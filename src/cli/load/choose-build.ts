import { relative } from 'node:path';
import type { ApplicationLocation } from '../find/application.js';
import { type BuildLayout, layoutOf } from '../find/build-layout.js';
import { findLinkedPackages, type LinkedPackage } from '../find/linked-packages.js';
import { isInside, type Project } from '../find/project.js';
import { type SourceFile, sourceFiles } from '../find/source-files.js';
import { createSourceResolver } from '../find/source-resolver.js';
import { findLeftAlias, type LeftAlias } from './aliases-in-build.js';
import { stalenessOfBuild, stalenessOfPackage, stalenessWithoutSources } from './staleness.js';

/** The file to load, and why it is that one. */
export interface ChosenBuild {
  readonly file: string;
  /** Why the build is stale: one sentence for people, absent when it is not. */
  readonly staleness?: string;
  /** The same for packages whose build is loaded nevertheless, since the sources of what is imported are not known. */
  readonly staleUnreplaced: readonly string[];
  /** Builds in whose place the sources are loaded: stale ones, and all where the user asks for it. */
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
    source === undefined || compiled === undefined || location.bundleId !== undefined
      ? undefined
      : layoutOf(source, compiled, project.outDir);
  const alias =
    layout === undefined || forceSource ? undefined : findLeftAlias(builtFiles(layout, project), project.tsconfig);
  const staleness =
    (alias === undefined ? stalenessOfBuild(location, layout, linked) : describeAlias(alias, project)) ??
    [...stale.values()].find((one) => one !== undefined);
  // A user who asks for the sources need not know that the build is stale.
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

/** `paths` of the tsconfig lead to its sources: its build would be a second copy of the same classes. */
function isLoadedAsSource({ entries, root }: LinkedPackage, { tsconfig }: Project, importer: string): boolean {
  const resolver = createSourceResolver(tsconfig);
  return entries.some(({ specifier }) => {
    const found = resolver(specifier, importer);
    return found !== undefined && isInside(root, found);
  });
}
