import { createRequire } from 'node:module';
import { relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { RootModuleInvalidError } from '../../errors/cli.errors.js';
import { loadError } from './load-error.js';
import { loadBundled } from './load-bundle.js';
import { formatOf } from './source-loader.js';

/** A class decorated with @Module, or a dynamic module. */
export type RootModule = (abstract new (...args: never[]) => unknown) | { readonly module: unknown };

/** Which file has the root module, and which of its exports is the module. */
export interface ModuleReference {
  /** Absent: the only module it exports, AppModule among several. */
  readonly exportName?: string;
  /** The export, or a member of it, is called to get the module. */
  readonly call?: { readonly member?: string; readonly hasArguments: boolean };
  /** Id of the module's file in a bundle. */
  readonly bundleId?: string;
  /** Its configuration, if it has one, has the aliases that its imports may use. */
  readonly project: { readonly tsconfig?: string };
}

/**
 * Runs the file of an application's root module, and picks the module from what it exports.
 *
 * @param hooksUrl URL of the ES module hooks
 * @throws ApplicationLoadError when the file, or one it imports, cannot be loaded
 * @throws RootModuleInvalidError when it exports no such module
 */
export async function loadRootModule(
  file: string,
  { exportName, call, bundleId, project }: ModuleReference,
  hooksUrl: URL,
): Promise<RootModule> {
  const exports = await runFile(file, project.tsconfig, (path) =>
    bundleId === undefined ? load(path) : loadBundled(path, bundleId, hooksUrl),
  );
  const name = exportName ?? guessExport(exports);
  const exported = name === undefined ? undefined : exports[name];
  const found = call === undefined ? exported : await callExport(exported, call, project.tsconfig);
  if (isModule(found)) return found;
  const place = relative(process.cwd(), file);
  const modules = Object.keys(exports).filter((key) => isModule(exports[key]));
  throw new RootModuleInvalidError(
    name === undefined ? `${place} exports no module.` : `${place} does not export a module named ${name}.`,
    { hint: modules.length === 0 ? hintWithoutModule(exports) : `Say which it is: --app ${place}#${modules[0] ?? ''}` },
  );
}

function hintWithoutModule(exports: Record<string, unknown>): string {
  const names = Object.keys(exports).filter((key) => kindOf(exports[key]) !== undefined);
  const [name] = names;
  if (name === undefined) return 'It exports no class at all.';
  return `It exports ${name}, which is a ${kindOf(exports[name])}: name the file of the root module.`;
}

/** What Nest's metadata says of a class that is no module. */
function kindOf(value: unknown): 'controller' | 'provider' | undefined {
  const { hasMetadata } = Reflect as { hasMetadata?: (key: string, target: object) => boolean };
  if (typeof value !== 'function' || hasMetadata === undefined) return undefined;
  if (hasMetadata('__controller__', value)) return 'controller';
  return hasMetadata('__injectable__', value) ? 'provider' : undefined;
}

async function load(file: string): Promise<Record<string, unknown>> {
  if (formatOf(file) === 'commonjs') return createRequire(file)(file) as Record<string, unknown>;
  return (await import(pathToFileURL(file).href)) as Record<string, unknown>;
}

async function runFile(file: string, tsconfig: string | undefined, run: typeof load): Promise<Record<string, unknown>> {
  try {
    return await run(file);
  } catch (error) {
    throw loadError(error, tsconfig);
  }
}

/**
 * `NestFactory.create(AppModule.forRoot())`: the module is what the call returns. With arguments, which are known only
 * to the file that starts the application, the class itself is what there is.
 */
async function callExport(
  exported: unknown,
  { member, hasArguments }: NonNullable<ModuleReference['call']>,
  tsconfig: string | undefined,
): Promise<unknown> {
  const owner = exported as Readonly<Record<string, unknown>> | undefined;
  const method = member === undefined ? exported : owner?.[member];
  if (hasArguments || typeof method !== 'function') return exported;
  try {
    return await (method.call(owner) as unknown);
  } catch (error) {
    throw loadError(error, tsconfig);
  }
}

function guessExport(exports: Record<string, unknown>): string | undefined {
  const modules = Object.keys(exports).filter((key) => isModule(exports[key]));
  const named = modules.filter((key) => key.endsWith('Module'));
  if (modules.includes('AppModule')) return 'AppModule';
  if (named.length === 1) return named[0];
  return modules.length === 1 ? modules[0] : undefined;
}

function isModule(value: unknown): value is RootModule {
  if (typeof value === 'function') return kindOf(value) === undefined;
  return typeof value === 'object' && value !== null && 'module' in value;
}
