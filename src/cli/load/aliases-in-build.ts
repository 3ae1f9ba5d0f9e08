import { createRequire } from 'node:module';
import { readTextFile } from '../find/json-file.js';
import type { SourceFile } from '../find/source-files.js';
import { aliasMatcher, createSourceResolver } from '../find/source-resolver.js';

/** An import of a compiled file that only TypeScript understands. */
export interface LeftAlias {
  readonly specifier: string;
  readonly file: string;
}

/** The specifiers of what a compiled file requires or imports, but for relative and absolute paths. */
const imported = /(?:\brequire\(|\bimport\(|\bfrom ?|\bimport ?)["']([^"'./\n][^"'\n]*)["']/g;

/**
 * The first import in a build by an alias that nothing has replaced: tsc leaves them as they are, and Node cannot load such a
 * build. A name that Node finds as well, as that of a linked package, is none.
 *
 * @param tsconfig the configuration that has the aliases
 */
export function findLeftAlias(files: Iterable<SourceFile>, tsconfig: string | undefined): LeftAlias | undefined {
  if (tsconfig === undefined || aliasMatcher(tsconfig) === undefined) return undefined;
  const resolve = createSourceResolver(tsconfig);
  const known = new Set<string>();
  for (const { path, compiled } of files) {
    if (compiled === undefined) continue;
    for (const [, specifier = ''] of (readTextFile(compiled) ?? '').matchAll(imported)) {
      if (known.has(specifier)) continue;
      known.add(specifier);
      if (resolve(specifier, path) !== undefined && isUnknownToNode(specifier, compiled)) {
        return { specifier, file: compiled };
      }
    }
  }
  return undefined;
}

function isUnknownToNode(specifier: string, file: string): boolean {
  try {
    createRequire(file).resolve(specifier);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND';
  }
}
