import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { version } from '../../version.js';
import { DesignTypes } from '../design-types/design-types.js';
import { type Lookups, SourceModules } from '../design-types/source-modules.js';
import { type BuildLayout, sourceIn } from '../find/build-layout.js';
import { readJsonFile } from '../find/json-file.js';
import { isInside } from '../find/project.js';
import { createSourceResolver, type SourceResolver } from '../find/source-resolver.js';
import { nearestTsconfig } from '../find/tsconfig.js';
import { readCompileOptions } from './compile-options.js';
import { findCompiler, type ModuleFormat } from './compiler.js';
import { explainMissingAlias } from './missing-alias.js';
import { type Compiled, TransformCache } from './transform-cache.js';

/** What both of Node's module systems need to load an application's sources; plain data, as it crosses to a thread. */
export interface SourceSettings {
  readonly root: string;
  readonly tsconfig?: string;
  /** Builds in whose place the sources are loaded. */
  readonly builds?: readonly BuildLayout[];
  /** Sources of packages whose builds are not loaded: `@org/db`, `@org/db/entities`. */
  readonly packageSources?: Readonly<Record<string, string>>;
  /** Folders of packages that are compiled by a tsconfig.json of their own. */
  readonly packageRoots?: readonly string[];
}

/** Resolves and compiles the sources of one application. */
export interface SourceLoader {
  /** The source that an import in a source means. */
  readonly resolve: SourceResolver;
  /** The source that is loaded in place of a file that Node found, in a build that is not to be loaded. */
  replace(file: string): string | undefined;
  /** The source of what Node did not find: a package that is not built, or a file of a build that lacks it. */
  sourceOfMissing(specifier: string, error: unknown): string | undefined;
  /** Notes on an error about a module that is not there what tsconfig.json has to do with it. */
  explain(error: unknown, specifier: string, importer: string | undefined): void;
  /** JavaScript of a source file. @throws ApplicationLoadError when it does not parse */
  read(file: string, format: ModuleFormat): string;
}

/** @throws CompilerMissingError when the application has nothing to compile with */
export function createSourceLoader(settings: SourceSettings): SourceLoader {
  const { root, tsconfig, builds = [], packageSources = {}, packageRoots = [] } = settings;
  const resolve = createSourceResolver(tsconfig);
  const withPackages: SourceResolver = (specifier, from) => resolve(specifier, from) ?? packageSources[specifier];
  const compile = compileWith(root, tsconfig, withPackages);
  const others = new Map<string, Compile>();
  const compileFor = (file: string): Compile => {
    if (!packageRoots.some((folder) => isInside(folder, file))) return compile;
    const own = nearestTsconfig(file) ?? tsconfig;
    if (own === undefined || own === tsconfig) return compile;
    const known = others.get(own) ?? compileWith(root, own, withPackages);
    others.set(own, known);
    return known;
  };
  const replace = (file: string): string | undefined => {
    for (const build of builds) {
      const source = sourceIn(build, file);
      if (source !== undefined) return source;
    }
    return undefined;
  };
  return {
    resolve,
    replace,
    sourceOfMissing: (specifier, error) => {
      const missing = missingFile.exec(error instanceof Error ? error.message : '')?.[1];
      return packageSources[specifier] ?? (missing === undefined ? undefined : replace(missing));
    },
    explain: (error, specifier, importer) => explainMissingAlias(error, specifier, importer, tsconfig),
    read: (file, format) => compileFor(file)(file, format),
  };
}

/** Node's message for a missing file to which `exports` or `imports` of a package.json led. */
const missingFile = /^Cannot find module '(\/[^']+|[A-Za-z]:[^']+)'/;

type Compile = (file: string, format: ModuleFormat) => string;

function compileWith(root: string, tsconfig: string | undefined, resolve: SourceResolver): Compile {
  const options = readCompileOptions(tsconfig);
  const compiler = findCompiler(root, options);
  const cache = new TransformCache(root, JSON.stringify([version, METADATA, compiler.identity, options]));
  const modules = new SourceModules(resolve, (file) => formatOf(file) === 'module');
  const types = new DesignTypes(modules, {
    strictNullChecks: options.strictNullChecks ?? isStrictByDefault(root),
    takesRestAsWritten: compiler.identity.startsWith('@swc/core'),
  });
  return (file, format) => {
    const source = readFileSync(file, 'utf8');
    const compile = (): Compiled<Lookups> => {
      const prepared = types.prepare(source, file);
      return { code: compiler.compile(prepared.source, file, format), basis: prepared.lookups };
    };
    return cache.through(source, `${file}:${format}`, compile, (lookups) => modules.areFresh(lookups));
  };
}

/** Part of the key of compiled sources: counts the ways in which their metadata has been made. */
const METADATA = 'metadata 2';

/** TypeScript 6 made `strict` the default. Without TypeScript nobody set it, and swc treats types so. */
function isStrictByDefault(root: string): boolean {
  try {
    const { version: installed } = createRequire(join(root, 'package.json'))('typescript/package.json') as {
      version: string;
    };
    return Number.parseInt(installed, 10) >= 6;
  } catch {
    return true;
  }
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
