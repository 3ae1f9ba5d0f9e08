import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { asRecord, readJsonFile, stringAt } from '../find/json-file.js';
import { existingSource, isFile } from '../find/source-resolver.js';

/** A package that a file imports, and which of its files has the types. */
export interface TypesOfPackage {
  readonly manifest: string;
  readonly file: string;
}

/** The declaration file that an import in a declaration file, or of a package, means; undefined when there is none. */
export function findDeclarations(
  specifier: string,
  fromFile: string,
  isModule: boolean,
): TypesOfPackage | string | undefined {
  if (/^\.{1,2}(\/|$)/.test(specifier)) return declarationFor(resolve(dirname(fromFile), specifier));
  if (specifier.startsWith('node:') || specifier.startsWith('/')) return undefined;
  const parts = specifier.split('/');
  const name = parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
  const subpath = ['.', ...parts.slice(name.split('/').length)].join('/');
  const typesName = `@types/${name.replace(/^@([^/]+)\//, '$1__')}`;
  for (let folder = dirname(fromFile); ; folder = dirname(folder)) {
    for (const candidate of [name, typesName]) {
      const root = join(folder, 'node_modules', candidate);
      const file = existsSync(root) ? inPackage(root, subpath, isModule) : undefined;
      if (file !== undefined) return { manifest: join(root, 'package.json'), file };
    }
    if (dirname(folder) === folder) return undefined;
  }
}

function inPackage(root: string, subpath: string, isModule: boolean): string | undefined {
  const manifest = readJsonFile(join(root, 'package.json')) ?? {};
  const { exports } = manifest;
  if (exports !== undefined && exports !== null) {
    const target = exported(exports, subpath, isModule);
    if (target !== undefined) return declarationFor(join(root, target));
  }
  if (subpath !== '.') {
    const renamed = versioned(manifest, subpath);
    return (
      (renamed === undefined ? undefined : declarationFor(join(root, renamed))) ?? declarationFor(join(root, subpath))
    );
  }
  const main = stringAt(manifest, 'types') ?? stringAt(manifest, 'typings') ?? stringAt(manifest, 'main');
  return (main === undefined ? undefined : declarationFor(join(root, main))) ?? declarationFor(join(root, 'index'));
}

/** The file that `exports` of a package has for a path: exact, or by the one `*` in a pattern. */
function exported(exports: unknown, subpath: string, isModule: boolean): string | undefined {
  const isMap = typeof exports === 'object' && Object.keys(asRecord(exports)).some((key) => key.startsWith('.'));
  if (!isMap) return subpath === '.' ? byCondition(exports, isModule) : undefined;
  const paths = asRecord(exports);
  if (subpath in paths) return byCondition(paths[subpath], isModule);
  for (const [pattern, target] of Object.entries(paths)) {
    const [before = '', after] = pattern.split('*');
    if (after === undefined || !subpath.startsWith(before) || !subpath.endsWith(after)) continue;
    const middle = subpath.slice(before.length, subpath.length - after.length);
    return byCondition(target, isModule)?.replaceAll('*', middle);
  }
  return undefined;
}

function byCondition(target: unknown, isModule: boolean): string | undefined {
  if (typeof target === 'string') return target;
  if (Array.isArray(target)) return target.map((one) => byCondition(one, isModule)).find((one) => one !== undefined);
  const conditions = ['types', isModule ? 'import' : 'require', 'node', 'module-sync', 'default'];
  for (const [condition, inner] of Object.entries(asRecord(target))) {
    const found = conditions.includes(condition) ? byCondition(inner, isModule) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function versioned(manifest: Record<string, unknown>, subpath: string): string | undefined {
  const paths = asRecord(asRecord(manifest['typesVersions'])['*'])[subpath.slice(2)];
  return Array.isArray(paths) && typeof paths[0] === 'string' ? paths[0] : undefined;
}

/** The declarations of what a path means: its own, those next to JavaScript, a source, or those of a folder. */
function declarationFor(path: string): string | undefined {
  if (/\.d\.[cm]?ts$/.test(path)) return isFile(path) ? path : undefined;
  const bare = path.replace(/\.([cm]?)js$/, '.d.$1ts');
  const candidates = [
    ...(bare === path ? [] : [bare]),
    ...['.d.ts', '.d.mts', '.d.cts'].map((extension) => path + extension),
    join(path, 'index.d.ts'),
  ];
  return candidates.find((candidate) => isFile(candidate)) ?? existingSource(path);
}
