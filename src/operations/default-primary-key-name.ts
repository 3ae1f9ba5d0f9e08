import { createHash } from 'node:crypto';

/**
 * The name of a primary key that is given none: the one that TypeORM's default naming strategy makes.
 *
 * It depends on the table and the columns only. A name that another naming strategy, or another version of TypeORM, makes would
 * change what a history makes of a new database.
 */
export function defaultPrimaryKeyName(table: string, columnNames: readonly string[]): string {
  const tableName = table.split('.').at(-1);
  const hash = createHash('sha1').update(`${tableName}_${columnNames.toSorted().join('_')}`);
  return `PK_${hash.digest('hex').slice(0, 27)}`;
}
