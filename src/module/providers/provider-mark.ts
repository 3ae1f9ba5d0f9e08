import { isObject, NAME, NUMBER } from '../../service/options/option-kinds.js';
import { readAs, requireKinds } from '../../service/options/read-option.js';

/**
 * Refuses options that no decorator of a provider, and no function that marks one, can have.
 *
 * @param where names it: `ListenToMigrations()`
 * @throws MigrateOptionsError
 */
export function requireProviderMark(where: string, options: unknown): void {
  readAs(`The options of ${where}`, { wanted: 'an object', accepts: isObject }, options);
  requireKinds(where, { dataSource: NAME, order: NUMBER }, options);
}
