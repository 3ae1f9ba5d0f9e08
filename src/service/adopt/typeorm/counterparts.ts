import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { parseTsconfig } from 'get-tsconfig';
import { type BuildFile, buildFilesAround, isInside } from '../../../repository/build/builds.js';

/**
 * Where the compiled form of a source file or folder of the application is, or the source of a compiled one: the places
 * that exist. Where none does, all places that the nearest build may put it to.
 *
 * @param path absolute
 */
export function counterparts(path: string): readonly string[] {
  const byBuild = buildsAround(path).map((build) => inBuild(path, build));
  const all = [...new Set(byBuild.flat())].filter((other) => other !== path);
  const there = all.filter((candidate) => existsSync(candidate));
  return there.length > 0 ? there : (byBuild.find((candidates) => candidates.length > 0) ?? []);
}

interface Build {
  readonly outDir: string;
  /** Folders that the places in `outDir` may count from: one where `rootDir` specifies it. */
  readonly bases: readonly string[];
}

function inBuild(path: string, { outDir, bases }: Build): readonly string[] {
  if (isInside(outDir, path)) {
    const source = relative(outDir, path).replace(/\.([cm]?)js$/, '.$1ts');
    return bases.map((base) => join(base, source));
  }
  return bases
    .filter((base) => isInside(base, path))
    .map((base) => join(outDir, relative(base, path).replace(/\.([cm]?)ts$/, '.$1js')));
}

/** `dist` of the folder that the process runs in, where no tsconfig specifies another one. */
function buildsAround(path: string): readonly Build[] {
  const builds = buildFilesAround(join(path, '_')).flatMap((file) => readBuild(file) ?? []);
  const root = process.cwd();
  return builds.length > 0 || !isInside(root, path)
    ? builds
    : [{ outDir: join(root, 'dist'), bases: [join(root, 'src'), root] }];
}

/** A tsconfig that extends what is not installed here specifies nothing; sources compiled in place have no counterpart. */
function readBuild({ tsconfig, sourceRoot }: BuildFile): Build | undefined {
  try {
    const { outDir, rootDir } = parseTsconfig(tsconfig).compilerOptions ?? {};
    const folder = dirname(tsconfig);
    if (outDir === undefined || isInside(resolve(folder, outDir), sourceRoot)) return undefined;
    const bases = rootDir === undefined ? [sourceRoot, folder] : [resolve(folder, rootDir)];
    return { outDir: resolve(folder, outDir), bases };
  } catch {
    return undefined;
  }
}
