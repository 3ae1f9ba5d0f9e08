import type { DataSource } from 'typeorm';
import type { UnnamedDatabase } from '../../unnamed-database.js';

interface Named {
  readonly url?: string;
  readonly database?: unknown;
}

/**
 * The `database` of the options when the key is present but its value names no database: mostly `undefined`, from an environment
 * variable that is not set.
 */
export function unnamedDatabase({ options }: Pick<DataSource, 'options'>): UnnamedDatabase | undefined {
  const { replication } = options as { replication?: { readonly master?: Named } };
  const given: Named = replication?.master ?? (options as Named);
  if (!('database' in given) || given.database || given.url) return undefined;
  return {
    given: given.database === '' ? 'an empty text' : String(given.database),
    taken: 'no database at all',
    ifMeant: 'Name the database: its tables are what migrations are about.',
  };
}
