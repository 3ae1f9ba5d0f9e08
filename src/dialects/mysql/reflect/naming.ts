import { qualifiedKey, type QualifiedName } from '../../../schema/schema.model.js';
import type { Connection } from '../server.js';
import type { RowScope, TableRow } from './queries.js';

/** A name of the catalog as the model has it. */
export type Naming = (database: string, name: string) => QualifiedName;

/**
 * Names without the data source's own database. Where the server takes `User` and `user` for one, a table has the name by which it was
 * asked for, and one that a foreign key refers to has its own.
 *
 * @param databases those that are read, as they were asked for
 */
export function namingOf(
  { database: own, tableNames }: Connection,
  within: RowScope,
  rows: readonly TableRow[],
): Naming {
  const plain: Naming = (database, name) => (database === own ? { name } : { schema: database, name });
  if (tableNames === 'exact') return plain;
  const spelled = (names: readonly string[]): ((name: string) => string) => {
    const byKey = new Map(names.map((name) => [name.toLowerCase(), name]));
    return (name) => byKey.get(name.toLowerCase()) ?? name;
  };
  const databaseOf = spelled([...within.databases]);
  const tableOf = spelled(within.tables ?? rows.map(({ name }) => name));
  return (database, name) => plain(databaseOf(database), tableOf(name));
}

/** A key that is equal for two names of one table. */
export function tableKey({ schema, name }: QualifiedName, { tableNames }: Pick<Connection, 'tableNames'>): string {
  if (tableNames === 'exact') return qualifiedKey({ ...(schema !== undefined && { schema }), name });
  return qualifiedKey({ ...(schema !== undefined && { schema: schema.toLowerCase() }), name: name.toLowerCase() });
}
