import type { DataSource, QueryRunner } from 'typeorm';
import type { Dialect } from '../../dialects/dialect.js';
import { queryCacheName } from '../../schema/query-cache.js';
import type { QualifiedName, TableModel } from '../../schema/schema.model.js';

/** The tables that TypeORM keeps for itself in the data source's own schema. */
export function typeormTables(dataSource: DataSource): QualifiedName[] {
  return [...typeormRecords(dataSource), queryCacheName(dataSource)];
}

/** Those in which TypeORM notes what it did: a database without its migrations has no use for them. */
export function typeormRecords({ options }: DataSource): QualifiedName[] {
  const { migrationsTableName, metadataTableName } = options;
  return [{ name: migrationsTableName ?? 'migrations' }, { name: metadataTableName ?? 'typeorm_metadata' }];
}

/** The columns of TypeORM's tables, sorted, by which they are known whatever they are called. */
const TYPEORM = { migrations: 'id,name,timestamp', metadata: 'database,name,schema,table,type,value' };

/** Those of version tables (Alembic's is the same), of their history tables, and of decisions about two-phase runs. */
const VERSIONS = new Set([
  'version_num',
  'applied_by,checksum,direction,duration_ms,error,finished_at,id,package_version,revision,started_at,statements_done,statements_total',
  'decided_at,run_id',
]);

/**
 * Whether a table that no entity describes records migrations under another name: TypeORM's, by an old
 * `migrationsTableName` or that of another data source; or the version table of another tenant or tool.
 *
 * A table of an entity that is gone may have the columns of a migrations table; its rows are not named after their times.
 */
export async function recordsMigrations(
  { schema, name, columns }: TableModel,
  { quote }: Dialect,
  runner: QueryRunner,
): Promise<boolean> {
  const names = columns
    .map((column) => column.name)
    .sort()
    .join();
  if (names === TYPEORM.metadata || VERSIONS.has(names)) return true;
  const time = columns.find((column) => column.name === 'timestamp');
  if (names !== TYPEORM.migrations || time?.type.toLowerCase() !== 'bigint') return false;
  const table = [schema, name].flatMap((part) => (part === undefined ? [] : quote(part))).join('.');
  const rows = (await runner.query(
    `SELECT count(*) AS others FROM ${table} WHERE "name" NOT LIKE '%' || "timestamp"`,
  )) as { others: unknown }[];
  return Number(rows[0]?.others) === 0;
}
