import { statSync } from 'node:fs';
import { join } from 'node:path';
import { openRepository, type Repository, versionDirectories } from './repository.js';
import { settingsFile, type RepositorySettings } from './settings.js';

/** Times of files have gaps of some milliseconds: one that is younger may be written again without its time showing it. */
const SETTLED_MS = 100;

interface Opened {
  readonly repository: Repository;
  /** Modification times and sizes of all that was read, by path. */
  readonly stamps: ReadonlyMap<string, string>;
}

/**
 * Opens repositories again and again, and reads their files only when one has changed: a health check asks every few
 * seconds, and reading a thousand revisions takes longer than asking the database.
 */
export class RepositoryCache {
  private readonly opened = new Map<string, Opened>();

  /** As `openRepository`, with its errors. */
  async open(directory: string, settings: Partial<RepositorySettings>): Promise<Repository> {
    const key = JSON.stringify([directory, settings]);
    const known = this.opened.get(key);
    if (known !== undefined && isUnchanged(known)) return known.repository;
    this.opened.delete(key);
    const startedAt = Date.now();
    const repository = await openRepository(directory, settings);
    const stamps = stampsOf(repository, startedAt - SETTLED_MS);
    if (stamps !== undefined) this.opened.set(key, { repository, stamps });
    return repository;
  }
}

/** Times and sizes of the files of a repository; undefined when they may still change without their time showing it. */
function stampsOf(repository: Repository, settledBefore: number): ReadonlyMap<string, string> | undefined {
  const { directory, settings, graph } = repository;
  // An empty directory somewhere below is not among them.
  if (settings.recursiveVersionLocations) return undefined;
  const files = graph.revisions().flatMap(({ path }) => path ?? []);
  const stamps = new Map<string, string>();
  for (const path of [join(directory, settingsFile), ...versionDirectories(directory, settings), ...files]) {
    const { stamp, changedAt } = look(path);
    if (changedAt > settledBefore) return undefined;
    stamps.set(path, stamp);
  }
  return stamps;
}

function isUnchanged({ stamps }: Opened): boolean {
  return [...stamps].every(([path, stamp]) => look(path).stamp === stamp);
}

function look(path: string): { readonly stamp: string; readonly changedAt: number } {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return { stamp: 'absent', changedAt: 0 };
  return {
    stamp: `${found.mtimeMs} ${found.ctimeMs} ${found.size}`,
    changedAt: Math.max(found.mtimeMs, found.ctimeMs),
  };
}
