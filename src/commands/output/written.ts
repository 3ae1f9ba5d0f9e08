import type { RevisionInfo } from '../../results.js';
import type { CommandResult } from '../command-host.js';

/** Says which revision files were written. */
export function reportWritten(revisions: readonly RevisionInfo[]): CommandResult {
  return { json: revisions, text: revisions.map(generated) };
}

export function generated({ path }: RevisionInfo): string {
  return `Generating ${path} ...  done`;
}
