import type { DataSource } from 'typeorm';
import type { UnnamedDatabase } from '../../unnamed-database.js';

interface Named {
  readonly url?: string;
  readonly database?: unknown;
  readonly connectionString?: string;
}

/**
 * What the options have as `database` where that names none, although the key is there: `undefined`, mostly from a variable
 * of the environment that is not set.
 *
 * PostgreSQL's driver takes the database that is named like the user then. Options without the key ask for that.
 *
 * @returns undefined where the database is named, here or by what the driver itself reads
 */
export function unnamedDatabase(
  { options }: Pick<DataSource, 'options'>,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): UnnamedDatabase | undefined {
  const { replication, extra } = options as { replication?: { readonly master?: Named }; extra?: Named };
  const given: Named = replication?.master ?? (options as Named);
  if (!('database' in given) || given.database || given.url) return undefined;
  if (extra?.database || extra?.connectionString || environment['PGDATABASE']) return undefined;
  return {
    given: given.database === '' ? 'an empty text' : String(given.database),
    taken: 'the database that is named like the user',
    ifMeant: 'If that database is meant: leave `database` out of the options, or set PGDATABASE.',
  };
}
