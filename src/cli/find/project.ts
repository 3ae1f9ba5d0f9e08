import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { ProjectFileInvalidError } from '../../errors/cli.errors.js';
import { asRecord, readJsonFile, stringAt } from './json-file.js';
import { nearestTsconfig, readTsconfig } from './tsconfig.js';

/** Where an application's sources are, and where its build puts them. */
export interface Project {
  /** Folder that the application is run from: that of nest-cli.json or package.json. */
  readonly root: string;
  /** Absolute. */
  readonly sourceRoot: string;
  /** Name of the file that starts the application, without extension. */
  readonly entryFile: string;
  /** Absolute path of the configuration to compile with, if there is one. */
  readonly tsconfig?: string;
  /** Absolute path of the configuration that its build is made with, if there is one. */
  readonly buildTsconfig?: string;
  /** Absolute folder of the build. */
  readonly outDir: string;
  /** Its name, where it is one of several applications of a workspace. */
  readonly application?: string;
  /** Absolute paths of files whose variables are set when the application is served; the first that has one decides. */
  readonly environmentFiles?: readonly string[];
}

/** A project of a workspace. */
export interface WorkspaceProject {
  readonly name: string;
  /** The file that describes it. */
  readonly file: string;
  /** @throws ProjectFileInvalidError */
  readonly describe: () => Project;
}

/** The project that nest-cli.json, or the files of Nx, specify. */
export interface DescribedProject {
  readonly file: string;
  /** The project that is named, that the working directory is in, or that is the default. */
  readonly project?: Project;
  /** The applications of the workspace, if neither a name nor the working directory specifies one. */
  readonly applications: readonly WorkspaceProject[];
}

/** Projects of end-to-end tests are applications to the tools, and none to migrate. */
export const isEndToEnd = (name: string): boolean => /(^|[-_./])e2e$/.test(name);

/**
 * The project that nest-cli.json in a folder describes, with the defaults of the Nest CLI.
 *
 * In a monorepo: the one named, else the one the working directory is in, else the default one.
 *
 * @returns undefined when the folder has no nest-cli.json
 */
export function readNestCliProject(root: string, cwd: string, name?: string): DescribedProject | undefined {
  const file = join(root, 'nest-cli.json');
  const config = readJsonFile(file);
  if (config === undefined) return undefined;
  const projects = asRecord(config['projects']);
  if (name !== undefined && !Object.hasOwn(projects, name)) {
    const known = Object.keys(projects).join(', ');
    throw new ProjectFileInvalidError(file, `there is no project "${name}".`, `Known projects: ${known || 'none'}.`);
  }
  const isLibrary = (one: string): boolean => asRecord(projects[one])['type'] === 'library';
  const applications = Object.keys(projects).filter((one) => !isLibrary(one) && !isEndToEnd(one));
  if (name !== undefined && isLibrary(name)) throw namedLibrary(file, name, applications);
  const describe = (one: string | undefined): Project => ({
    ...describeProject(root, { ...config, ...asRecord(one === undefined ? undefined : projects[one]) }),
    ...(one !== undefined && applications.length > 1 && { application: one }),
  });
  const chosen = name ?? projectAround(root, cwd, projects);
  if (chosen !== undefined) return { file, project: describe(chosen), applications: [] };
  return {
    file,
    project: describe(projectAt(stringAt(config, 'root'), projects)),
    applications: applications.map((one) => ({ name: one, file, describe: () => describe(one) })),
  };
}

/** The error for `--project` with the name of a library, which nothing starts. */
export function namedLibrary(file: string, name: string, applications: readonly string[]): ProjectFileInvalidError {
  const known = applications.length === 0 ? 'It has no application.' : `Its applications: ${applications.join(', ')}.`;
  return new ProjectFileInvalidError(file, `the project "${name}" is a library, not an application.`, known);
}

/** A project without nest-cli.json, by the Nest CLI's defaults. */
export function conventionalProject(root: string): Project {
  return describeProject(root, {});
}

/**
 * The project of a source that was named, in a folder without nest-cli.json: its sources are in the `src` folder above the
 * file, and the nearest tsconfig.json says where the build is.
 */
