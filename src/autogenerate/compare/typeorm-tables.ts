import type { DataSource, QueryRunner } from 'typeorm';
import type { Dialect } from '../../dialects/dialect.js';
import type { EntityRules } from '../../schema/entity-rules.js';
import { queryCacheName } from '../../schema/query-cache.js';
import type { QualifiedName, TableModel } from '../../schema/schema.model.js';

/** TypeORM's own tables in the data source's schema: its migrations, its metadata and its query cache. */
export function typeormTables(dataSource: DataSource, rules: EntityRules): QualifiedName[] {
  return [...typeormRecords(dataSource), queryCacheName(dataSource, rules)];
}

/** The tables in which TypeORM records migrations and views: nothing needs them when its migrations are no longer run. */
export function typeormRecords({ options }: DataSource): QualifiedName[] {
  const { migrationsTableName, metadataTableName } = options;
  return [{ name: migrationsTableName ?? 'migrations' }, { name: metadataTableName ?? 'typeorm_metadata' }];
}

/** The columns of TypeORM's tables, sorted: they identify a table whatever its name. */
const TYPEORM = { migrations: 'id,name,timestamp', metadata: 'database,name,schema,table,type,value' };

/** The columns of version tables (Alembic's has the same), of history tables, and of decisions about two-phase runs. */
const VERSIONS = new Set([
  'version_num',
  'applied_by,checksum,direction,duration_ms,error,finished_at,id,package_version,revision,started_at,statements_done,statements_total',
  'decided_at,run_id',
]);

/**
 * Whether a table that no entity describes records migrations under another name: TypeORM's, with an old
 * `migrationsTableName` or that of another data source; or the version table of another tenant or tool.
 *
 * The table of a removed entity may have the same columns as TypeORM's; but the names of its rows do not end with their timestamps.
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
