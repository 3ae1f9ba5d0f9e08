import { execFile } from 'node:child_process';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { GitReferenceError } from '../../errors/lint.errors.js';
import type { Revision } from '../../repository/index.js';

/** Enough for the lines of 100,000 revisions. */
const MOST_OUTPUT = 64 * 1024 * 1024;

/**
 * The ids of the revisions that a commit does not have. A file that was moved or renamed keeps its id.
 *
 * @throws GitReferenceError where git does not know the commit, or the folder
 */
export async function revisionsSince(revisions: readonly Revision[], reference: string): Promise<ReadonlySet<string>> {
  const folders = new Set(revisions.flatMap(({ path }) => (path === undefined ? [] : [dirname(path)])));
  const known = new Set<string>();
  for (const folder of folders) {
    const commit = await commitOf(folder, reference);
    for (const id of await idsIn(folder, commit)) known.add(id);
  }
  return new Set(revisions.map(({ id }) => id).filter((id) => !known.has(id)));
}

async function commitOf(folder: string, reference: string): Promise<string> {
  try {
    return (await git(folder, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${reference}^{commit}`)).trim();
  } catch (error) {
    throw new GitReferenceError(reference, folder, problemOf(error));
  }
}

/** The ids in the files below a folder, as they were; none where the folder did not exist. */
async function idsIn(folder: string, commit: string): Promise<readonly string[]> {
  try {
    const lines = await git(folder, 'grep', '-h', '-I', '-w', '-e', 'revision', commit, '--', '.');
    return [...lines.matchAll(/(?:^|\s)revision\s*(?::\s*string\s*)?=\s*(['"`])(.+?)\1/gm)].map(([, , id = '']) => id);
  } catch (error) {
    // Nothing matches.
    if ((error as { code?: unknown }).code === 1) return [];
    throw new GitReferenceError(commit, folder, problemOf(error));
  }
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
