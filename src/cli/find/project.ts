import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { parseTsconfig } from 'get-tsconfig';
import { ProjectFileInvalidError } from '../../errors/cli.errors.js';
import { asRecord, readJsonFile, stringAt } from './json-file.js';

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
  /** Absolute folder of the build. */
  readonly outDir: string;
}

/**
 * The project that nest-cli.json in a folder describes, with the defaults of the Nest CLI.
 *
 * In a monorepo: the one named, else the one the working directory is in, else the default one.
 *
 * @returns undefined when the folder has no nest-cli.json
 */
export function readNestCliProject(root: string, cwd: string, name?: string): Project | undefined {
  const path = join(root, 'nest-cli.json');
  const config = readJsonFile(path);
  if (config === undefined) return undefined;
  const projects = asRecord(config['projects']);
  if (name !== undefined && !(name in projects)) {
    const known = Object.keys(projects).join(', ');
    throw new ProjectFileInvalidError(path, `there is no project "${name}".`, `Known projects: ${known || 'none'}.`);
  }
  const chosen = asRecord(name === undefined ? projectAround(root, cwd, projects) : projects[name]);
  return describeProject(root, { ...config, ...chosen });
}

/** A project without nest-cli.json, by the Nest CLI's defaults. */
export function conventionalProject(root: string): Project {
  return describeProject(root, {});
}

function describeProject(root: string, config: Record<string, unknown>): Project {
  const sourceRoot = resolve(root, stringAt(config, 'sourceRoot') ?? 'src');
  const projectRoot = stringAt(config, 'root') ?? '.';
  const configured = stringAt(asRecord(config['compilerOptions']), 'tsConfigPath');
  const tsconfig = [configured, join(projectRoot, 'tsconfig.json'), 'tsconfig.json']
    .filter((path) => path !== undefined)
    .map((path) => resolve(root, path))
    .find((path) => existsSync(path));
  return {
    root,
    sourceRoot,
    entryFile: stringAt(config, 'entryFile') ?? 'main',
    ...(tsconfig === undefined ? {} : { tsconfig }),
    outDir:
      outDirOf(root, configured) ??
      outDirOf(root, 'tsconfig.build.json') ??
      outDirOf(root, tsconfig) ??
      join(root, 'dist'),
  };
}

function outDirOf(root: string, tsconfig: string | undefined): string | undefined {
  if (tsconfig === undefined) return undefined;
  const path = resolve(root, tsconfig);
  const outDir = existsSync(path) ? readTsconfig(path).compilerOptions?.outDir : undefined;
  return outDir === undefined ? undefined : resolve(dirname(path), outDir);
}

/** @throws ProjectFileInvalidError when it cannot be read, or extends what is not there */
export function readTsconfig(path: string): ReturnType<typeof parseTsconfig> {
  try {
    return parseTsconfig(path);
  } catch (error) {
    throw new ProjectFileInvalidError(path, error instanceof Error ? error.message : String(error));
  }
}

function projectAround(root: string, cwd: string, projects: Record<string, unknown>): unknown {
  return Object.values(projects).find((project) => {
    const folder = stringAt(asRecord(project), 'root');
    return folder !== undefined && isInside(resolve(root, folder), cwd);
  });
}

/** Whether a path is a folder, or in it. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return !way.startsWith('..') && !isAbsolute(way);
}
