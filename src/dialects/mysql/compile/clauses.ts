import type { ForeignKeyModel, IndexModel, TableModel } from '../../../schema/schema.model.js';
import { MYSQL_SQL } from '../../../sql/rules.js';
import { closed } from '../../../sql/statements.js';
import { clausesIn, spaced } from '../../common/clauses.js';
import { quote, quoteQualified } from '../text.js';

/** The clauses of constraints. NO ACTION is written, as TypeORM does: what is not written is RESTRICT to the catalog, and a difference to it. */
export const clauses = clausesIn({ sqlRules: MYSQL_SQL, quote, quoteQualified, writesNoAction: true });

/** An index in CREATE TABLE, and behind ADD in ALTER TABLE: both take all kinds of them. */
export function indexClause(index: IndexModel): string {
  const { isUnique, isSpatial, isFulltext, type, expression, mysql } = index;
  const kind = isFulltext ? 'FULLTEXT ' : isSpatial ? 'SPATIAL ' : isUnique ? 'UNIQUE ' : '';
  return spaced(
    `${kind}INDEX ${index.name === '' ? '' : quote(index.name)}`.trimEnd(),
    `(${expression === undefined ? clauses.columns(index) : closed(expression, MYSQL_SQL)})`,
    // Hashes are what MariaDB makes of a unique index that is too long for InnoDB, and the word then changes nothing.
    type?.toUpperCase() === 'HASH' && 'USING HASH',
    mysql?.parser !== undefined && `WITH PARSER ${quote(mysql.parser)}`,
  );
}

/** Whether an index has the columns of a foreign key first, in their order, so that the key needs no other. */
export function serves(columnNames: readonly string[], key: Pick<ForeignKeyModel, 'columnNames'>): boolean {
  return key.columnNames.every((name, place) => columnNames[place] === name);
}

/** The columns of each index of a table, by the names of the indexes; those of unique constraints and the key among them. */
export function indexedColumns({ indices, uniques, primaryKey }: TableModel): ReadonlyMap<string, readonly string[]> {
  const usable = indices.filter(({ isFulltext, isSpatial, expression }) => !isFulltext && !isSpatial && !expression);
  return new Map([
    ...usable.map(({ name, columnNames }) => [name, columnNames] as const),
    ...uniques.map(({ name = '', columnNames }) => [name, columnNames] as const),
    ...(primaryKey ? [['PRIMARY', primaryKey.columnNames] as const] : []),
  ]);
}
