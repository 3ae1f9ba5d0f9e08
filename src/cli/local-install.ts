import { existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { asRecord, readJsonFile, stringAt } from './find/json-file.js';
import { PACKAGE_NAME } from './package-name.js';

interface Invocation {
  /** Folder of the copy that runs. */
  readonly packageRoot: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/**
 * The `nest-cmd` of the application's own copy of this package, when another copy was started: the classes of
 * one copy mean nothing to the other.
 *
 * @returns undefined when this is the application's copy, or it has none
 */
export function findLocalBin({ packageRoot, args, env, cwd }: Invocation): string | undefined {
  const manifest = locatePackage(join(dirname(resolve(cwd, namedFile(args) ?? env['NEST_APP'] ?? '_')), '_'));
  if (manifest === undefined || dirname(manifest) === realpathSync(packageRoot)) return undefined;
  const bin = stringAt(asRecord(readJsonFile(manifest)?.['bin']), 'nest-cmd');
  const path = bin === undefined ? undefined : resolve(dirname(manifest), bin);
  return path !== undefined && existsSync(path) ? path : undefined;
}

/** package.json of the copy that a file would import, with links resolved. */
export function locatePackage(file: string): string | undefined {
  try {
    return realpathSync(createRequire(file).resolve(`${PACKAGE_NAME}/package.json`));
  } catch {
    return undefined;
  }
}

function namedFile(args: readonly string[]): string | undefined {
  const index = args.findIndex((arg) => arg === '--app' || arg.startsWith('--app='));
  if (index === -1) return undefined;
  return args[index] === '--app' ? args[index + 1] : args[index]?.slice('--app='.length);
}
