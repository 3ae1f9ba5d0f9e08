import type { DataSource, QueryRunner } from 'typeorm';
import type { Dialect } from '../dialects/dialect.js';
import { queryCacheName } from '../schema/query-cache.js';
import type { QualifiedName, TableModel } from '../schema/schema.model.js';

/** The tables that TypeORM keeps for itself in the data source's own schema. */
export function foreignTables(dataSource: DataSource): QualifiedName[] {
  return [...notesOfTypeorm(dataSource), queryCacheName(dataSource)];
}

/** Those in which TypeORM notes what it did: a database without its migrations has no use for them. */
export function notesOfTypeorm({ options }: DataSource): QualifiedName[] {
  const { migrationsTableName, metadataTableName } = options;
  return [{ name: migrationsTableName ?? 'migrations' }, { name: metadataTableName ?? 'typeorm_metadata' }];
}

/** The columns of TypeORM's tables, by which they are known whatever they are called. */
const COLUMNS = { migrations: 'id,name,timestamp', metadata: 'database,name,schema,table,type,value' };

/**
 * Whether a table that no entity describes is one that TypeORM keeps for itself under another name: an old
 * `migrationsTableName`, or that of another data source.
 *
 * A table of an entity that is gone may have the columns of a migrations table; its rows are not named after their times.
 */
export async function isTypeOrmTable(
  { schema, name, columns }: TableModel,
  { quote }: Dialect,
  runner: QueryRunner,
): Promise<boolean> {
  const names = columns
    .map((column) => column.name)
    .sort()
    .join();
  if (names === COLUMNS.metadata) return true;
  const time = columns.find((column) => column.name === 'timestamp');
  if (names !== COLUMNS.migrations || time?.type.toLowerCase() !== 'bigint') return false;
  const table = [schema, name].flatMap((part) => (part === undefined ? [] : quote(part))).join('.');
  const rows = (await runner.query(
    `SELECT count(*) AS others FROM ${table} WHERE "name" NOT LIKE '%' || "timestamp"`,
  )) as { others: unknown }[];
  return Number(rows[0]?.others) === 0;
}
