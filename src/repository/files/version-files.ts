import { readFileSync, readdirSync, realpathSync } from 'node:fs';
import { join, sep } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { InvalidRevisionFileError, MergeConflictError } from '../../errors/repository-files.errors.js';
import { isVisible, visibleInLine } from '../../errors/visible.js';
import type { Revision } from '../revision.js';
import { findConflictInSource } from './merge-conflict.js';
import { readMetadata } from './read-metadata.js';

/** How many files are read before other work gets its turn: health checks load revisions in a running server. */
const batch = 200;

/** A name, and its extension; `.d.ts` and dotfiles do not match. */
const revisionFile = /^(?!\.)[^]+(?<!\.d)\.([cm]?[jt]s)$/;

export interface VersionFiles {
  readonly revisions: Revision[];
  readonly warnings: string[];
}

/**
 * Reads the revision files of the directories: in the order of the directories, in each by name, sub-directories after the files.
 *
 * Dotfiles, declarations and source maps are no revisions. Of a file and its compiled twin the TypeScript is taken: it is what is edited and under
 * version control, while the twin may be old. A directory that does not exist is empty, as git does not keep empty ones.
 *
 * @throws InvalidRevisionFileError, MergeConflictError
 */
export async function readVersionFiles(directories: readonly string[], recursive: boolean): Promise<VersionFiles> {
  const revisions: Revision[] = [];
  const warnings: string[] = [];
  const seen = new Set<string>();
  for (const directory of directories.flatMap((root) => (recursive ? withSubdirectories(root) : [root]))) {
    const { files, path } = listVersionFiles(directory);
    if (seen.has(path)) warnings.push(`${directory} is reached twice and read once: see versionLocations`);
    for (const file of seen.has(path) ? [] : files) {
      revisions.push(readVersionFile(file));
      if (revisions.length % batch === 0) await setImmediate();
    }
    seen.add(path);
  }
  return { revisions, warnings };
}

/** Reads one revision file. @throws InvalidRevisionFileError, MergeConflictError */
export function readVersionFile(path: string): Revision {
  let source: string;
  try {
    source = readFileSync(path, 'utf8');
  } catch (error) {
    throw new InvalidRevisionFileError(path, `cannot be read: ${(error as Error).message}`, { cause: error });
  }
  const conflict = findConflictInSource(source);
  if (conflict !== undefined) throw new MergeConflictError(path, conflict.line, conflict.marker);
  return readMetadata(source, path);
}

function listVersionFiles(directory: string): { files: string[]; path: string } {
  const entries = entriesOf(directory);
  const names = withoutCompiledTwins(entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name));
  return {
    // Not `join`, which takes a third as long as reading the files.
    files: names.map((name) => directory + sep + visibleName(name, directory)),
    path: entries.length > 0 ? realpathSync(directory) : directory,
  };
}

/** Refuses a file whose name would look like another one. */
function visibleName(name: string, directory: string): string {
  if (isVisible(name)) return name;
  throw new InvalidRevisionFileError(
    directory + sep + visibleInLine(name),
    'its name has a character that cannot be seen',
    {
      hint: 'Rename the file: ends of lines, control characters and marks of direction cannot be part of its name.',
    },
  );
}

function withSubdirectories(directory: string): string[] {
  const inside = entriesOf(directory).filter((entry) => entry.isDirectory() && !/^\.|^node_modules$/.test(entry.name));
  return [directory, ...inside.flatMap(({ name }) => withSubdirectories(join(directory, name)))];
}

function entriesOf(directory: string) {
  try {
    return readdirSync(directory, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new InvalidRevisionFileError(directory, `cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

function withoutCompiledTwins(names: readonly string[]): string[] {
  const all = new Set(names);
  return names.filter((name) => {
    const extension = revisionFile.exec(name)?.[1];
    if (extension === undefined) return false;
    return extension.endsWith('ts') || !all.has(`${name.slice(0, -2)}ts`);
  });
}
