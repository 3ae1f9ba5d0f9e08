import { realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { RepositoryInBuildError } from '../errors/repository-files.errors.js';
import type { MigrateConfig, MigrationCommand } from './options/options.js';
import { locateRepository, type RepositoryLocation } from '../repository/build/locate-repository.js';

/** Commands that write into the repository. */
const writing: ReadonlySet<MigrationCommand> = new Set<MigrationCommand>([
  'init',
  'revision',
  'migrate',
  'merge',
  'edit',
]);

/** A directory as the options give it: relative ones start at the application's root, the working directory. */
export function absoluteDirectory(directory: string): string {
  return isAbsolute(directory) ? directory : resolve(directory);
}

/** A path without links in it; what is not there yet has none. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return dirname(path) === path ? path : join(realPath(dirname(path)), basename(path));
  }
}

/** Maps directories of a build to the sources that it was made of. Remembers them: health checks ask every few seconds. */
export class RepositoryDirectories {
  private readonly known = new Map<string, Promise<RepositoryLocation>>();

  /** The repository that an option means. */
  async find(directory: string): Promise<string> {
    return (await this.locate(directory)).directory;
  }

  /**
   * The identity of a folder: the same for two options that mean one folder, whether they name it from the root, from a file
   * of the sources or of the build, or through a link.
   */
  async identify(directory: string): Promise<string> {
    return realPath(await this.find(directory));
  }

  /**
   * A config with the directories that a command works on.
   *
   * @param given what the user named for this call: it is taken as it is
   * @throws RepositoryInBuildError when the command would write into a folder that the next build deletes
   */
  async settle(config: MigrateConfig, given: string | undefined): Promise<MigrateConfig> {
    const wanted = absoluteDirectory(config.directory);
    const isGiven = given !== undefined && wanted === absoluteDirectory(given);
    const directory = isGiven ? wanted : await this.find(wanted);
    const versionLocations = await this.versionLocations(config);
    if (writing.has(config.command)) {
      const locations = (versionLocations ?? []).filter((one) => typeof one === 'string' && isAbsolute(one));
      for (const one of [directory, ...locations]) await this.refuseBuild(one);
    }
    return { ...config, directory, ...(versionLocations === undefined ? {} : { versionLocations }) };
  }

  /** Relative ones are in the repository. What is no list is refused where settings are checked. */
  private async versionLocations({ versionLocations }: MigrateConfig): Promise<readonly string[] | undefined> {
    if (!Array.isArray(versionLocations)) return versionLocations;
    const locations = versionLocations.map(async (one: unknown) =>
      typeof one === 'string' && isAbsolute(one) ? this.find(one) : (one as string),
    );
    return Promise.all(locations);
  }

  private async refuseBuild(directory: string): Promise<void> {
    const { outDir, source } = await this.locate(directory);
    if (outDir !== undefined) throw new RepositoryInBuildError(directory, outDir, source);
  }

  private locate(directory: string): Promise<RepositoryLocation> {
    const known = this.known.get(directory) ?? locateRepository(directory);
    this.known.set(directory, known);
    return known;
  }
}
