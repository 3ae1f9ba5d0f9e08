import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { ProjectFileInvalidError } from '../../errors/cli.errors.js';
import { asRecord, readJsonFile, stringAt } from './json-file.js';
import { describeProject, type Project } from './project.js';

/**
 * The project of an Nx workspace that a folder is: by its project.json, or, in the folder of nx.json, the one that is named
 * or the only application that there is.
 *
 * @returns undefined when the folder is neither
 * @throws ProjectFileInvalidError when the workspace has no project of that name
 */
export function readNxProject(folder: string, name?: string): Project | undefined {
  if (!existsSync(join(folder, 'nx.json')))
    return name === undefined || nameOf(folder) === name ? describe(folder) : undefined;
  const projects = projectFolders(folder, 4);
  if (name !== undefined) {
    const found = projects.find((one) => nameOf(one) === name);
    if (found !== undefined) return describe(found);
    const known = projects.map((one) => nameOf(one)).join(', ');
    throw new ProjectFileInvalidError(
      join(folder, 'nx.json'),
      `there is no project "${name}".`,
      `Known projects: ${known || 'none'}.`,
    );
  }
  const applications = projects.filter((one) => stringAt(manifestOf(one), 'projectType') === 'application');
  const [only, ...others] = applications.filter((one) => !nameOf(one).endsWith('-e2e'));
  return only === undefined || others.length > 0 ? undefined : describe(only);
}

/** The Nx project that a source belongs to: of the nearest project.json above it, which has the name where one is given. */
export function nxProjectAround(file: string, root: string, name?: string): Project | undefined {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const project = name === undefined || nameOf(folder) === name ? describe(folder) : undefined;
    if (project !== undefined || folder === root || dirname(folder) === folder) return project;
  }
}

function describe(folder: string): Project | undefined {
  const manifest = readJsonFile(join(folder, 'project.json'));
  const workspace = manifest === undefined ? undefined : ancestorWith('nx.json', folder);
  if (manifest === undefined || workspace === undefined) return undefined;
  const options = asRecord(asRecord(asRecord(manifest['targets'])['build'])['options']);
  const absolute = (path: string): string =>
    resolve(workspace, path.replace('{workspaceRoot}', '.').replace('{projectRoot}', relative(workspace, folder)));
  const main = absolute(
    stringAt(options, 'main') ?? join(stringAt(manifest, 'sourceRoot') ?? join(folder, 'src'), 'main.ts'),
  );
  const tsconfig = stringAt(options, 'tsConfig');
  const outDir = stringAt(options, 'outputPath');
  const root = ancestorWith('package.json', folder) ?? workspace;
  const project = describeProject(root, {
    root: folder,
    sourceRoot: dirname(main),
    entryFile: basename(main).replace(/\.[cm]?ts$/, ''),
    compilerOptions: { tsConfigPath: tsconfig === undefined ? undefined : absolute(tsconfig) },
  });
  return outDir === undefined ? project : { ...project, outDir: absolute(outDir) };
}

function manifestOf(folder: string): Readonly<Record<string, unknown>> {
  return readJsonFile(join(folder, 'project.json')) ?? {};
}

function nameOf(folder: string): string {
  return stringAt(manifestOf(folder), 'name') ?? basename(folder);
}

/** Folders with a project.json, which are never deep down. */
function projectFolders(folder: string, depth: number): readonly string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  const here = entries.some(({ name }) => name === 'project.json') ? [folder] : [];
  if (depth === 0) return here;
  const inner = entries.filter(
    (entry) => entry.isDirectory() && !/^(node_modules|dist|tmp|src|\..*)$/.test(entry.name),
  );
  return [...here, ...inner.flatMap(({ name }) => projectFolders(join(folder, name), depth - 1))];
}

function ancestorWith(name: string, folder: string): string | undefined {
  if (existsSync(join(folder, name))) return folder;
  return dirname(folder) === folder ? undefined : ancestorWith(name, dirname(folder));
}
