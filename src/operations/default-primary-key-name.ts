import { createHash } from 'node:crypto';

/**
 * The default name of a primary key: the one of TypeORM's default naming strategy.
 *
 * It depends only on the table and the columns: if it came from the application's naming strategy, or from its version of TypeORM,
 * the same history could give a new database other names.
 */
export function defaultPrimaryKeyName(table: string, columnNames: readonly string[]): string {
  const tableName = table.split('.').at(-1);
  const hash = createHash('sha1').update(`${tableName}_${columnNames.toSorted().join('_')}`);
  return `PK_${hash.digest('hex').slice(0, 27)}`;
}
