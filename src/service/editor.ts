import { type Call, revisionsFor } from './calls.js';
import type { RevisionInfo } from '../results.js';
import { spawn } from 'node:child_process';
import { EditorError } from '../errors/service.errors.js';

/**
 * Opens a file in the user's editor and waits until it is closed.
 *
 * `VISUAL`, then `EDITOR`, may carry arguments (`code --wait`). Unlike Alembic no list of editors is guessed at: one
 * that was not asked for may never come back. What it prints is no part of the command's answer, which may go into a pipe: then
 * it is on stderr.
 *
 * @throws EditorError when none is set, it cannot be started, or it fails.
 */
export function openInEditor(path: string): Promise<void> {
  const { VISUAL, EDITOR } = process.env;
  const command = [VISUAL, EDITOR].find((value = '') => value.trim() !== '');
  if (command === undefined) {
    throw new EditorError(`No editor to open ${path} with.`, {
      hint: 'Set the EDITOR or VISUAL environment variable.',
    });
  }
  const [program = '', ...args] = command.trim().split(/\s+/);
  return new Promise((resolve, reject) => {
    const editor = spawn(program, [...args, path], {
      stdio: ['inherit', process.stdout.isTTY ? 'inherit' : process.stderr.fd, 'inherit'],
      shell: process.platform === 'win32',
    });
    editor.once('error', (error) => {
      reject(new EditorError(`Cannot start the editor "${command}": ${error.message}`, { cause: error }));
    });
    editor.once('exit', (code, signal) => {
      if (code === 0) resolve();
      else reject(new EditorError(`The editor "${command}" ended with ${signal ?? `exit code ${code ?? '?'}`}.`));
    });
  });
}

/** Opens the files of a revision, one after the other. @throws EditorError where there is none */
export async function editRevisions(call: Call, revision: string): Promise<readonly RevisionInfo[]> {
  const shown = await revisionsFor(call, revision);
  if (shown.length === 0) throw new EditorError(`"${revision}" stands for no revision, so there is no file to edit.`);
  for (const { path } of shown) await openInEditor(path);
  return shown;
}
