import { execFile } from 'node:child_process';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { GitReferenceError } from '../../errors/lint.errors.js';
import type { Revision } from '../../repository/index.js';

/** Enough for the lines of 100,000 revisions. */
const MOST_OUTPUT = 64 * 1024 * 1024;

/** Paths in one command line, which has a longest length. */
const FILES_AT_ONCE = 200;

/**
 * The ids of the revisions that a commit does not have, or has with another text. A file that was moved or renamed keeps its id.
 *
 * @throws GitReferenceError where git does not know the commit, or the folder
 */
export async function revisionsSince(revisions: readonly Revision[], reference: string): Promise<ReadonlySet<string>> {
  const byFolder = new Map<string, Revision[]>();
  for (const revision of revisions) {
    if (revision.path === undefined) continue;
    const folder = dirname(revision.path);
    byFolder.set(folder, [...(byFolder.get(folder) ?? []), revision]);
  }
  const changed = new Set<string>();
  for (const [folder, own] of byFolder) {
    const commit = await commitOf(folder, reference);
    const was = await hashesIn(folder, commit);
    const now = await hashesOf(
      folder,
      own.map(({ path = '' }) => path),
    );
    for (const [at, { id }] of own.entries()) if (was.get(id)?.has(now[at] ?? '') !== true) changed.add(id);
  }
  return changed;
}

async function commitOf(folder: string, reference: string): Promise<string> {
  try {
    return (await git(folder, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${reference}^{commit}`)).trim();
  } catch (error) {
    throw new GitReferenceError(reference, folder, problemOf(error));
  }
}

/** The hashes that the files below a folder had, by the id of their revision; none where the folder did not exist. */
async function hashesIn(folder: string, commit: string): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  try {
    const files = await git(folder, 'ls-tree', '-r', '-z', commit, '--', '.');
    const hashes = new Map(
      [...files.matchAll(/\S+ blob (\w+)\t([^\0]*)\0/g)].map(([, hash = '', path = '']) => [path, hash] as const),
    );
    const lines = await git(folder, 'grep', '-z', '-I', '-w', '-e', 'revision', commit, '--', '.');
    const found = new Map<string, Set<string>>();
    for (const [, path = '', line = ''] of lines.matchAll(/^[^:\n]*:([^\0]*)\0(.*)$/gm)) {
      const id = /(?:^|\s)revision\s*(?::\s*string\s*)?=\s*(['"`])(.+?)\1/.exec(line)?.[2];
      if (id !== undefined) found.set(id, (found.get(id) ?? new Set()).add(hashes.get(path) ?? ''));
    }
    return found;
  } catch (error) {
    // Nothing matches.
    if ((error as { code?: unknown }).code === 1) return new Map();
    throw new GitReferenceError(commit, folder, problemOf(error));
  }
}

/** The hashes of files as they are, in their order. */
async function hashesOf(folder: string, paths: readonly string[]): Promise<readonly string[]> {
  const hashes: string[] = [];
  for (let at = 0; at < paths.length; at += FILES_AT_ONCE) {
    const some = paths.slice(at, at + FILES_AT_ONCE);
    hashes.push(...(await git(folder, 'hash-object', '--', ...some)).split('\n').slice(0, some.length));
  }
  return hashes;
}

async function git(folder: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('git', ['-C', folder, ...args], { maxBuffer: MOST_OUTPUT });
  return stdout;
}

function problemOf(error: unknown): string {
  const { code, stderr } = error as { readonly code?: unknown; readonly stderr?: string };
  if (code === 'ENOENT') return 'git is not installed.';
  const text = stderr?.trim().replace(/^fatal: /, '') ?? '';
  return text === '' ? 'git has no such commit.' : `git reports "${text}".`;
}
