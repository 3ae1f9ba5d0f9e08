import type { DataSource } from 'typeorm';
import type { Rows } from '../rows.js';

/** A join or closure table, which TypeORM names. */
export interface JoinedTable {
  /** What it joins, by the names that were drawn. */
  readonly key: string;
  readonly schema: string | undefined;
  readonly name: string;
  readonly columns: readonly string[];
}

export function joinedTables(dataSource: DataSource): JoinedTable[] {
  return dataSource.entityMetadatas
    .filter(({ tableType }) => tableType === 'junction' || tableType === 'closure-junction')
    .map(({ tableType, foreignKeys, schema, tableName, ownColumns }) => ({
      key: [tableType, ...foreignKeys.map((key) => key.referencedEntityMetadata.targetName)].join(' '),
      schema,
      name: tableName,
      columns: ownColumns.map(({ databaseName }) => databaseName),
    }));
}

/** The rows of tables that join what these others join too. */
export function joinedRows(rows: Rows, tables: readonly JoinedTable[], others: readonly JoinedTable[]): unknown {
  const kept = tables.filter(({ key }) => others.some((other) => other.key === key));
  return Object.fromEntries(
    kept.map(({ key, schema, name, columns }) => {
      const found = rows[[schema ?? [], name].flat().join('.')] ?? [];
      return [key, found.map((row) => columns.map((column) => row[column]).join()).sort()];
    }),
  );
}
