import { existsSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { parseJsonc } from './jsonc.js';

/** A configuration that TypeScript sources are built with. */
export interface BuildFile {
  /** Absolute path of the tsconfig. */
  readonly tsconfig: string;
  /** Absolute folder of the sources. */
  readonly sourceRoot: string;
  /** Folder of the nest-cli.json, or else of the tsconfig. */
  readonly root: string;
}

/** In each folder the first that exists is the one that builds; `nest build` and Nx look for theirs in this order. */
const names = ['tsconfig.build.json', 'tsconfig.app.json', 'tsconfig.json'];

/**
 * The configurations that may build what a path leads to, nearest folder first: the tsconfig of each folder above it, and
 * those of all projects where there is a nest-cli.json.
 */
export function buildFilesAround(path: string): readonly BuildFile[] {
  const found = new Map<string, BuildFile>();
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    for (const file of buildFilesIn(folder)) {
      if (existsSync(file.tsconfig) && !found.has(file.tsconfig)) found.set(file.tsconfig, file);
    }
    if (dirname(folder) === folder) return [...found.values()];
  }
}

function buildFilesIn(root: string): readonly BuildFile[] {
  const cli = readNestCli(root);
  const own = names.map((name) => join(root, name)).find((path) => existsSync(path));
  const plain = own === undefined ? [] : [{ tsconfig: own, sourceRoot: join(root, 'src'), root }];
  if (cli === undefined) return plain;
  const projects = [cli, ...Object.values(asRecord(cli['projects'])).map(asRecord)];
  return projects.flatMap((project) => {
    const sourceRoot = resolve(root, text(project['sourceRoot']) ?? 'src');
    const named = text(asRecord(project['compilerOptions'])['tsConfigPath']);
    if (named !== undefined) return [{ tsconfig: resolve(root, named), sourceRoot, root }];
    return own === undefined ? [] : [{ tsconfig: own, sourceRoot, root }];
  });
}

/** One that cannot be read names no project here; `nest build` reports it. */
function readNestCli(root: string): Record<string, unknown> | undefined {
  const path = join(root, 'nest-cli.json');
  if (!existsSync(path)) return undefined;
  try {
    return asRecord(parseJsonc(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Whether a path is a folder, or in it. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith('../') && !way.startsWith('..\\') && !isAbsolute(way);
}
