import type { TableModel } from '../../../schema/schema.model.js';
import { quoteQualified, quoteString } from '../text.js';
import { clauses, indexClause } from './clauses.js';
import { columnSql } from './column-sql.js';
import { withQuotedColumns } from '../quoted-columns.js';
import { indexOfUnique } from '../unique-index.js';

/** CREATE TABLE with all that belongs to the table: one statement, which happens wholly or not at all. */
export function createTableSql(table: TableModel, ifNotExists = false): string {
  const members = [
    ...table.columns.map((column) => columnSql(column)),
    ...(table.primaryKey ? [clauses.primaryKey({ ...table.primaryKey, name: undefined })] : []),
    ...table.uniques.map((unique) => indexClause(indexOfUnique(unique))),
    ...table.indices.map(indexClause),
    ...table.checks.map((check) => clauses.check(withQuotedColumns(check, table))),
    ...table.foreignKeys.map(clauses.foreignKey),
  ];
  const { engine = 'InnoDB', collation } = table.mysql ?? {};
  const options = [
    // A server may have another engine for its default, whose rows are in no transaction.
    `ENGINE = ${engine}`,
    collation !== undefined && `COLLATE = ${collation}`,
    table.comment !== undefined && `COMMENT = ${quoteString(table.comment)}`,
  ].filter(Boolean);
  const create = `CREATE TABLE ${ifNotExists ? 'IF NOT EXISTS ' : ''}${quoteQualified(table)}`;
  return `${create} (\n  ${members.join(',\n  ')}\n) ${options.join(' ')}`;
}
