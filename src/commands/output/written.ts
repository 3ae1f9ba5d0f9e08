import type { RevisionInfo } from '../../migration.results.js';
import type { CommandResult } from '../command-host.js';
import type { Output } from './output.js';

/** Says which revision files were written, or that none was needed. */
export function reportWritten(revisions: readonly RevisionInfo[], output: Output): CommandResult {
  if (revisions.length === 0) output.info('No changes in schema detected.');
  return { json: revisions, text: revisions.map(generated) };
}

export function generated({ path }: RevisionInfo): string {
  return `Generating ${path} ...  done`;
}
