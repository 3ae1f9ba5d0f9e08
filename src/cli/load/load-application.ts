import { relative } from 'node:path';
import type { Output } from '../../commands/output/output.js';
import { ApplicationLoadError, PackageMissingError } from '../../errors/cli.errors.js';
import { ApplicationPackages } from '../boot/nest-parts.js';
import type { ApplicationLocation } from '../find/application.js';
import { possibleLayouts } from '../find/build-layout.js';
import { locatePackage } from '../local-install.js';
import { PACKAGE_NAME } from '../package-name.js';
import { type ChosenBuild, chooseBuild } from './choose-build.js';
import { loadRootModule, type RootModule } from './load-module.js';
import { readEntitiesFromSources } from './replaced-sources.js';
import { entryOf } from './staleness.js';
import { isTypeScript, type SourceSettings } from './source-loader.js';
import { registerTypeScript } from './typescript-hooks.js';

/** An application whose code is loaded. */
export interface LoadedApplication {
  readonly root: string;
  readonly rootModule: RootModule;
  readonly packages: ApplicationPackages;
  /** Its name, where it is one of several of a workspace. */
  readonly application?: string;
}

export interface LoadRequest {
  readonly forceSource: boolean;
  readonly debug: boolean;
  readonly packageRoot: string;
  readonly hooksUrl: URL;
}

/** Goes to the application's folder, and loads its root module. */
export async function loadApplication(
  location: ApplicationLocation,
  request: LoadRequest,
  output: Output,
): Promise<LoadedApplication> {
  const { root } = location.project;
  process.chdir(root);
  const chosen = chooseBuild(location, request.forceSource);
  const { file, staleness } = chosen;
  if (staleness !== undefined) output.warn(`${staleness}; ${consequence(location, file)}.`);
  for (const stale of chosen.staleUnreplaced) {
    output.warn(`${stale}, and is loaded: the sources of what its package.json names are not known. Build it.`);
  }
  if (location.call?.hasArguments === true) {
    const { exportName, call } = location;
    output.warn(
      `What ${exportName}.${call.member}(…) is given is known only when it runs; loading ${exportName} without it.`,
    );
  }
  if (request.debug) output.info(`Loading ${file}`);
  const packages = new ApplicationPackages(file, root);
  requireSameCopy(file, root, request.packageRoot);
  if (isTypeScript(file)) {
    await packages.preload();
    readEntitiesFromSources(await packages.load('typeorm'), chosen.replaced, root);
    registerTypeScript(file, sourceSettings(location, chosen), request.hooksUrl);
  }
  packages.refuseUnsupportedDrivers();
  await quietLogger(packages, request.debug);
  const { bundleId, ...reference } = location;
  const inBundle = bundleId === undefined || file !== location.compiled ? {} : { bundleId };
  const rootModule = await loadRootModule(file, { ...reference, ...inBundle }, request.hooksUrl);
  const { application } = location.project;
  return { root, packages, rootModule, ...(application !== undefined && { application }) };
}

function consequence(location: ApplicationLocation, file: string): string {
  if (file !== location.compiled) return 'loading the TypeScript sources';
  if (location.isBuildNamed) return 'loading the build, since it is what was named';
  return entryOf(location) === undefined
    ? 'loading the build, as the sources of the application are not here'
    : 'loading the build, where its root module was found';
}

function sourceSettings({ project }: ApplicationLocation, { replaced, linked }: ChosenBuild): SourceSettings {
  const entries = linked.filter((one) => replaced.includes(one)).flatMap((one) => one.entries);
  return {
    root: project.root,
    ...(project.tsconfig === undefined ? {} : { tsconfig: project.tsconfig }),
    builds: replaced.flatMap(({ layout, project: built }) => layout ?? possibleLayouts(built)),
    packageSources: Object.fromEntries(entries.map(({ specifier, source }) => [specifier, source])),
    packageRoots: linked.map((one) => one.root),
  };
}

/** Lets Nest log warnings and errors only: by default it logs every module that it starts. */
async function quietLogger(packages: ApplicationPackages, debug: boolean): Promise<void> {
  if (debug) return;
  const { Logger } = await packages.load<typeof import('@nestjs/common')>('@nestjs/common');
  Logger.overrideLogger(['fatal', 'error', 'warn']);
}

function requireSameCopy(file: string, root: string, packageRoot: string): void {
  const manifest = locatePackage(file);
  if (manifest === undefined) throw new PackageMissingError(PACKAGE_NAME, root);
  if (relative(packageRoot, manifest) === 'package.json') return;
  throw new ApplicationLoadError(
    `The application uses the ${PACKAGE_NAME} of ${manifest}, not the one that was started.`,
    {
      hint: "Run the application's own: `npx nest-cmd`, in its folder.",
    },
  );
}
