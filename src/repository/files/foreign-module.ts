import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { transform as Transform } from 'sucrase';
import { moduleBody } from './module-body.js';

type Exports = Record<string, unknown>;

const typeScript = /\.[cm]?ts$/;
const extensions = ['', '.ts', '.mts', '.cts', '.js', '.mjs', '.cjs', '.json', '/index.ts', '/index.js'];

/** Node's errors for a file that it cannot load as it is written, and this module perhaps can. */
const loaderErrors = new Set([
  'ERR_UNKNOWN_FILE_EXTENSION',
  'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX',
  'ERR_INVALID_TYPESCRIPT_SYNTAX',
  'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING',
  'ERR_UNSUPPORTED_DIR_IMPORT',
  'ERR_MODULE_NOT_FOUND',
  'MODULE_NOT_FOUND',
]);

/**
 * Loads a file that is no revision: a migration of TypeORM, a file with a data source. JavaScript is loaded as the
 * application loads it, CommonJS or ES module.
 *
 * TypeScript is loaded by the loader that the process has for the application's sources, where it has one: so that the
 * classes which the file imports are those of the application. Without one its types are taken away, as a revision's are,
 * and those of the TypeScript files that it imports by a relative path.
 *
 * @throws what loading it throws
 */
export async function loadForeignModule(path: string): Promise<Exports> {
  if (!typeScript.test(path)) return loadByNode(path);
  const hasLoader = createRequire(path).extensions?.['.ts'] !== undefined || isEsModule(path);
  if (!hasLoader) return loadWithoutTypes(path);
  try {
    return await loadByNode(path);
  } catch (error) {
    if (!isLoaderError(error)) throw error;
    return loadWithoutTypes(path).catch((second: unknown) => {
      throw isLoaderError(second) ? error : second;
    });
  }
}

function loadByNode(path: string): Promise<Exports> | Exports {
  if (isEsModule(path)) return import(pathToFileURL(path).href) as Promise<Exports>;
  return createRequire(path)(path) as Exports;
}

function isLoaderError(error: unknown): boolean {
  const { code, name } = error as { code?: unknown; name?: unknown };
  return name === 'SyntaxError' || (typeof code === 'string' && loaderErrors.has(code));
}

/** By Node's rules: the extension, or else `type` of the nearest package.json. */
function isEsModule(path: string): boolean {
  if (/\.m[jt]s$/.test(path)) return true;
  if (/\.c[jt]s$/.test(path)) return false;
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest)) return typeOf(manifest) === 'module';
    if (dirname(folder) === folder) return false;
  }
}

function typeOf(manifest: string): unknown {
  try {
    return (JSON.parse(readFileSync(manifest, 'utf8')) as { type?: unknown }).type;
  } catch {
    return undefined;
  }
}

async function loadWithoutTypes(path: string): Promise<Exports> {
  const { transform } = await import('sucrase');
  return new Stripped(transform).load(path);
}

/** TypeScript files of one load, each run once. */
class Stripped {
  private readonly loaded = new Map<string, { exports: Exports }>();

  constructor(private readonly transform: typeof Transform) {}

  load(path: string): Exports {
    const known = this.loaded.get(path);
    if (known !== undefined) return known.exports;
    const module = { exports: {} as Exports };
    this.loaded.set(path, module);
    const source = readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
    const { code } = this.transform(source, {
      transforms: ['typescript', 'imports'],
      filePath: path,
      disableESTransforms: true,
    });
    const ofNode = createRequire(path);
    const require = (specifier: string): unknown => {
      const found = resolveSource(specifier, path);
      return found !== undefined && typeScript.test(found) ? this.load(found) : (ofNode(found ?? specifier) as unknown);
    };
    moduleBody(code, path)(module.exports, Object.assign(require, ofNode), module, path, dirname(path));
    return module.exports;
  }
}

/** The file that a relative import of a TypeScript file means; undefined for packages, and where there is none. */
export function resolveSource(specifier: string, importer: string): string | undefined {
  if (!/^\.{0,2}\//.test(specifier)) return undefined;
  const wanted = resolve(dirname(importer), specifier);
  // TypeScript's ES modules import `./helper.js` and mean `./helper.ts`.
  const source = wanted.replace(/\.([cm]?)js$/, '.$1ts');
  return [source, ...extensions.map((extension) => `${wanted}${extension}`)].find(
    (candidate) => existsSync(candidate) && statSync(candidate).isFile(),
  );
}
