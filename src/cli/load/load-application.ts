import { relative } from 'node:path';
import type { Output } from '../../commands/output/output.js';
import { ApplicationLoadError, PackageMissingError } from '../../errors/cli.errors.js';
import { ApplicationPackages } from '../boot/nest-parts.js';
import type { ApplicationLocation } from '../find/application.js';
import { locatePackage } from '../local-install.js';
import { PACKAGE_NAME } from '../package-name.js';
import { chooseBuild } from './choose-build.js';
import { loadRootModule, type RootModule } from './load-module.js';
import { isTypeScript } from './source-loader.js';
import { registerTypeScript } from './typescript-hooks.js';

/** An application whose code is loaded. */
export interface LoadedApplication {
  readonly root: string;
  readonly rootModule: RootModule;
  readonly packages: ApplicationPackages;
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
  const { root, tsconfig } = location.project;
  process.chdir(root);
  const { file, newerSource } = chooseBuild(location, request.forceSource);
  if (newerSource !== undefined) {
    output.warn(`The build is older than ${relative(root, newerSource)}; loading the TypeScript sources.`);
  }
  if (request.debug) output.info(`Loading ${file}`);
  const packages = new ApplicationPackages(file, root);
  requireSameCopy(file, root, request.packageRoot);
  if (isTypeScript(file)) {
    await packages.preload();
    registerTypeScript(file, { root, ...(tsconfig === undefined ? {} : { tsconfig }) }, request.hooksUrl);
  }
  await quietLogger(packages, request.debug);
  return { root, packages, rootModule: await loadRootModule(file, location.exportName) };
}

/** Nest tells of every module it starts; a command line wants to hear of trouble only. */
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
      hint: "Run the application's own: npx nest-cmd, in its folder.",
    },
  );
}
