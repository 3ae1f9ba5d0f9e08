import { existsSync, lstatSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { PACKAGE_NAME } from '../package-name.js';
import { type BuildLayout, layoutOf, sourceAt, sourcePlaces } from './build-layout.js';
import { asRecord, readJsonFile } from './json-file.js';
import { conventionalProject, isInside, type Project } from './project.js';
import { existingSource, isFile } from './source-resolver.js';

/** A package that is linked into node_modules, as workspaces of npm, pnpm and yarn are, and its sources. */
export interface LinkedPackage {
  readonly name: string;
  /** Its own folder, behind the link. */
  readonly root: string;
  readonly project: Project;
  /** What can be imported of it: each name with the file that its package.json has for it, and the source of that. */
  readonly entries: readonly PackageEntry[];
  /** The files that its package.json names, whether their sources are known or not. */
  readonly files: readonly string[];
  /** Absent when it is not known where its build is, or it has none. */
  readonly layout?: BuildLayout;
}

export interface PackageEntry {
  readonly specifier: string;
  readonly file: string;
  readonly source: string;
}

const kinds = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'];

/** The linked packages that an application depends on, and those that they depend on, as far as their sources are there. */
export function findLinkedPackages(root: string): readonly LinkedPackage[] {
  const found = new Map<string, LinkedPackage | undefined>();
  const folders = [root];
  for (const folder of folders) {
    for (const name of dependenciesOf(folder)) {
      const target = linkTarget(name, folder);
      if (target === undefined || found.has(target)) continue;
      found.set(target, describe(name, target));
      folders.push(target);
    }
  }
  return [...found.values()].filter((one) => one !== undefined);
}

function dependenciesOf(folder: string): readonly string[] {
  const manifest = readJsonFile(join(folder, 'package.json')) ?? {};
  const names = kinds.flatMap((kind) => Object.keys(asRecord(manifest[kind])));
  return names.filter((name) => name !== PACKAGE_NAME);
}

/** Where the package that Node would find leads to, when it is a link to a folder that is no installed package. */
function linkTarget(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const path = join(folder, 'node_modules', name);
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats !== undefined) {
      const target = stats.isSymbolicLink() ? realPath(path) : undefined;
      // pnpm links every package, from where it keeps them.
      return target === undefined || /[\\/]node_modules[\\/]/.test(target) ? undefined : target;
    }
    if (dirname(folder) === folder) return undefined;
  }
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined; // a link to nowhere: Node says so when the package is loaded
  }
}

function describe(name: string, root: string): LinkedPackage | undefined {
  const manifest = readJsonFile(join(root, 'package.json')) ?? {};
  const files = entryFiles(manifest).map(({ key, path }) => ({
    specifier: join(name, key),
    file: resolve(root, path),
  }));
  const project = projectOf(
    root,
    files.map(({ file }) => file).filter((file) => !isFile(file) || !file.endsWith('.ts')),
  );
  const entries = files.flatMap(({ specifier, file }) => {
    const source = /\.[cm]?ts$/.test(file) ? existingSource(file) : sourceOfEntry(file, project);
    return source === undefined ? [] : { specifier, file, source };
  });
  const built = entries.find(({ file, source }) => file !== source && isInside(project.outDir, file));
  if (entries.length === 0 && !existsSync(project.sourceRoot)) return undefined;
  const layout = built === undefined ? undefined : layoutOf(built.source, built.file, project.outDir);
  const known = { name, root, project, entries, files: files.map(({ file }) => file) };
  return layout === undefined ? known : { ...known, layout };
}

/** The build of a package is where its tsconfig.json specifies, or else in the folder that its package.json names. */
function projectOf(root: string, files: readonly string[]): Project {
  const project = conventionalProject(root);
  const [first] = files;
  if (first === undefined || isInside(project.outDir, first)) return project;
  const [folder = ''] = first.slice(root.length + 1).split(/[\\/]/);
  return { ...project, outDir: join(root, folder) };
}

function sourceOfEntry(file: string, project: Project): string | undefined {
  if (!isInside(project.outDir, file)) return undefined;
  return sourcePlaces(file, project)
    .map((path) => sourceAt(path))
    .find((source) => source !== undefined);
}

interface ManifestEntry {
  /** `.` for the package itself, `./entities` for `@org/db/entities`. */
  readonly key: string;
  readonly path: string;
}

/** What `exports`, or else `main` and `module`, name: files with code, not those with types. */
function entryFiles(manifest: Readonly<Record<string, unknown>>): readonly ManifestEntry[] {
  const { exports } = manifest;
  if (exports === undefined) {
    const paths = [manifest['main'], manifest['module']].filter((path) => typeof path === 'string');
    return (paths.length === 0 ? ['index.js'] : paths).map((path) => ({ key: '.', path: withExtension(path) }));
  }
  const subpaths = typeof exports === 'object' && Object.keys(exports ?? {}).some((key) => key.startsWith('.'));
  return Object.entries(subpaths ? asRecord(exports) : { '.': exports })
    .filter(([key]) => !key.includes('*'))
    .flatMap(([key, value]) => conditions(value).map((path) => ({ key, path })));
}

/** The conditions that Node knows; tools have others, for sources among them. */
const nodeConditions = new Set(['node', 'import', 'require', 'module-sync', 'default']);

function conditions(value: unknown): readonly string[] {
  if (typeof value === 'string') return /\.json$|\.d\.[cm]?ts$/.test(value) ? [] : [value];
  return Object.entries(asRecord(value)).flatMap(([condition, inner]) =>
    nodeConditions.has(condition) ? conditions(inner) : [],
  );
}

function withExtension(path: string): string {
  return /\.[cm]?[jt]s$/.test(path) ? path : `${path}.js`;
}
