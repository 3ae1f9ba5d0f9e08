import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import {
  ApplicationNotFoundError,
  EntryUnreadableError,
  ProjectFileInvalidError,
  SeveralApplicationsError,
} from '../../errors/cli.errors.js';
import { compiledFile, javascriptFile, projectOfBuild, sourceOf } from './build-layout.js';
import { EntryReader, type EntryReading, type ModuleOfEntry } from './entry-file.js';
import { asRecord, readJsonFile, stringAt } from './json-file.js';
import { nxProjectAround, readNxProject, readNxWorkspace } from './nx-project.js';
import {
  conventionalProject,
  type DescribedProject,
  isInside,
  type Project,
  projectOfFile,
  readNestCliProject,
} from './project.js';
import { createSourceResolver, existingSource } from './source-resolver.js';

/** Where the application is, as far as the user specified it. */
export interface ApplicationSearch {
  readonly cwd: string;
  /** `--app`: FILE or FILE#Export. */
  readonly app?: string;
  /** `--project`: a project of a monorepo's nest-cli.json, or of Nx. */
  readonly project?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The root module of an application, as source, as compiled file, or both. */
export interface ApplicationLocation {
  readonly project: Project;
  readonly source?: string;
  readonly compiled?: string;
  /** Name of the export; absent when the file itself decides. */
  readonly exportName?: string;
  /** The export, or a member of it, is called to get the module: `AppModule.forRoot()`. */
  readonly call?: ModuleOfEntry['call'];
  /** `compiled` is a bundle that starts the application: this is what it knows the module's file by. */
  readonly bundleId?: string;
  /** The file that starts the application, where the module was read of it. */
  readonly mainFile?: string;
  /** The user named a file of the build: it is loaded although there may be sources. */
  readonly isBuildNamed: boolean;
}

/** A reference to the application as users write it, and where they did. */
interface Named {
  /** `--app`, `NEST_APP`, or the file that has it. */
  readonly by: string;
  /** FILE or FILE#Export, relative to `base`. */
  readonly reference: string;
  readonly base: string;
}

/**
 * Finds the root module, in this order: `--app`, NEST_APP, and then in the working directory and each folder above it
 * package.json (`"nest-cmd": { "app": … }`, unless `--project` names a project), nest-cli.json, and the layout of `nest new`.
 *
 * A file that starts the application is read for what it starts, and never run.
 *
 * @throws ApplicationNotFoundError naming everything that was tried
 * @throws SeveralApplicationsError when a workspace has several, and the user specified none
 * @throws EntryUnreadableError when the file that the user named starts the application, and its text does not show with which module
 */
export function findApplication(search: ApplicationSearch): ApplicationLocation {
  const tried: string[] = [];
  const named = namedByUser(search);
  if (named !== undefined) {
    const found = locate(named, search);
    if (found !== undefined) return found;
    throw new ApplicationNotFoundError([`${named.by}: no file ${resolve(search.cwd, fileOf(named.reference))}`]);
  }
  for (let folder = search.cwd; ; folder = dirname(folder)) {
    const found = findIn(folder, search, tried);
    if (found !== undefined) return found;
    if (dirname(folder) !== folder) continue;
    if (search.project !== undefined && tried.length === 0) throw noProject(search.project, search.cwd);
    throw new ApplicationNotFoundError(['--app and NEST_APP: not given', ...tried]);
  }
}

function noProject(name: string, place: string): ProjectFileInvalidError {
  return new ProjectFileInvalidError(
    place,
    `there is no project "${name}": neither a nest-cli.json nor an nx.json here or above names it.`,
    'Leave --project out, or name one of a workspace.',
  );
}

function namedByUser({ app, env, cwd }: ApplicationSearch): Named | undefined {
  if (app !== undefined) return { by: '--app', reference: app, base: cwd };
  const fromEnv = env['NEST_APP'];
  return fromEnv === undefined || fromEnv === '' ? undefined : { by: 'NEST_APP', reference: fromEnv, base: cwd };
}

function findIn(folder: string, search: ApplicationSearch, tried: string[]): ApplicationLocation | undefined {
  const packageFile = join(folder, 'package.json');
  const manifest = readJsonFile(packageFile);
  const reference = stringAt(asRecord(manifest?.['nest-cmd']), 'app');
  // A project that is named on the command line is another application than the one that the file names for all.
  if (reference !== undefined && search.project === undefined) {
    const found = locate({ by: packageFile, reference, base: folder }, search);
    if (found !== undefined) return found;
    throw new ProjectFileInvalidError(packageFile, `"nest-cmd".app names ${fileOf(reference)}, which does not exist.`);
  }
  const { cwd, project: name } = search;
  const described = readNestCliProject(folder, cwd, name) ?? readNxProject(folder, name);
  // A project that is named is that of a workspace, whose file may be further up.
  if (described === undefined && (manifest === undefined || name !== undefined)) return undefined;
  const project = described?.project ?? conventionalProject(folder);
  const found = findInProject(project);
  if ('project' in found) return found;
  tried.push(...attempt(described?.project === undefined ? packageFile : described.file, project, found.unreadable));
  return described === undefined ? undefined : findOnly(described, tried);
}

function attempt(file: string, project: Project, unreadable: readonly string[]): readonly string[] {
  const { sourceRoot, entryFile, outDir } = project;
  return [
    `${file}: NestFactory.create(…) in ${join(sourceRoot, entryFile)}.ts, ${join(sourceRoot, 'app.module')}.ts, and the same in ${outDir}`,
    ...unreadable,
  ];
}

/** The Nest application of a workspace that has only one. @throws SeveralApplicationsError when it has more */
function findOnly({ file, applications }: DescribedProject, tried: string[]): ApplicationLocation | undefined {
  const started: { readonly name: string; readonly found: ApplicationLocation }[] = [];
  for (const { name, file: own, describe } of applications) {
    const project = unlessInvalid(describe);
    if ('invalid' in project) {
      tried.push(project.invalid);
      continue;
    }
    const found = findInProject(project);
    if ('project' in found) started.push({ name, found });
    else tried.push(...attempt(own, project, found.unreadable));
  }
  if (started.length > 1) {
    throw new SeveralApplicationsError(
      file,
      started.map(({ name }) => name),
    );
  }
  return started[0]?.found;
}

/** Describes a project; one that cannot be read becomes a message, since it must not hide the others. */
function unlessInvalid(describe: () => Project): Project | { readonly invalid: string } {
  try {
    return describe();
  } catch (error) {
    if (!(error instanceof ProjectFileInvalidError)) throw error;
    return { invalid: error.message };
  }
}

function findInProject(project: Project): ApplicationLocation | { readonly unreadable: readonly string[] } {
  const main = join(project.sourceRoot, project.entryFile);
  const reader = new EntryReader(createSourceResolver(project.tsconfig));
  const unreadable: string[] = [];
  for (const file of [existingSource(main), compiledFile(main, project)]) {
    if (file === undefined) continue;
    const reading = reader.read(file);
    const found = reading?.kind === 'module' ? ofEntry(reading, file, project) : undefined;
    if (found !== undefined) return { ...found, isBuildNamed: false };
    if (reading?.kind === 'unreadable') unreadable.push(`${reading.place}: ${reading.reason}`);
  }
  return location(join(project.sourceRoot, 'app.module'), project) ?? { unreadable };
}

function locate(named: Named, search: ApplicationSearch): ApplicationLocation | undefined {
  const path = resolve(named.base, fileOf(named.reference));
  const root = nearestRoot(dirname(path)) ?? named.base;
  const project = projectOfNamed(path, root, search.project);
  const exportName = named.reference.split('#')[1] || undefined;
  const found = location(path, project, exportName);
  const file = found?.isBuildNamed === true ? found.compiled : (found?.source ?? found?.compiled);
  if (found === undefined || file === undefined) return undefined;
  const reading = new EntryReader(createSourceResolver(project.tsconfig)).read(file, exportName);
  if (reading === undefined) return found;
  return ofEntry(readable(reading, named), file, project) ?? found;
}

/** The project of a file that was named: of the folder that it is in, or, for a file of a build, that it was built of. */
function projectOfNamed(path: string, root: string, name: string | undefined): Project {
  const nest = readNestCliProject(root, dirname(path), name);
  const around = nest === undefined && name === undefined ? nxProjectAround(path, root) : undefined;
  if (around !== undefined) return around;
  const described = nest ?? readNxWorkspace(path, name);
  if (described === undefined && name !== undefined) throw noProject(name, root);
  const projects = (described?.applications ?? []).flatMap(({ describe }) => {
    const project = unlessInvalid(describe);
    return 'invalid' in project ? [] : [project];
  });
  return projectOfBuild(path, projects) ?? described?.project ?? projectOfFile(root, path);
}

function readable(reading: EntryReading, { by, reference }: Named): ModuleOfEntry {
  if (reading.kind === 'module') return reading;
  throw new EntryUnreadableError(by, reference, reading);
}

function ofEntry(
  { file, exportName, call, bundleId }: ModuleOfEntry,
  mainFile: string,
  project: Project,
): ApplicationLocation | undefined {
  const called = call === undefined ? {} : { call };
  if (bundleId !== undefined) {
    const source = sourceOfBundled(file, exportName, project);
    const sources = source === undefined ? {} : { source };
    return { project, compiled: file, isBuildNamed: true, exportName, bundleId, mainFile, ...sources, ...called };
  }
  const found = location(file, project, exportName);
  return found === undefined ? undefined : { ...found, mainFile, ...called };
}

/** The source of a module that a bundle holds: where the source of the bundle's own file has it from. */
function sourceOfBundled(bundle: string, exportName: string, project: Project): string | undefined {
  const main = sourceOf(bundle, project) ?? existingSource(join(project.sourceRoot, project.entryFile));
  const reading = main === undefined ? undefined : new EntryReader(createSourceResolver(project.tsconfig)).read(main);
  return reading?.kind === 'module' && reading.exportName === exportName ? existingSource(reading.file) : undefined;
}

function fileOf(reference: string): string {
  return reference.split('#')[0] ?? reference;
}

function nearestRoot(folder: string): string | undefined {
  if (['nest-cli.json', 'package.json'].some((name) => existsSync(join(folder, name)))) return folder;
  return dirname(folder) === folder ? undefined : nearestRoot(dirname(folder));
}

function location(path: string, project: Project, exportName?: string): ApplicationLocation | undefined {
  const builtHere = javascriptFile(path);
  const written = existingSource(path);
  const isBuildNamed = written === undefined && builtHere !== undefined && isInside(project.outDir, builtHere);
  const source = written ?? (isBuildNamed ? sourceOf(builtHere, project) : undefined);
  const compiled = builtHere ?? compiledFile(path, project);
  if (source === undefined && compiled === undefined) return undefined;
  return {
    project,
    isBuildNamed,
    ...(source === undefined ? {} : { source }),
    ...(compiled === undefined ? {} : { compiled }),
    ...(exportName === undefined ? {} : { exportName }),
  };
}
