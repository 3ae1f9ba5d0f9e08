/** Loads TypeScript files of an application that is not installed: only what declares its entities has to work. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { dirname, isAbsolute, join, resolve, sep } from 'node:path';
import { createPathsMatcher, getTsconfig } from 'get-tsconfig';
import ts from 'typescript';
import { EntitySchema, getMetadataArgsStorage } from 'typeorm';

const require = createRequire(import.meta.url);
/** Packages that are those of this repository; all others are stood in for. */
const REAL = /^(typeorm|reflect-metadata)(\/|$)/;
const DECLARES_ENTITIES = /@\w*Entity\w*\(|new EntitySchema\b/;
const IGNORED = /^(node_modules|dist|migrations?|__mocks__|__tests__|e2e|\..*)$/;
const STAND_IN = 'stand-in:';
const EXTENSIONS = ['.ts', '.tsx', '.js', '.json', `${sep}index.ts`, `${sep}index.js`];

/** What could not be loaded, by file, and why. */
export const failures = new Map();

// What a module of an application does later, for which its other parts are missing.
process.on('uncaughtException', (error) => failures.set('later', error.message));
process.on('unhandledRejection', (error) => failures.set('later', String(error?.message ?? error)));

/**
 * The entity classes and schemas that the files under a directory declare.
 *
 * Decorators and helpers of packages that are not there do nothing; see `failures` for files that could not be loaded.
 */
export const loadEntities = memoized((directory) => {
  roots.add(rootOf(join(resolve(directory), 'any.ts')));
  const storage = getMetadataArgsStorage();
  const known = new Set(storage.tables.map(({ target }) => target));
  const files = sourcesUnder(resolve(directory)).filter((file) => DECLARES_ENTITIES.test(readFileSync(file, 'utf8')));
  programs.push(programOf(files, configOf(resolve(directory))?.config.compilerOptions));
  // Files that import each other in a circle may load from one of them only.
  for (const file of files) loadSource(file);
  const exported = files.flatMap((file) => Object.values(loadSource(file)));
  // With its libraries a program takes 100 MB, and sets may be hundreds: what is loaded needs none.
  programs.pop();
  const schemas = exported.filter((value) => value instanceof EntitySchema);
  const classes = storage.tables.map(({ target }) => target).filter((target) => typeof target === 'function');
  return [...new Set(classes.filter((target) => !known.has(target))), ...schemas];
});

/** What a TypeScript file exports. */
export function loadSource(file) {
  try {
    const loaded = require(file);
    failures.delete(file);
    return loaded;
  } catch (error) {
    failures.set(file, String(error?.message ?? error).split('\n')[0]);
    return {};
  }
}

/** TypeScript files under a directory, without tests and what is built. */
export function sourcesUnder(directory) {
  return readdirSync(directory, { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) return IGNORED.test(entry.name) ? [] : sourcesUnder(path);
      return /(?<!\.(d|spec|test|e2e-spec))\.ts$/.test(entry.name) ? [path] : [];
    })
    .sort();
}

/** Checkouts that files were loaded from: what they import goes through the hooks below. */
const roots = new Set();
const isForeign = (file) => file !== undefined && [...roots].some((root) => file.startsWith(root + sep));

/** The topmost directory above a file that has a package.json: that of a monorepo. */
function rootOf(file) {
  let root = dirname(file);
  for (let path = root; path !== dirname(path); path = dirname(path)) {
    if (existsSync(join(path, 'package.json'))) root = path;
  }
  return root;
}

const packagesOf = memoized((root) => {
  const packages = new Map();
  const visit = (directory, depth) => {
    const manifest = join(directory, 'package.json');
    if (existsSync(manifest)) packages.set(JSON.parse(readFileSync(manifest, 'utf8')).name, directory);
    if (depth === 0) return;
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      if (entry.isDirectory() && !IGNORED.test(entry.name)) visit(join(directory, entry.name), depth - 1);
    }
  };
  visit(root, 3);
  return packages;
});

const configOf = memoized((directory) => {
  try {
    return getTsconfig(directory);
  } catch {
    // One that extends what is not there; most imports do without.
    return null;
  }
});
const pathsOf = memoized((directory) => {
  const config = configOf(directory);
  return config === null ? undefined : createPathsMatcher(config);
});

/** The file that a foreign module means, if it is in its checkout. */
function locate(request, parent) {
  const directory = dirname(parent);
  if (request.startsWith('.')) return fileAt(resolve(directory, request));
  for (const path of pathsOf(directory)?.(request) ?? []) {
    const file = fileAt(path);
    if (file !== undefined && !file.includes(`${sep}node_modules${sep}`)) return file;
  }
  const [, name, rest = ''] = /^((?:@[^/]+\/)?[^/]+)(?:\/(.*))?$/.exec(request) ?? [];
  const home = packagesOf(rootOf(parent)).get(name);
  if (home !== undefined) {
    const sources = [rest, join('src', rest), rest.replace(/^(lib|dist)\b/, 'src'), join('src', 'lib', rest)];
    return sources.map((path) => fileAt(join(home, path))).find((file) => file !== undefined);
  }
  const { baseUrl } = configOf(directory)?.config.compilerOptions ?? {};
  return baseUrl === undefined ? undefined : fileAt(resolve(dirname(configOf(directory).path), baseUrl, request));
}

