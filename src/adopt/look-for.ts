import { AdoptionRefusedError } from '../errors/adopt.errors.js';
import type { BoundDataSource } from '../migrate.options.js';
import type { AdoptRequest } from '../migration.requests.js';
import type { LookFor } from './old-history.js';

/**
 * What a request says about where the migrations of each data source are.
 *
 * @throws AdoptionRefusedError when it does not say which data source a path is for
 */
export function looksFor(
  sources: readonly BoundDataSource[],
  request: AdoptRequest,
): (bound: BoundDataSource) => LookFor {
  const of = (given: string | Readonly<Record<string, string>> | undefined, name: string): string | undefined =>
    typeof given === 'string' ? given : given?.[name];
  for (const given of [request.typeormConfig, request.folder]) {
    const isForAll = typeof given === 'string' && sources.length > 1;
    const names = typeof given === 'object' ? Object.keys(given) : [];
    const unknown = names.find((name) => !sources.some((bound) => bound.name === name));
    if (isForAll || unknown !== undefined) {
      throw new AdoptionRefusedError(
        isForAll ? `"${given}" is for one of several data sources.` : `There is no data source "${unknown}" here.`,
        { hint: `Say which one, as NAME=PATH: ${sources.map(({ name }) => `${name}=PATH`).join(', ')}.` },
      );
    }
  }
  return ({ name }) => {
    const [config, folder] = [of(request.typeormConfig, name), of(request.folder, name)];
    return {
      ...(config !== undefined && { config }),
      ...(folder !== undefined && { folder }),
      ...(request.transaction !== undefined && { transaction: request.transaction }),
      guess: sources.length === 1,
    };
  };
}
