import type { DataSource } from 'typeorm';
import type { UnnamedDatabase } from '../../unnamed-database.js';

/**
 * The `database` of the options when it is empty or missing, mostly because of an environment variable that is not set. For
 * SQLite an empty name, or one of spaces, is a temporary database: a run would succeed, and its result would be lost.
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
