import type { DataSource } from 'typeorm';
import type { UnnamedDatabase } from '../../unnamed-database.js';

/**
 * A `database` without a name, mostly from a variable of the environment that is empty or not set. SQLite takes an empty
 * name, and one of spaces, as a temporary database: a run would succeed, and nothing of it would be left.
 *
 * sql.js has no such option: it reads `location`, and may rightly have none.
 */
export function unnamedDatabase({ options }: Pick<DataSource, 'options'>): UnnamedDatabase | undefined {
  const { type, database } = options as { readonly type: string; readonly database?: unknown };
  const isText = typeof database === 'string';
  if (type === 'sqljs' || (isText ? database.trim() !== '' : database != null)) return undefined;
  return {
    given: isText ? 'an empty text' : String(database),
    taken: 'a temporary database, which is gone with the connection',
    ifMeant: "If a database in memory is meant: `database: ':memory:'`.",
  };
}
