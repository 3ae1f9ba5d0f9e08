import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { type BuildFile, buildFilesAround, isInside } from './builds.js';

/** Where the repository is that a directory means. */
export interface RepositoryLocation {
  /** Absolute: the directory itself, or the one among the sources that it was built from. */
  readonly directory: string;
  /** The folder of a build that the directory is in: the next build deletes what is written there. */
  readonly outDir?: string;
  /** Where the directory belongs among the sources; absent where there are none. */
  readonly source?: string;
}

interface Build {
  readonly outDir: string;
  readonly sourceRoot: string;
  /** Folders that the places in `outDir` may count from. */
  readonly bases: readonly string[];
}

/**
 * Finds the repository that an application means by a directory.
 *
 * `join(__dirname, 'migrations')` is a folder of the build once that is loaded. The folder of the sources that it was made
 * of is taken, where there is one: revisions are written there, and read as they are now. In production, where only the
 * build is, the directory stays.
 */
export async function locateRepository(directory: string): Promise<RepositoryLocation> {
  const build = await buildWith(directory);
  if (build === undefined) return { directory };
  const { outDir } = build;
  const source = sourceOf(directory, build);
  if (source === undefined) return { directory, outDir };
  const isBuiltOnly = existsSync(directory) && !existsSync(source);
  return { directory: isBuiltOnly ? directory : source, outDir, source };
}

/** The innermost build that the directory is in. */
async function buildWith(directory: string): Promise<Build | undefined> {
  const builds: Build[] = [];
  for (const file of buildFilesAround(directory)) {
    const build = await readBuild(file);
    if (build !== undefined && isInside(build.outDir, directory) && !isInside(build.outDir, build.sourceRoot)) {
      builds.push(build);
    }
  }
  builds.sort((left, right) => right.outDir.length - left.outDir.length);
  return builds[0] ?? conventionalBuild(directory);
}

/** One that cannot be read is the build's to report. */
async function readBuild({ tsconfig, sourceRoot, root }: BuildFile): Promise<Build | undefined> {
  const { parseTsconfig } = await import('get-tsconfig');
  try {
    const { outDir, rootDir } = parseTsconfig(tsconfig).compilerOptions ?? {};
    if (outDir === undefined) return undefined;
    const folder = dirname(tsconfig);
    const compiled = rootDir === undefined ? [] : [resolve(folder, rootDir)];
    return {
      outDir: resolve(folder, outDir),
      sourceRoot: existsSync(sourceRoot) ? sourceRoot : (compiled[0] ?? folder),
      bases: [...compiled, sourceRoot, dirname(sourceRoot), folder, root],
    };
  } catch {
    return undefined;
  }
}

/** `dist` next to a package.json; in it the projects of a workspace have folders that are called as theirs. */
function conventionalBuild(directory: string): Build | undefined {
  for (let folder = directory; dirname(folder) !== folder; folder = dirname(folder)) {
    const root = dirname(folder);
    if (basename(folder) !== 'dist' || !existsSync(join(root, 'package.json'))) continue;
    const [group = '', name = ''] = relative(folder, directory).split(/[\\/]/);
    const project = join(root, group, name, 'src');
    if (name !== '' && existsSync(project)) {
      return { outDir: join(folder, group, name), sourceRoot: project, bases: [project, dirname(project), root] };
    }
    const sourceRoot = join(root, 'src');
    return { outDir: folder, sourceRoot, bases: [sourceRoot, root] };
  }
  return undefined;
}

function sourceOf(directory: string, { outDir, sourceRoot, bases }: Build): string | undefined {
  const base = bases.find(
    (one) => isInside(one, sourceRoot) && hasCompiled(sourceRoot, join(outDir, relative(one, sourceRoot))),
  );
  const source = base === undefined ? undefined : join(base, relative(outDir, directory));
  return source !== undefined && existsSync(dirname(source)) ? source : undefined;
}

/** Whether one of the sources in a folder has a compiled file at the same place in another. */
function hasCompiled(sources: string, compiled: string): boolean {
  if (!existsSync(sources) || !existsSync(compiled)) return false;
  return readdirSync(sources, { withFileTypes: true }).some((entry) => {
    const { name } = entry;
    if (entry.isDirectory()) return !ignored.test(name) && hasCompiled(join(sources, name), join(compiled, name));
    return /(?<!\.d)\.[cm]?ts$/.test(name) && existsSync(join(compiled, name.replace(/ts$/, 'js')));
  });
}

const ignored = /^(?:\..*|node_modules|dist)$/;