export function projectOfFile(root: string, file: string): Project {
  const conventional = conventionalProject(root);
  if (isInside(conventional.sourceRoot, file) || isInside(conventional.outDir, file)) return conventional;
  const folders = relative(root, dirname(file)).split(sep);
  const depth = folders.lastIndexOf('src');
  const tsconfig = buildConfigurationNextTo(nearestTsconfig(file));
  const projectRoot = resolve(root, ...folders.slice(0, Math.max(depth, 0)));
  return describeProject(root, {
    root: depth < 0 && tsconfig !== undefined && isInside(root, tsconfig) ? dirname(tsconfig) : projectRoot,
    sourceRoot: depth < 0 ? dirname(file) : join(projectRoot, 'src'),
    compilerOptions: { tsConfigPath: tsconfig },
  });
}

/** `nest build` prefers a tsconfig.build.json, which most often extends the tsconfig.json of its folder. */
function buildConfigurationNextTo(tsconfig: string | undefined): string | undefined {
  const build = tsconfig === undefined ? undefined : join(dirname(tsconfig), 'tsconfig.build.json');
  return build !== undefined && existsSync(build) ? build : tsconfig;
}

/** A project from its entry in nest-cli.json, or in another tool's file. Paths are absolute, or relative to `root`. */
export function describeProject(root: string, config: Record<string, unknown>): Project {
  const sourceRoot = resolve(root, stringAt(config, 'sourceRoot') ?? 'src');
  const entryFile = stringAt(config, 'entryFile') ?? 'main';
  const projectRoot = resolve(root, stringAt(config, 'root') ?? '.');
  const configured = stringAt(asRecord(config['compilerOptions']), 'tsConfigPath');
  const main = join(sourceRoot, `${entryFile}.ts`);
  const named = configured === undefined ? undefined : resolve(root, configured);
  const tsconfig = named !== undefined && existsSync(named) ? named : nearestTsconfig(main);
  const build = [configured, join(projectRoot, 'tsconfig.build.json'), 'tsconfig.build.json', tsconfig]
    .filter((path) => path !== undefined)
    .map((path) => resolve(root, path))
    .filter((path) => existsSync(path));
  const withOutDir = build.find((path) => outDirOf(path) !== undefined);
  const buildTsconfig = withOutDir ?? build[0];
  return {
    root,
    sourceRoot,
    entryFile,
    ...(tsconfig === undefined ? {} : { tsconfig }),
    ...(buildTsconfig === undefined ? {} : { buildTsconfig }),
    outDir: (withOutDir === undefined ? undefined : outDirOf(withOutDir)) ?? usualOutDir(root, projectRoot),
  };
}

/** Where tools put a build when no configuration specifies it: Nx in the `dist` of the workspace, under the project's own path. */
function usualOutDir(root: string, projectRoot: string): string {
  const candidates = [join(root, 'dist', relative(root, projectRoot)), join(projectRoot, 'dist')];
  return candidates.find((path) => existsSync(path)) ?? join(root, 'dist');
}

function outDirOf(tsconfig: string): string | undefined {
  const outDir = readTsconfig(tsconfig).compilerOptions?.outDir;
  return outDir === undefined ? undefined : resolve(dirname(tsconfig), outDir);
}

function projectAround(root: string, cwd: string, projects: Record<string, unknown>): string | undefined {
  const around = (key: string): string | undefined =>
    Object.keys(projects).find((name) => {
      const folder = stringAt(asRecord(projects[name]), key);
      return folder !== undefined && isInside(resolve(root, folder), cwd);
    });
  // Two projects may have one root, by mistake.
  return around('sourceRoot') ?? around('root');
}

/** The default project has an entry of its own too, for what only an entry can specify. */
function projectAt(folder: string | undefined, projects: Record<string, unknown>): string | undefined {
  if (folder === undefined) return undefined;
  return Object.keys(projects).find((name) => stringAt(asRecord(projects[name]), 'root') === folder);
}

/** Whether a path is a folder, or in it. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
