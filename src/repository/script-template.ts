import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MergeConflictError, TemplateFailedError } from '../errors/repository-files.errors.js';
import { findConflictInText } from './files/merge-conflict.js';

/** The file that new revisions are written from. */
export const scriptTemplateFile = 'script.ts.eta';

/**
 * A repository's own template of new revisions, and where it is; without text where there is none.
 *
 * @throws MergeConflictError; TemplateFailedError when it cannot be read, as a directory
 */
export function readScriptTemplate(directory: string): { readonly path: string; readonly text?: string } {
  const path = join(directory, scriptTemplateFile);
  if (!existsSync(path)) return { path };
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new TemplateFailedError(path, `it cannot be read: ${(error as Error).message}`, { cause: error });
  }
  const conflict = findConflictInText(text);
  if (conflict !== undefined) throw new MergeConflictError(path, conflict.line, conflict.marker);
  return { path, text };
}
