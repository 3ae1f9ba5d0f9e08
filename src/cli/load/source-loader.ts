import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { version } from '../../version.js';
import { readJsonFile } from '../find/json-file.js';
import { createSourceResolver, type SourceResolver } from '../find/source-resolver.js';
import { readCompileOptions } from './compile-options.js';
import { findCompiler, type ModuleFormat } from './compiler.js';
import { TransformCache } from './transform-cache.js';

/** What both of Node's module systems need to load an application's sources; plain data, as it crosses to a thread. */
export interface SourceSettings {
  readonly root: string;
  readonly tsconfig?: string;
}

/** Resolves and compiles the sources of one application. */
export interface SourceLoader {
  readonly resolve: SourceResolver;
  /** JavaScript of a source file. @throws ApplicationLoadError when it does not parse */
  read(file: string, format: ModuleFormat): string;
}

/** @throws CompilerMissingError when the application has nothing to compile with */
export function createSourceLoader({ root, tsconfig }: SourceSettings): SourceLoader {
  const options = readCompileOptions(tsconfig);
  const compiler = findCompiler(root, options);
  const cache = new TransformCache(root, JSON.stringify([version, compiler.identity, options]));
  return {
    resolve: createSourceResolver(tsconfig),
    read: (file, format) => {
      const source = readFileSync(file, 'utf8');
      return cache.through(source, `${file}:${format}`, () => compiler.compile(source, file, format));
    },
  };
}

export const isTypeScript = (path: string): boolean => /\.[cm]?ts$/.test(path);

const formats = new Map<string, ModuleFormat>();

/** The module system of a file by Node's rules: its extension, or else `type` of the nearest package.json. */
export function formatOf(file: string): ModuleFormat {
  if (/\.m[jt]s$/.test(file)) return 'module';
  if (/\.c[jt]s$/.test(file)) return 'commonjs';
  return formatOfFolder(dirname(file));
}

function formatOfFolder(folder: string): ModuleFormat {
  const known = formats.get(folder);
  if (known !== undefined) return known;
  const manifest = readJsonFile(join(folder, 'package.json'));
  const isTop = dirname(folder) === folder;
  const inherited = manifest === undefined && !isTop ? formatOfFolder(dirname(folder)) : 'commonjs';
  const format = manifest?.['type'] === 'module' ? 'module' : inherited;
  formats.set(folder, format);
  return format;
}
