import type { QueryRunner } from 'typeorm';
import { ownQueries } from '../../../own-queries.js';
import { stringLiteral } from '../../literal.js';
import { identifier } from '../../names.js';
import type { OwnObjects } from './own-objects.js';

/** A relation, type or function outside of a tenant's schema that its transaction has locked for more than reading. */
export interface LockedOutside {
  readonly oid: string;
  readonly schema: string;
  readonly name: string;
  /** `RowExclusiveLock` for writes of rows; all others are of changes. */
  readonly mode: string;
}

/** A row of the answer to `lockedOutside`: a lock on something that is not known to be in the schema. */
export interface LockRow {
  readonly mode: string;
  readonly class: Catalog;
  readonly oid: string;
}

type Catalog = 'pg_class' | 'pg_type' | 'pg_proc';

interface Named {
  readonly class: Catalog;
  readonly oid: string;
  readonly schema: string;
  readonly name: string;
}

/** The schemas of the system and of what tables store elsewhere. */
const SYSTEM_SCHEMAS = ['pg_catalog', 'pg_toast'];

/** Oids that every server has. */
const CATALOGS = { pg_class: 1259, pg_type: 1247, pg_proc: 1255 };

/** Objects of the server's own have lower numbers. */
const FIRST_OID = 16_384;

/** What statements of a run cannot be about. */
const SYSTEM = /^(?:pg_catalog|information_schema|pg_toast|pg_(?:toast_)?temp_\d+)$/;

/**
 * The query of what the open transaction has locked for more than reading, and is not known to be in a schema. It goes along with each step:
 * names are asked for where it finds something, and a function looks up each schema, which is planned in less time than a subquery.
 */
export function lockedOutside(schema: string): string {
  // What has been dropped has none. Both sides are quoted where that is needed.
  const found = `(pg_catalog.pg_identify_object(${CATALOGS.pg_class}, l.relation, 0)).schema`;
  const known = [...SYSTEM_SCHEMAS, identifier(schema)].map((name) => `quote_ident(${stringLiteral(name)})`);
  return `SELECT l.mode, coalesce(l.relation, l.objid)::text AS oid,
      CASE WHEN l.locktype = 'relation' THEN 'pg_class' WHEN l.classid = ${CATALOGS.pg_type} THEN 'pg_type' ELSE 'pg_proc' END AS class
    FROM pg_catalog.pg_locks l
    WHERE l.pid = pg_backend_pid() AND l.mode NOT IN ('AccessShareLock', 'RowShareLock') AND coalesce(l.relation, l.objid) >= ${FIRST_OID}
      AND (l.locktype = 'object' AND l.classid IN (${CATALOGS.pg_type}, ${CATALOGS.pg_proc})
        OR l.locktype = 'relation' AND (${found} IN (${known.join(', ')})) IS NOT TRUE)`;
}

/**
 * What of it is outside. What the transaction has dropped, and was not known to be in the schema before, is looked up over another
 * connection, which still finds it.
 */
export async function outsideOf(
  schema: string,
  rows: readonly LockRow[],
  runner: QueryRunner,
  own: Pick<OwnObjects, 'has'>,
): Promise<readonly LockedOutside[]> {
  const named = await namesOf(rows, runner);
  const missing = rows.filter((row) => !named.has(keyOf(row)) && !own.has(row));
  const dropped = missing.length === 0 ? new Map<string, Named>() : await namesBefore(missing, runner);
  return rows.flatMap((row) => {
    const found = named.get(keyOf(row)) ?? dropped.get(keyOf(row));
    if (found === undefined || found.schema === identifier(schema) || SYSTEM.test(found.schema)) return [];
    return [{ oid: row.oid, schema: found.schema, name: found.name, mode: row.mode }];
  });
}

async function namesBefore(rows: readonly LockRow[], { connection }: QueryRunner): Promise<ReadonlyMap<string, Named>> {
  const other = ownQueries(connection.createQueryRunner('master'));
  try {
    return await namesOf(rows, other);
  } finally {
    await other.release();
  }
}

async function namesOf(rows: readonly LockRow[], runner: QueryRunner): Promise<ReadonlyMap<string, Named>> {
  const oids = (of: Catalog): string => {
    const found = rows.filter((row) => row.class === of).map(({ oid }) => oid);
    return `ANY (ARRAY[${found.join(', ')}]::oid[])`;
  };
  // The type of a table's rows, and that of arrays, goes with what it is of.
  const found = (await runner.query(
    `SELECT o.class, o.oid::text AS oid, n.nspname AS schema, o.name FROM (
       SELECT 'pg_class' AS class, oid, relnamespace AS namespace, relname AS name FROM pg_catalog.pg_class WHERE oid = ${oids('pg_class')}
       UNION ALL SELECT 'pg_type', oid, typnamespace, typname FROM pg_catalog.pg_type
         WHERE oid = ${oids('pg_type')} AND typrelid = 0 AND typcategory <> 'A'
       UNION ALL SELECT 'pg_proc', oid, pronamespace, proname FROM pg_catalog.pg_proc WHERE oid = ${oids('pg_proc')}) o
     JOIN pg_catalog.pg_namespace n ON n.oid = o.namespace`,
  )) as Named[];
  return new Map(found.map((row) => [keyOf(row), row]));
}

function keyOf({ class: of, oid }: Pick<LockRow, 'class' | 'oid'>): string {
  return `${of} ${oid}`;
}
