import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { ProjectFileInvalidError } from '../../errors/cli.errors.js';
import { asRecord, readJsonFile, stringAt } from './json-file.js';
import { type DescribedProject, describeProject, isEndToEnd, namedLibrary, type Project } from './project.js';

/**
 * What Nx knows of a folder: the project that its project.json describes; or, in the folder of nx.json, the project that is
 * named, and otherwise the applications of the workspace.
 *
 * @returns undefined when the folder is neither
 * @throws ProjectFileInvalidError when the workspace has no project of that name
 */
export function readNxProject(folder: string, name?: string): DescribedProject | undefined {
  const file = join(folder, 'nx.json');
  if (!existsSync(file)) return name === undefined ? ownProject(folder) : undefined;
  const projects = projectFolders(folder, 4);
  if (name !== undefined) {
    const found = projects.find((one) => nameOf(one) === name);
    if (found !== undefined && stringAt(manifestOf(found), 'projectType') === 'library') {
      throw namedLibrary(file, name, projects.filter(isApplication).map(nameOf));
    }
    if (found !== undefined) return ownProject(found);
    const known = projects.map((one) => nameOf(one)).join(', ');
    throw new ProjectFileInvalidError(file, `there is no project "${name}".`, `Known projects: ${known || 'none'}.`);
  }
  const applications = projects
    .filter(isApplication)
    .map((one) => ({ name: nameOf(one), file: join(one, 'project.json'), describe: () => projectIn(one, folder) }));
  return { file, applications };
}

function isApplication(folder: string): boolean {
  return stringAt(manifestOf(folder), 'projectType') === 'application' && !isEndToEnd(nameOf(folder));
}

function ownProject(folder: string): DescribedProject | undefined {
  const project = describe(folder);
  return project === undefined ? undefined : { file: join(folder, 'project.json'), project, applications: [] };
}

/** What Nx knows of the workspace that a file is in, which need not belong to a project: a build is in `dist`. */
export function readNxWorkspace(file: string, name?: string): DescribedProject | undefined {
  const workspace = ancestorWith('nx.json', dirname(file));
  return workspace === undefined ? undefined : readNxProject(workspace, name);
}

/** The Nx project that a source belongs to: of the nearest project.json above it. */
export function nxProjectAround(file: string, root: string): Project | undefined {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const project = describe(folder);
    if (project !== undefined || folder === root || dirname(folder) === folder) return project;
  }
}

function describe(folder: string): Project | undefined {
  const workspace = existsSync(join(folder, 'project.json')) ? ancestorWith('nx.json', folder) : undefined;
  return workspace === undefined ? undefined : projectIn(folder, workspace);
}

function projectIn(folder: string, workspace: string): Project {
  const manifest = manifestOf(folder);
  const options = asRecord(asRecord(asRecord(manifest['targets'])['build'])['options']);
  const absolute = (path: string): string =>
    join(workspace, path.replace('{workspaceRoot}', '.').replace('{projectRoot}', relative(workspace, folder)));
  const main = absolute(
    stringAt(options, 'main') ?? join(stringAt(manifest, 'sourceRoot') ?? '{projectRoot}/src', 'main.ts'),
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
  const environmentFiles = filesOfServe(workspace, folder, asRecord(asRecord(manifest['targets'])['serve']));
  const isOneOfSeveral = projectFolders(workspace, 4).filter(isApplication).length > 1;
  return {
    ...project,
    environmentFiles,
    ...(outDir === undefined ? {} : { outDir: absolute(outDir) }),
    ...(isOneOfSeveral && { application: nameOf(folder) }),
  };
}

/** The files that Nx reads before it runs the target `serve`: those of the project before those of the workspace. */
function filesOfServe(workspace: string, folder: string, serve: Record<string, unknown>): readonly string[] {
  const configuration = stringAt(serve, 'defaultConfiguration');
  const kinds = configuration === undefined ? ['serve'] : [`serve.${configuration}`, configuration, 'serve'];
  const names = [
    ...kinds.flatMap((kind) => [`.env.${kind}.local`, `.env.${kind}`, `.${kind}.local.env`, `.${kind}.env`]),
    '.env.local',
    '.local.env',
    '.env',
  ];
  return [folder, workspace].flatMap((place) => names.map((name) => join(place, name)));
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
