import { existsSync } from 'node:fs';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { parseTsconfig } from 'get-tsconfig';

/**
 * Where the compiled form of a source file or folder of the application is, or the source of a compiled one: the places
 * that are there first, and at least one.
 *
 * @param path absolute
 */
export function counterparts(path: string): readonly string[] {
  const root = process.cwd();
  const inRoot = relative(root, path);
  if (inRoot.startsWith('..') || isAbsolute(inRoot)) return [];
  const outDir = relative(root, outDirOf(root)) || 'dist';
  const candidates = inRoot.startsWith(`${outDir}/`)
    ? sourcesOf(inRoot.slice(outDir.length + 1))
    : [join(outDir, inRoot.replace(/^src\//, '')), join(outDir, inRoot)].map(compiledName);
  const absolute = [...new Set(candidates)].map((candidate) => join(root, candidate)).filter((other) => other !== path);
  const there = absolute.filter((candidate) => existsSync(candidate));
  return there.length > 0 ? there : absolute.slice(0, 1);
}

function sourcesOf(inOutDir: string): readonly string[] {
  const source = inOutDir.replace(/\.([cm]?)js$/, '.$1ts');
  return inOutDir.startsWith('src/') ? [source] : [join('src', source), source];
}

function compiledName(path: string): string {
  return path.replace(/\.([cm]?)ts$/, '.$1js');
}

function outDirOf(root: string): string {
  for (const name of ['tsconfig.build.json', 'tsconfig.json']) {
    const path = join(root, name);
    const outDir = existsSync(path) ? readOutDir(path) : undefined;
    if (outDir !== undefined) return resolve(root, outDir);
  }
  return join(root, 'dist');
}

/** A tsconfig that extends what is not installed here says nothing. */
function readOutDir(path: string): string | undefined {
  try {
    return parseTsconfig(path).compilerOptions?.outDir;
  } catch {
    return undefined;
  }
}