function fileAt(path) {
  const stem = path.replace(/\.m?js$/, '');
  const candidates = [path, ...EXTENSIONS.map((extension) => path + extension), `${stem}.ts`];
  return candidates.find((file) => existsSync(file) && statSync(file).isFile());
}

const resolveFilename = Module._resolveFilename;
Module._resolveFilename = function (request, parent, ...rest) {
  if (!isForeign(parent?.filename) || Module.isBuiltin(request) || isAbsolute(request)) {
    return resolveFilename.call(this, request, parent, ...rest);
  }
  if (REAL.test(request)) return require.resolve(request);
  const file = locate(request, parent.filename);
  return file !== undefined && /\.([jt]sx?|json)$/.test(file) ? file : STAND_IN + request;
};

const load = Module._load;
Module._load = function (request, parent, isMain) {
  if (!isForeign(parent?.filename) || Module.isBuiltin(request)) return load.call(this, request, parent, isMain);
  const file = Module._resolveFilename(request, parent, isMain);
  if (file.startsWith(STAND_IN)) return standIn();
  try {
    const loaded = load.call(this, file, parent, isMain);
    return request === 'typeorm' ? typeormWithFormerNames(loaded) : loaded;
  } catch (error) {
    failures.set(file, String(error?.message ?? error).split('\n')[0]);
    return standIn();
  }
};

const COMPILED = {
  target: ts.ScriptTarget.ES2021,
  module: ts.ModuleKind.CommonJS,
  ignoreDeprecations: '6.0',
  allowJs: true,
  esModuleInterop: true,
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  useDefineForClassFields: false,
  jsx: ts.JsxEmit.React,
  lib: ['lib.es2022.d.ts'],
  types: [],
};

/** What knows the types that decorators write down; a file of none is compiled by itself. */
const programs = [];

/** The types of the language, which all programs share. */
const LIBRARY = /\/lib\.[\w.]*d\.ts$/;
const libraries = new Map();

function libraryFile(name, parse) {
  if (!libraries.has(name)) libraries.set(name, parse());
  return libraries.get(name);
}

function programOf(files, { strict = false, strictNullChecks = strict } = {}) {
  const options = { ...COMPILED, strictNullChecks };
  const resolveOne = ({ text }, parent) => {
    const resolvedFileName = REAL.test(text) ? undefined : locate(text, parent);
    const isSource = resolvedFileName !== undefined && /\.tsx?$/.test(resolvedFileName);
    return { resolvedModule: isSource ? { resolvedFileName, extension: ts.Extension.Ts } : undefined };
  };
  const host = ts.createCompilerHost(options);
  const parse = host.getSourceFile;
  host.getSourceFile = (name, ...rest) =>
    LIBRARY.test(name) ? libraryFile(name, () => parse(name, ...rest)) : parse(name, ...rest);
  host.resolveModuleNameLiterals = (literals, parent) => literals.map((literal) => resolveOne(literal, parent));
  return ts.createProgram(files, options, host);
}

function compiled(fileName) {
  for (const program of programs) {
    const source = program.getSourceFile(fileName);
    if (source === undefined) continue;
    let code;
    program.emit(source, (_name, text) => (code = text));
    if (code !== undefined) return code;
  }
  return ts.transpileModule(readFileSync(fileName, 'utf8'), { fileName, compilerOptions: COMPILED }).outputText;
}

for (const extension of ['.ts', '.tsx']) {
  Module._extensions[extension] = (module, fileName) => module._compile(compiled(fileName), fileName);
}

/** What other versions of TypeORM export, and this one does not, does nothing. */
function typeormWithFormerNames(typeorm) {
  return new Proxy(typeorm, { get: (target, key) => (key in target ? target[key] : standIn()) });
}

/** A module whose every export is a function, a decorator, a class and a namespace that do nothing. */
function standIn() {
  const nothing = new Proxy(function () {}, {
    get(target, key) {
      if (key === 'then') return undefined;
      if (key === '__esModule') return true;
      if (key === 'name' || key === 'prototype') return target[key];
      if (key === Symbol.toPrimitive) return () => '';
      if (key === Symbol.iterator) return [][Symbol.iterator].bind([]);
      return nothing;
    },
    apply: () => nothing,
    construct: (_target, _arguments, newTarget) => Object.create(newTarget.prototype ?? null),
  });
  return nothing;
}

function memoized(work) {
  const known = new Map();
  return (key) => {
    if (!known.has(key)) known.set(key, work(key));
    return known.get(key);
  };
}
