import { adoptDatabases, refuseIdleAdoptOptions } from './adopt-database.js';
import { adoptMigrations, adoptResult, openForAdoption } from './adopt.js';
import { AdoptionUnfinishedError } from '../../errors/adopt.errors.js';
import type { Revision } from '../../repository/index.js';
import { type Call, openCalled } from '../calls.js';
import { makeRepository } from '../init.js';
import type { AdoptRequest } from '../requests.js';
import type { AdoptResult } from '../../results.js';
import type { CommandContext } from '../run/command-context.js';

export { openForAdoption, refuseIdleAdoptOptions };

/**
 * Writes the first revision, unless it is there, and notes the databases at it.
 *
 * @param stamp notes data sources at a revision
 */
export async function adopt(
  { context, sources }: Call,
  request: AdoptRequest,
  stamp: (dataSources: readonly string[], revision: string) => Promise<unknown>,
): Promise<AdoptResult> {
  const adoptAll = request.from === 'database' ? adoptDatabases : adoptMigrations;
  const adoption = await adoptAll(context, sources, request, () => makeRepository(context, sources[0], {}));
  const { revision, toStamp } = adoption;
  const isToStamp = revision !== undefined && request.dryRun !== true && toStamp.length > 0;
  if (isToStamp) {
    await stamp(toStamp, revision.id).catch((error: unknown) => {
      throw adoption.written ? unfinished(context, request, revision, error) : error;
    });
  }
  const graph = revision === undefined ? context.repository.graph : (await openCalled(sources)).graph;
  return adoptResult(adoption, graph, request);
}

function unfinished(
  { environment }: CommandContext,
  { from }: AdoptRequest,
  { id, path }: Revision,
  cause: unknown,
): AdoptionUnfinishedError {
  const command = `npx nest-cmd ${environment.options.command}`;
  // What a database was read from is not compared with it again.
  return new AdoptionUnfinishedError(id, path, `${command} ${from === 'database' ? `stamp ${id}` : 'adopt'}`, cause);
}
