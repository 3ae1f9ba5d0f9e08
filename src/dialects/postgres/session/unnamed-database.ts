import type { DataSource } from 'typeorm';
import type { UnnamedDatabase } from '../../unnamed-database.js';

interface Named {
  readonly url?: string;
  readonly database?: unknown;
  readonly connectionString?: string;
}

/**
 * The `database` of the options when the key is present but its value names no database: mostly `undefined`, from an
 * environment variable that is not set.
 *
 * The driver then takes the database with the name of the user. Options without the key ask for that on purpose.
 *
 * @returns undefined when the database is named, here or by what the driver itself reads
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
