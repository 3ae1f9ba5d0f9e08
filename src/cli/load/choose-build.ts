import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type ApplicationLocation, compiledFile } from '../find/application.js';
import type { Project } from '../find/project.js';

/** The file to load, and why it is that one. */
export interface ChosenBuild {
  readonly file: string;
  /** A source that is newer than what the build made of it. */
  readonly newerSource?: string;
}

/**
 * Chooses between the build and the sources of an application.
 *
 * The build is what production runs, so it is taken when it is there and no source is newer. A stale build is passed by: a
 * migration of entities as they were an hour ago helps nobody.
 *
 * @param forceSource take the sources however fresh the build is
 */
export function chooseBuild({ source, compiled, project }: ApplicationLocation, forceSource: boolean): ChosenBuild {
  if (source === undefined) return { file: compiled ?? '' };
  if (compiled === undefined || forceSource) return { file: source };
  const newerSource = findNewerSource(project, project.sourceRoot);
  return newerSource === undefined ? { file: compiled } : { file: source, newerSource };
}

const ignoredFolders = new Set(['node_modules', 'dist', '.git', 'test', 'tests', '__tests__']);
const ignoredFiles = /\.(d|spec|test|e2e-spec)\.[cm]?ts$/;

/** A source under a folder that was changed after it was compiled, or never compiled. */
function findNewerSource(project: Project, folder: string): string | undefined {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      const found = ignoredFolders.has(entry.name) ? undefined : findNewerSource(project, path);
      if (found !== undefined) return found;
    } else if (/\.[cm]?ts$/.test(entry.name) && !ignoredFiles.test(entry.name)) {
      const compiled = compiledFile(path, project);
      if (compiled === undefined || changed(path) > changed(compiled)) return path;
    }
  }
  return undefined;
}

const changed = (path: string): number => statSync(path).mtimeMs;
