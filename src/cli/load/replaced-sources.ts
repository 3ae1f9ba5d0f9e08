import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { compiledPlaces } from '../find/build-layout.js';
import { sourceFiles, sourcesIn } from '../find/source-files.js';
import type { ReplacedBuild } from './choose-build.js';
import { matchesGlob } from './match-glob.js';

/** The part of TypeORM's DataSource that this needs. */
interface DataSourceClass {
  readonly prototype: { buildMetadatas(): Promise<void> };
}

interface WithPatterns {
  readonly options: { entities?: unknown; subscribers?: unknown };
}

/**
 * Lets every data source that is made in this process take the entities and subscribers of its patterns from the sources.
 *
 * @param cwd folder that patterns are relative to
 */
export function readEntitiesFromSources(
  typeorm: { readonly DataSource: unknown },
  builds: readonly ReplacedBuild[],
  cwd: string,
): void {
  const { prototype } = typeorm.DataSource as DataSourceClass;
  const { buildMetadatas } = prototype;
  prototype.buildMetadatas = function fromSources(this: WithPatterns & DataSourceClass['prototype']) {
    for (const key of ['entities', 'subscribers'] as const) {
      const given = this.options[key];
      if (typeof given !== 'object' || given === null) continue;
      Object.assign(this.options, { [key]: sourcesForPatterns(Object.values(given), builds, cwd) });
    }
    return buildMetadatas.call(this);
  };
}

/**
 * Files that the entries of `entities` mean, where the sources are loaded and not the build.
 *
 * A pattern may name the build (`dist/**\/*.entity.js`), compiled files in the folder of the sources (`__dirname` is there
 * now), or both. Each source is taken that it matches itself, with the extension of a compiled file, or at the place
 * that the build has for it. What matches no source is left as it is.
 *
 * @param cwd folder that patterns are relative to
 */
function sourcesForPatterns(
  patterns: readonly unknown[],
  builds: readonly ReplacedBuild[],
  cwd: string,
): readonly unknown[] {
  if (!patterns.some((pattern) => typeof pattern === 'string')) return patterns;
  const known = builds.flatMap((build) => sourcesWithPlaces(build));
  return patterns.flatMap((pattern) => {
    if (typeof pattern !== 'string') return [pattern];
    const absolute = isAbsolute(pattern) ? pattern : resolve(cwd, pattern);
    const matches = matcherOf(absolute, cwd);
    const matching = known.filter(({ places }) => places.some((place) => matches(place)));
    return matching.length === 0 ? [pattern] : matching.map(({ path }) => asPattern(path));
  });
}

interface PlacedSource {
  readonly path: string;
  readonly places: readonly string[];
}

function sourcesWithPlaces({ project, layout }: ReplacedBuild): readonly PlacedSource[] {
  const files =
    layout === undefined ? sourcesIn(project.sourceRoot, project.outDir) : sourceFiles(layout, project.sourceRoot);
  return [...files].map(({ path }) => {
    const built =
      layout === undefined
        ? compiledPlaces(path, project)
        : [resolve(layout.outBase, relative(layout.sourceBase, path))];
    return { path, places: [path, ...[path, ...built].map((place) => place.replace(/ts$/, 'js'))] };
  });
}

/** A pattern that means one file: TypeORM takes every text for a pattern, and on Windows a backslash for a folder. */
function asPattern(path: string): string {
  return sep === '\\' ? path : path.replaceAll(/[*?[\]{}()!+@]/g, String.raw`\$&`);
}

/** The folders that a pattern begins with, up to its first wildcard. */
function plainFolder(pattern: string): string {
  return pattern.slice(0, pattern.slice(0, pattern.search(/[*?[\]{}()!+@]|$/)).lastIndexOf('/') + 1);
}

/** A folder's name may have brackets, which are no pattern. */
function matcherOf(pattern: string, cwd: string): (path: string) => boolean {
  let base = cwd;
  while (!pattern.startsWith(`${base}/`) && dirname(base) !== base) base = dirname(base);
  const inner = pattern.slice(base.length).replace(/^\//, '');
  const folder = plainFolder(inner);
  return (path) => {
    const way = relative(base, path);
    return way.startsWith(folder) && matchesGlob(way, inner);
  };
}
