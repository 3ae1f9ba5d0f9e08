import { existsSync } from 'node:fs';
import { type ExplainedError, missingRequest, shortPath } from '../../errors/source-place.js';
import { type Alias, aliasOf } from '../find/alias.js';
import { nearestTsconfig } from '../find/tsconfig.js';

/**
 * Notes on Node's error for a module that it did not find that the import is an alias of a tsconfig.json, and where that leads:
 * what `paths` define is no package, and installing one of that name would be dangerous.
 *
 * The error stays what it is, as the application may expect it.
 *
 * @param tsconfig configuration of the application
 */
export function explainMissingAlias(
  error: unknown,
  specifier: string,
  importer: string | undefined,
  tsconfig: string | undefined,
): void {
  if (missingRequest(error) === undefined || (error as ExplainedError).explained !== undefined) return;
  const candidates = [importer === undefined ? undefined : nearestTsconfig(importer), tsconfig];
  for (const path of candidates) {
    const alias = path === undefined ? undefined : aliasOf(specifier, path);
    if (alias === undefined) continue;
    Object.assign(error as Error, { explained: describe(specifier, alias, importer) } satisfies ExplainedError);
    return;
  }
}

function describe(
  specifier: string,
  { pattern, tsconfig, targets }: Alias,
  importer: string | undefined,
): Required<ExplainedError>['explained'] {
  const by = pattern === undefined ? '`baseUrl`' : `\`${pattern}\``;
  const places = targets.map((target) => shortPath(target));
  const isThere = targets.some((target) => existsSync(target.replace(/\.[cm]?js$/, '.ts')) || existsSync(target));
  const isBuild = importer !== undefined && /\.[cm]?js$/.test(importer);
  // The target may exist as a source, while a compiled file imports it by a name that Node does not know.
  if (isBuild || isThere) {
    return {
      what: `${specifier}, which is an alias: ${by} of ${shortPath(tsconfig)} leads to ${places.join(' or ')}`,
      hint: isBuild
        ? 'Node does not know the aliases of TypeScript. Let the build replace them (nest build does, tsc does not), or load the sources: --ts.'
        : `Is it a file, or a folder with an index.ts? Correct the import, or ${option(pattern)} of ${shortPath(tsconfig)}.`,
    };
  }
  return {
    what: `${specifier}: ${by} of ${shortPath(tsconfig)} leads to ${places.join(' or ')}, which is not there`,
    hint: `Correct the import, or ${option(pattern)} of ${shortPath(tsconfig)}.`,
  };
}

function option(pattern: string | undefined): string {
  return pattern === undefined ? '`baseUrl`' : '`paths`';
}
