import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { asRecord, readJsonFile } from './json-file.js';
import { aliasMatcher } from './source-resolver.js';
import { readTsconfig } from './tsconfig.js';

/** What TypeScript makes of an import that is neither a path nor, as far as its configuration goes, a package. */
export interface Alias {
  /** The key of `paths` that the import matches; absent where `baseUrl` leads to the files. */
  readonly pattern?: string;
  /** The file that has `paths`, or `baseUrl`: the configuration itself, or one that it extends. */
  readonly tsconfig: string;
  /** Absolute paths that the import may mean, as they are written there. */
  readonly targets: readonly string[];
}

/**
 * The alias that an import is by a tsconfig.json, whether it leads to a file or not.
 *
 * By `baseUrl`, and by a pattern that every name matches (`*`), an import is one if the folder that it begins with exists:
 * any package would be an alias otherwise.
 */
export function aliasOf(specifier: string, tsconfig: string): Alias | undefined {
  if (/^(\.{1,2}(\/|\\|$)|\/|node:)/.test(specifier)) return undefined;
  const targets = aliasMatcher(tsconfig)?.(specifier) ?? [];
  if (targets.length === 0) return undefined;
  const pattern = matchingKey(specifier, Object.keys(readTsconfig(tsconfig).compilerOptions?.paths ?? {}));
  const option = pattern === undefined ? 'baseUrl' : 'paths';
  if (pattern === undefined || pattern === '*') {
    const own = targets.filter((target) => beginsInFolder(specifier, target));
    return own.length === 0 ? undefined : { tsconfig: definedIn(tsconfig, option), targets: own };
  }
  return { pattern, tsconfig: definedIn(tsconfig, option), targets };
}

/** TypeScript's rule: the name itself, or else the pattern with the longest text before its star. */
function matchingKey(specifier: string, keys: readonly string[]): string | undefined {
  if (keys.includes(specifier)) return specifier;
  const matching = keys.filter((key) => {
    const [before = '', after] = key.split('*');
    return (
      after !== undefined &&
      specifier.length >= before.length + after.length &&
      specifier.startsWith(before) &&
      specifier.endsWith(after)
    );
  });
  return matching.toSorted((left, right) => right.indexOf('*') - left.indexOf('*'))[0];
}

function beginsInFolder(specifier: string, target: string): boolean {
  if (!target.endsWith(specifier) || target.includes('node_modules')) return false;
  const [first = ''] = specifier.split('/');
  return existsSync(join(target.slice(0, -specifier.length), first));
}

/** The file that has a compiler option: users look for it there, and not in the one that extends it. */
function definedIn(tsconfig: string, option: 'paths' | 'baseUrl'): string {
  const config = readJsonFile(tsconfig) ?? {};
  if (asRecord(config['compilerOptions'])[option] !== undefined) return tsconfig;
  const extended = [config['extends']].flat().filter((path) => typeof path === 'string' && /^[./]/.test(path));
  for (const path of extended.reverse()) {
    const file = resolve(dirname(tsconfig), path as string);
    const found = [file, `${file}.json`].find((candidate) => candidate.endsWith('.json') && existsSync(candidate));
    if (found === undefined) continue;
    const defining = definedIn(found, option);
    if (asRecord(readJsonFile(defining)?.['compilerOptions'])[option] !== undefined) return defining;
  }
  return tsconfig;
}
