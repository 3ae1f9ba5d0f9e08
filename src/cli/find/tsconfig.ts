import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { createFilesMatcher, parseTsconfig } from 'get-tsconfig';
import { ProjectFileInvalidError } from '../../errors/cli.errors.js';
import { messageOf } from '../../errors/thrown.js';

export type Tsconfig = ReturnType<typeof parseTsconfig>;

const parsed = new Map<string, Tsconfig>();
const nearest = new Map<string, string | undefined>();

/**
 * A tsconfig.json with what it extends. Each file is read once.
 *
 * @throws ProjectFileInvalidError when it cannot be read, or extends what is not there
 */
export function readTsconfig(path: string): Tsconfig {
  const known = parsed.get(path);
  if (known !== undefined) return known;
  try {
    const config = parseTsconfig(path);
    parsed.set(path, config);
    return config;
  } catch (error) {
    throw new ProjectFileInvalidError(path, messageOf(error));
  }
}

/** Names in the order that tools prefer: Nx and the Nest CLI write the others for one application or library. */
const names = ['tsconfig.json', 'tsconfig.app.json', 'tsconfig.lib.json', 'tsconfig.base.json'];

/**
 * The configuration that a source is compiled with: in the nearest folder above it that has one.
 *
 * Where a tsconfig.json only refers to others (`"files": []` with `references`), that of them which includes the source.
 */
export function nearestTsconfig(file: string): string | undefined {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const found = tsconfigIn(folder);
    if (found !== undefined) return referredTsconfig(found, file) ?? found;
    if (dirname(folder) === folder || basename(folder) === 'node_modules') return undefined;
  }
}

function tsconfigIn(folder: string): string | undefined {
  if (nearest.has(folder)) return nearest.get(folder);
  const found = names.map((name) => join(folder, name)).find((path) => existsSync(path));
  nearest.set(folder, found);
  return found;
}

/** Of a tsconfig.json that only refers to others, the one that compiles a file. */
function referredTsconfig(path: string, file: string): string | undefined {
  const { references, files } = readTsconfig(path);
  if (references === undefined || files === undefined || files.length > 0) return undefined;
  const referred = references
    .map((reference) => resolve(dirname(path), reference.path))
    .map((target) => (target.endsWith('.json') ? target : join(target, 'tsconfig.json')))
    .filter((target) => existsSync(target));
  return referred.find((target) => includesFile(target, file));
}

const matchers = new Map<string, ReturnType<typeof createFilesMatcher>>();

/** Whether a configuration compiles a file, by its `files`, `include` and `exclude`. */
export function includesFile(tsconfig: string, file: string): boolean {
  const matcher = matchers.get(tsconfig) ?? createFilesMatcher({ path: tsconfig, config: readTsconfig(tsconfig) });
  matchers.set(tsconfig, matcher);
  return matcher(file) !== undefined;
}
