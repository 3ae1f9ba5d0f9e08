import { dirname, join, relative, resolve } from 'node:path';
import { isInside, type Project } from './project.js';
import { existingSource, isFile } from './source-resolver.js';
import { readTsconfig } from './tsconfig.js';

/** The folders of a build and of its sources: a file of one folder has the same path in the other, but for the extension. */
export interface BuildLayout {
  readonly sourceBase: string;
  readonly outBase: string;
}

/** Where the build put a source: the folder that it counts from depends on what else was compiled. */
export function compiledFile(source: string, project: Project): string | undefined {
  return compiledPlaces(source, project)
    .map((path) => javascriptFile(path))
    .find((found) => found !== undefined);
}

/** Every place where a build may have put a source, with the extension of the source. */
export function compiledPlaces(source: string, project: Project): readonly string[] {
  return basesOf(project)
    .filter((base) => isInside(base, source))
    .map((base) => join(project.outDir, relative(base, source)));
}

/** The folders that a build may count paths from: `rootDir`, or the deepest one that has all that was compiled. */
function basesOf({ buildTsconfig, sourceRoot, root }: Project): readonly string[] {
  const rootDir = buildTsconfig === undefined ? undefined : readTsconfig(buildTsconfig).compilerOptions?.rootDir;
  const configured =
    rootDir === undefined || buildTsconfig === undefined ? [] : [resolve(dirname(buildTsconfig), rootDir)];
  return [...configured, sourceRoot, dirname(sourceRoot), root];
}

/** The source that a compiled file of a project was made of. */
export function sourceOf(compiled: string, project: Project): string | undefined {
  if (!isInside(project.outDir, compiled)) return undefined;
  return sourcePlaces(compiled, project)
    .map((path) => existingSource(path))
    .find((source) => source !== undefined && compiledFile(source, project) === compiled);
}

/**
 * The project that a compiled file belongs to: that of the source it was made of, or else the one that is built into the folder.
 *
 * @param path with or without extension
 */
export function projectOfBuild(path: string, projects: readonly Project[]): Project | undefined {
  const file = existingSource(path) === undefined ? javascriptFile(path) : undefined;
  if (file === undefined) return undefined;
  const built = projects.filter(({ outDir }) => isInside(outDir, file));
  const made = built.find((project) => {
    const source = sourceOf(file, project);
    return source !== undefined && isInside(project.sourceRoot, source);
  });
  const [deepest, next] = built.toSorted((left, right) => right.outDir.length - left.outDir.length);
  return made ?? (deepest?.outDir === next?.outDir ? undefined : deepest);
}

/** Every place where the source of a compiled file may be, with the extension of the compiled file. */
export function sourcePlaces(compiled: string, project: Project): readonly string[] {
  return basesOf(project).map((base) => join(base, relative(project.outDir, compiled)));
}

/** The layout of a build, from one of its sources and the compiled file of that. */
export function layoutOf(source: string, compiled: string, outDir: string): BuildLayout {
  let [sourceBase, outBase] = [dirname(source), dirname(compiled)];
  while (outBase !== outDir && nameOf(outBase) === nameOf(sourceBase) && isInside(outDir, dirname(outBase))) {
    [sourceBase, outBase] = [dirname(sourceBase), dirname(outBase)];
  }
  return { sourceBase, outBase };
}

/** What the layout may be when nothing is built. */
export function possibleLayouts(project: Project): readonly BuildLayout[] {
  return basesOf(project).map((sourceBase) => ({ sourceBase, outBase: project.outDir }));
}

/** The source that a compiled file of a layout was made of. */
export function sourceIn({ sourceBase, outBase }: BuildLayout, compiled: string): string | undefined {
  if (!isInside(outBase, compiled)) return undefined;
  return sourceAt(join(sourceBase, relative(outBase, compiled)));
}

/** The source at the place of a compiled file. Bundlers write .mjs and .cjs of a .ts file, TypeScript does not. */
export function sourceAt(path: string): string | undefined {
  return existingSource(path) ?? existingSource(path.replace(/\.[cm]js$/, '.js'));
}

/** The compiled file that a path with or without extension, or that of its source, means. */
export function javascriptFile(path: string): string | undefined {
  const bare = path.replace(/\.([cm]?)ts$/, '.$1js');
  const candidates = /\.[cm]?js$/.test(bare) ? [bare] : ['.js', '.mjs', '.cjs'].map((extension) => bare + extension);
  return candidates.find((candidate) => isFile(candidate));
}

function nameOf(path: string): string {
  return relative(dirname(path), path);
}
