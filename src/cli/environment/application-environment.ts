import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import type { Output } from '../../commands/output/output.js';
import type { ApplicationLocation } from '../find/application.js';
import { compiledFile } from '../find/build-layout.js';
import { asRecord, readJsonFile, readTextFile } from '../find/json-file.js';
import { MainFile } from '../find/main-file.js';
import type { Project } from '../find/project.js';
import { createSourceResolver, existingSource, isFile } from '../find/source-resolver.js';
import { type Environment, loadApplicationFile } from './environment-files.js';
import { type EnvironmentStatement, readEnvironmentStatements } from './environment-statements.js';
import { readStartScript } from './start-script.js';
import { NotReadable } from './static-value.js';

/**
 * Sets the variables of the files that the application loads when it starts, as far as they are not set already: those that Nx
 * reads when it serves a project, those that the start script names, and those that its main file, or a file which that imports, loads with dotenv or Node. These are read as
 * text, for running the main file would start the application.
 *
 * Warns of a statement whose file cannot be made out.
 */
export function loadApplicationEnvironment(
  location: ApplicationLocation,
  output: Pick<Output, 'info' | 'warn'>,
  env: Environment,
  debug: boolean,
): void {
  const { project } = location;
  const main = mainFileOf(location);
  const loader = new ApplicationEnvironment(project, main, env);
  const scripts = asRecord(readJsonFile(join(project.root, 'package.json'))?.['scripts']);
  for (const file of filesOfWorkspace(project, env)) loader.load(file, 'dotenv', true, 'Nx');
  const script = readStartScript(scripts, project.root, env['NODE_ENV'] === 'production');
  for (const file of script?.files ?? []) loader.load(file, 'node', false, `the script "${script?.name ?? ''}"`);
  if (main !== undefined) loader.follow(main, true);
  if (debug) for (const line of loader.loaded) output.info(line);
  for (const place of loader.unread) {
    output.warn(
      `${place} loads environment variables from a file whose name is not written there; name it with --env-file.`,
    );
  }
}

/** What `nx serve` sets. In production there is no Nx, and a file that was committed for development must not decide. */
function filesOfWorkspace({ environmentFiles = [] }: Project, env: Environment): readonly string[] {
  if (env['NODE_ENV'] === 'production' || env['NX_LOAD_DOT_ENV_FILES'] === 'false') return [];
  return environmentFiles.filter((file) => existsSync(file));
}

/** The file that starts the application: as named, where the project says, or else next to its root module, or above that. */
function mainFileOf({ project, source, compiled, mainFile }: ApplicationLocation): string | undefined {
  if (mainFile !== undefined) return mainFile;
  const main = join(project.sourceRoot, project.entryFile);
  const known = existingSource(main) ?? compiledFile(main, project);
  const module = source ?? compiled;
  if (known !== undefined || module === undefined) return known;
  for (let folder = dirname(module); ; folder = dirname(folder)) {
    const near = join(folder, project.entryFile);
    const found = existingSource(near) ?? (isFile(`${near}.js`) ? `${near}.js` : undefined);
    if (found !== undefined || folder === project.root || dirname(folder) === folder) return found;
  }
}

/** How far imports of a main file are followed: `./env`, and what that imports. */
const DEEPEST = 3;

class ApplicationEnvironment {
  readonly loaded: string[] = [];
  readonly unread: string[] = [];
  private readonly seen = new Set<string>();
  private readonly resolve: (specifier: string, file: string) => string | undefined;
  private readonly rootModule: string | undefined;

  constructor(
    private readonly project: Project,
    private readonly main: string | undefined,
    private readonly env: Environment,
  ) {
    const ofSources = createSourceResolver(project.tsconfig);
    this.resolve = (specifier, file) => ofSources(specifier, file) ?? javascriptFile(resolve(dirname(file), specifier));
    const text = main === undefined ? undefined : readTextFile(main);
    const passed = text === undefined ? undefined : new MainFile(text).bootCall?.passed;
    this.rootModule = passed?.kind === 'import' ? passed.specifier : undefined;
  }

  /** Does what a file does about environment files, and before that what it imports does. */
  follow(file: string, isMain: boolean, depth = 0): void {
    const source = this.seen.has(file) ? undefined : readTextFile(file);
    this.seen.add(file);
    if (source === undefined) return;
    for (const statement of readEnvironmentStatements(source, !isMain)) {
      if (statement.kind === 'files') this.obey(statement, file);
      else if (this.isWorthReading(statement, isMain) && depth < DEEPEST) {
        const found = this.resolve(statement.specifier, file);
        if (found !== undefined) this.follow(found, false, depth + 1);
      }
    }
  }

  load(path: string, reader: 'dotenv' | 'node', expands: boolean, by: string): void {
    const { root } = this.project;
    const found = this.candidates(path).find((candidate) => existsSync(candidate));
    if (found === undefined || !loadApplicationFile(found, { reader, expands, root }, this.env)) return;
    this.loaded.push(`Variables from ${relative(root, found)}, which ${by} loads`);
  }

  /** The root module is loaded in any case; and of a file that is imported for a name, its own imports are not followed. */
  private isWorthReading(
    { specifier, forItsEffects }: EnvironmentStatement & { kind: 'import' },
    isMain: boolean,
  ): boolean {
    return specifier !== this.rootModule && (isMain || forItsEffects);
  }

  private obey(statement: EnvironmentStatement & { kind: 'files' }, file: string): void {
    const place = `${relative(this.project.root, file)}:${statement.line}`;
    try {
      const files = statement.files({ file, cwd: this.project.root, env: this.env });
      for (const path of files) this.load(path, statement.reader, statement.expands, place);
    } catch (error) {
      if (!(error instanceof NotReadable)) throw error;
      this.unread.push(place);
    }
  }

  /** A path counts from the folder that the application is started in: that of the workspace, or the application's own. */
  private candidates(path: string): readonly string[] {
    const { root, sourceRoot } = this.project;
    const way = relative(root, path);
    const own = this.main === undefined ? dirname(sourceRoot) : dirname(dirname(this.main));
    return way.startsWith('..') || isAbsolute(way) ? [path] : [path, join(own, way)];
  }
}

function javascriptFile(path: string): string | undefined {
  return [path, `${path}.js`, join(path, 'index.js')].find(
    (candidate) => /\.[cm]?js$/.test(candidate) && isFile(candidate),
  );
}
