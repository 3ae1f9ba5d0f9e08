import { existsSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

/** A path as the tools of a code host have it: from the folder of the git repository, with slashes; from here where there is none. */
export function repositoryPath(path: string): string {
  return relative(rootOf(dirname(path)) ?? process.cwd(), path)
    .split(sep)
    .join('/');
}

function rootOf(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
    if (dirname(at) === at) return undefined;
  }
}
