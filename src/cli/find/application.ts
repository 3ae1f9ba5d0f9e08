import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { ApplicationNotFoundError, ProjectFileInvalidError } from '../../errors/cli.errors.js';
import { asRecord, readJsonFile, readTextFile, stringAt } from './json-file.js';
import { readRootModuleImport } from './main-file.js';
import { conventionalProject, isInside, type Project, readNestCliProject, readTsconfig } from './project.js';
import { createSourceResolver, existingSource, isFile } from './source-resolver.js';

/** What the user said about where the application is. */
export interface ApplicationSearch {
  readonly cwd: string;
  /** `--app`: FILE or FILE#Export. */
  readonly app?: string;
  /** `--project`: a project of a monorepo's nest-cli.json. */
  readonly project?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The root module of an application, as source, as compiled file, or both. */
export interface ApplicationLocation {
  readonly project: Project;
  readonly source?: string;
  readonly compiled?: string;
  /** Name of the export; absent when the file itself has to tell. */
  readonly exportName?: string;
}

/**
 * Finds the root module, in this order: `--app`, NEST_APP, and then in the working directory and each folder above it
 * package.json (`"nest-cmd": { "app": … }`), nest-cli.json, and the layout of `nest new`.
 *
 * @throws ApplicationNotFoundError naming everything that was tried
 */
export function findApplication(search: ApplicationSearch): ApplicationLocation {
  const tried: string[] = [];
  const named = namedByUser(search);
  if (named !== undefined) {
    const found = locate(named.reference, search.cwd, search);
    if (found !== undefined) return found;
    throw new ApplicationNotFoundError([`${named.by}: no file ${resolve(search.cwd, fileOf(named.reference))}`]);
  }
  for (let folder = search.cwd; ; folder = dirname(folder)) {
    const found = findIn(folder, search, tried);
    if (found !== undefined) return found;
    if (dirname(folder) === folder) throw new ApplicationNotFoundError(['--app and NEST_APP: not given', ...tried]);
  }
}

function namedByUser({ app, env }: ApplicationSearch): { by: string; reference: string } | undefined {
  if (app !== undefined) return { by: '--app', reference: app };
  const fromEnv = env['NEST_APP'];
  return fromEnv === undefined || fromEnv === '' ? undefined : { by: 'NEST_APP', reference: fromEnv };
}

function findIn(folder: string, search: ApplicationSearch, tried: string[]): ApplicationLocation | undefined {
  const packageFile = join(folder, 'package.json');
  const manifest = readJsonFile(packageFile);
  const reference = stringAt(asRecord(manifest?.['nest-cmd']), 'app');
  if (reference !== undefined) {
    const found = locate(reference, folder, search);
    if (found !== undefined) return found;
    throw new ProjectFileInvalidError(packageFile, `"nest-cmd".app names ${fileOf(reference)}, which does not exist.`);
  }
  const project = readNestCliProject(folder, search.cwd, search.project);
  if (project === undefined && manifest === undefined) return undefined;
  const found = findInProject(project ?? conventionalProject(folder));
  if (found !== undefined) return found;
  const where = project === undefined ? packageFile : join(folder, 'nest-cli.json');
  const { sourceRoot, entryFile, outDir } = project ?? conventionalProject(folder);
  tried.push(
    `${where}: NestFactory.create(…) in ${join(sourceRoot, entryFile)}.ts, ${join(sourceRoot, 'app.module')}.ts, and the same in ${outDir}`,
  );
  return undefined;
}

function findInProject(project: Project): ApplicationLocation | undefined {
  const main = join(project.sourceRoot, project.entryFile);
  return (
    fromMainFile(existingSource(main), project) ??
    fromMainFile(compiledFile(main, project), project) ??
    location(join(project.sourceRoot, 'app.module'), project)
  );
}

function fromMainFile(mainFile: string | undefined, project: Project): ApplicationLocation | undefined {
  const text = mainFile === undefined ? undefined : readTextFile(mainFile);
  const found = text === undefined ? undefined : readRootModuleImport(text);
  if (mainFile === undefined || found === undefined) return undefined;
  const file =
    createSourceResolver(project.tsconfig)(found.specifier, mainFile) ??
    javascriptFile(resolve(dirname(mainFile), found.specifier));
  return file === undefined ? undefined : location(file, project, found.exportName);
}

/** A reference as users write it: FILE or FILE#Export, relative to `base`; the extension may be left out. */
function locate(reference: string, base: string, search: ApplicationSearch): ApplicationLocation | undefined {
  const path = resolve(base, fileOf(reference));
  const root = nearestRoot(dirname(path)) ?? base;
  const project = readNestCliProject(root, search.cwd, search.project) ?? conventionalProject(root);
  const exportName = reference.split('#')[1];
  return location(path, project, exportName === '' ? undefined : exportName);
}

function fileOf(reference: string): string {
  return reference.split('#')[0] ?? reference;
}

function nearestRoot(folder: string): string | undefined {
  if (['nest-cli.json', 'package.json'].some((name) => existsSync(join(folder, name)))) return folder;
  return dirname(folder) === folder ? undefined : nearestRoot(dirname(folder));
}

function location(path: string, project: Project, exportName?: string): ApplicationLocation | undefined {
  const source = existingSource(path);
  const compiled = javascriptFile(path) ?? compiledFile(path, project);
  if (source === undefined && compiled === undefined) return undefined;
  return {
    project,
    ...(source === undefined ? {} : { source }),
    ...(compiled === undefined ? {} : { compiled }),
    ...(exportName === undefined ? {} : { exportName }),
  };
}

/** Where the build put a source: the folder that it counts from depends on what else was compiled. */
export function compiledFile(source: string, project: Project): string | undefined {
  const rootDir = project.tsconfig === undefined ? undefined : readTsconfig(project.tsconfig).compilerOptions?.rootDir;
  const bases = [
    ...(rootDir === undefined || project.tsconfig === undefined ? [] : [resolve(dirname(project.tsconfig), rootDir)]),
    project.sourceRoot,
    dirname(project.sourceRoot),
    project.root,
  ];
  for (const base of bases) {
    if (!isInside(base, source)) continue;
    const found = javascriptFile(join(project.outDir, relative(base, source)));
    if (found !== undefined) return found;
  }
  return undefined;
}

function javascriptFile(path: string): string | undefined {
  const bare = path.replace(/\.([cm]?)ts$/, '.$1js');
  const candidates = /\.[cm]?js$/.test(bare) ? [bare] : ['.js', '.mjs', '.cjs'].map((extension) => bare + extension);
  return candidates.find((candidate) => isAbsolute(candidate) && isFile(candidate));
}
