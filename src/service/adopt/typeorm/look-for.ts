import { AdoptionRefusedError } from '../../../errors/adopt.errors.js';
import type { BoundDataSource } from '../../options/options.js';
import type { AdoptPaths, AdoptRequest } from '../../requests.js';
import type { LookFor } from './old-history.js';

/**
 * What a request specifies about where the migrations of each data source are.
 *
 * @throws AdoptionRefusedError when it does not specify which data source a path is for
 */
export function looksFor(
  sources: readonly BoundDataSource[],
  request: AdoptRequest,
): (bound: BoundDataSource) => LookFor {
  const names = sources.map(({ name }) => name);
  const configs = byDataSource(request.typeormConfig, names);
  const folders = byDataSource(request.folder, names);
  return ({ name }) => ({
    configs: configs.get(name) ?? [],
    folders: folders.get(name) ?? [],
    ...(request.transaction !== undefined && { transaction: request.transaction }),
    guess: sources.length === 1,
  });
}

function byDataSource(given: AdoptPaths | undefined, names: readonly string[]): ReadonlyMap<string, readonly string[]> {
  if (given === undefined) return new Map();
  const [first = '', ...others] = names;
  if (typeof given === 'string' || isList(given)) {
    const paths = [given].flat();
    if (others.length === 0) return new Map([[first, paths]]);
    throw refused(`"${paths.join('", "')}" is for one of several data sources.`, names);
  }
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown !== undefined) throw refused(`There is no data source "${unknown}" here.`, names);
  return new Map(Object.entries(given).map(([name, paths]) => [name, [paths].flat()]));
}

function isList(given: AdoptPaths): given is readonly string[] {
  return Array.isArray(given);
}

function refused(message: string, names: readonly string[]): AdoptionRefusedError {
  const pairs = names.map((name) => `${name}=PATH`).join(', ');
  return new AdoptionRefusedError(message, { hint: `Specify which one, as NAME=PATH: ${pairs}.` });
}
