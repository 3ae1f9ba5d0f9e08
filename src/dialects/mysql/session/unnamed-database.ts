import type { DataSource } from 'typeorm';
import type { UnnamedDatabase } from '../../unnamed-database.js';

interface Named {
  readonly url?: string;
  readonly database?: unknown;
}

/**
 * Options that name no database: mostly since an environment variable is not set. A connection may do without one on these servers,
 * and there would be nothing to migrate.
 */
export function unnamedDatabase({ options }: Pick<DataSource, 'options'>): UnnamedDatabase | undefined {
  const { replication } = options as { replication?: { readonly master?: Named } };
  const given: Named = replication?.master ?? (options as Named);
  if (given.database || isNamedIn(given.url)) return undefined;
  const value = given.database === '' ? 'an empty text' : String(given.database);
  return {
    given: 'database' in given ? value : 'missing',
    taken: 'no database at all',
    ifMeant: 'Name the database: by `database`, or as the path of the `url`.',
  };
}

/** Whether a URL names one; what cannot be read as a URL is left to the driver. */
function isNamedIn(url: string | undefined): boolean {
  if (!url) return false;
  return !URL.canParse(url) || new URL(url).pathname.length > 1;
}
