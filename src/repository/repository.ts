import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { RepositoryNotFoundError } from '../errors/repository-files.errors.js';
import { readVersionFiles } from './files/version-files.js';
import { RevisionGraph } from './graph/revision-graph.js';
import { readScriptTemplate } from './script-template.js';
import { defaultSettings, readSettings, settingsFile, type RepositorySettings } from './settings.js';

/** A migrations directory as it was when it was opened. */
export interface Repository {
  /** Absolute path. */
  readonly directory: string;
  readonly settings: RepositorySettings;
  readonly graph: RevisionGraph;
  /** Problems that did not stop the loading, for people to read. */
  readonly warnings: readonly string[];
}

/**
 * Opens a migrations directory: reads its settings and the metadata of its revisions. No revision is run.
 *
 * @param settings settings of the application, which have precedence over migrations.json
 * @throws RepositoryNotFoundError, InvalidSettingsError, InvalidRevisionFileError, MergeConflictError, and what
 *   `RevisionGraph.of` throws
 * @example
 *     const { graph } = await openRepository('migrations');
 *     planUpgrade(graph, 'head', rows);
 */
export async function openRepository(directory: string, settings?: Partial<RepositorySettings>): Promise<Repository> {
  const absolute = resolve(directory);
  if (!isRepository(absolute)) throw new RepositoryNotFoundError(absolute);
  const effective = readSettings(absolute, settings);
  // Not needed yet, but a conflict in it is a conflict of the repository, and CI looks only at the heads.
  readScriptTemplate(absolute);
  const { revisions, warnings } = await readVersionFiles(
    versionDirectories(absolute, effective),
    effective.recursiveVersionLocations,
  );
  return { directory: absolute, settings: effective, graph: RevisionGraph.of(revisions), warnings };
}

/** The repository of a directory that does not exist yet: without revisions. */
export function emptyRepository(directory: string, settings?: Partial<RepositorySettings>): Repository {
  const absolute = resolve(directory);
  return { directory: absolute, settings: readSettings(absolute, settings), graph: RevisionGraph.of([]), warnings: [] };
}

/** The version locations as absolute paths, in their order. */
export function versionDirectories(directory: string, settings: RepositorySettings): string[] {
  return settings.versionLocations.map((location) => resolve(directory, location));
}

function isRepository(directory: string): boolean {
  const marks = [settingsFile, ...defaultSettings.versionLocations];
  return (
    existsSync(directory) &&
    statSync(directory).isDirectory() &&
    marks.some((mark) => existsSync(join(directory, mark)))
  );
}
