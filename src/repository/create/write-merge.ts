import type { Repository } from '../repository.js';
import type { Revision } from '../revision.js';
import { headsToMerge } from './resolve-heads.js';
import { writeRevision, type RevisionRequest, type Format } from './write-revision.js';

/**
 * Writes a revision that joins several heads.
 *
 * @param heads targets as typed, in the order that the file gets; none or undefined for all heads
 * @throws NothingToMergeError without `heads` when there is one head or none, and what `writeRevision` throws
 */
export async function writeMerge(
  repository: Repository,
  heads: readonly string[] | undefined,
  request: Omit<RevisionRequest, 'heads'> = {},
  format?: Format,
): Promise<Revision> {
  const given = heads ?? [];
  return writeRevision(
    repository,
    { ...request, heads: given.length > 0 ? given : headsToMerge(repository.graph) },
    format,
  );
}
