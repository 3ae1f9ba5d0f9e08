import type { Repository } from '../repository.js';
import type { Revision } from '../revision.js';
import { headsToMerge } from './resolve-heads.js';
import { writeRevision, type RevisionRequest } from './write-revision.js';

/**
 * Writes a revision that joins several heads.
 *
 * `heads` are targets as typed and keep their order; without any, all heads are joined.
 *
 * @throws NothingToMergeError without `heads` when there is one head or none, and what `writeRevision` throws
 */
export async function mergeRevision(repository: Repository, request: RevisionRequest): Promise<Revision> {
  const given = request.heads ?? [];
  return writeRevision(repository, { ...request, heads: given.length > 0 ? given : headsToMerge(repository.graph) });
}
