import type { QueryRunner } from 'typeorm';
import { ownQueries } from '../../../own-queries.js';
import { stringLiteral } from '../../literal.js';
import { identifier } from '../../names.js';

/** A relation, type or function outside of a tenant's schema that its transaction has locked for more than reading. */
export interface LockedOutside {
  readonly schema: string;
  readonly name: string;
  /** `RowExclusiveLock` for writes of rows; all others are of changes. */
  readonly mode: string;
}

/** A row of the answer to `lockedOutside`. */
export interface LockRow {
  readonly mode: string;
  readonly class: string;
  readonly oid: string;
  /** Null for what the transaction has dropped. */
  readonly schema: string | null;
  readonly name: string | null;
}

/** What statements of a run cannot be about: system schemas, and what is temporary. */
const ELSEWHERE = `n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND n.nspname !~ '^pg_(toast_)?temp_'`;

/** Objects of the server's own have lower numbers. */
const FIRST_OID = 16_384;

/** The query of what the open transaction has locked for more than reading, and is not known to be in a schema. */
export function lockedOutside(schema: string): string {
  return `SELECT l.mode, CASE l.locktype WHEN 'relation' THEN 'pg_class' ELSE l.classid::regclass::text END AS class,
      coalesce(l.relation, l.objid)::text AS oid, n.nspname AS schema, coalesce(c.relname, t.typname, p.proname) AS name
    FROM pg_catalog.pg_locks l
    LEFT JOIN pg_catalog.pg_class c ON l.locktype = 'relation' AND c.oid = l.relation
    LEFT JOIN pg_catalog.pg_type t ON l.classid = 'pg_catalog.pg_type'::regclass AND t.oid = l.objid
    LEFT JOIN pg_catalog.pg_proc p ON l.classid = 'pg_catalog.pg_proc'::regclass AND p.oid = l.objid
    LEFT JOIN pg_catalog.pg_namespace n ON n.oid = coalesce(c.relnamespace, t.typnamespace, p.pronamespace)
    WHERE l.pid = pg_backend_pid() AND l.granted AND l.mode NOT IN ('AccessShareLock', 'RowShareLock')
      AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = current_database())
      AND (l.locktype = 'relation' OR l.locktype = 'object' AND l.classid IN ('pg_catalog.pg_type'::regclass, 'pg_catalog.pg_proc'::regclass))
      AND coalesce(l.relation, l.objid) >= ${FIRST_OID}
      AND (n.oid IS NULL OR n.nspname <> ${stringLiteral(identifier(schema))} AND ${ELSEWHERE})`;
}

/** What of it is outside: what the transaction has dropped is looked up over another connection, which still finds it. */
export async function outsideOf(
  schema: string,
  rows: readonly LockRow[],
  runner: QueryRunner,
): Promise<readonly LockedOutside[]> {
  const dropped = rows.filter((row) => row.schema === null);
  const names = dropped.length === 0 ? new Map<string, LockRow>() : await namesBefore(schema, dropped, runner);
  return rows.flatMap((row) => {
    const { schema: of, name } = row.schema === null ? (names.get(keyOf(row)) ?? row) : row;
    return of === null || name === null ? [] : [{ schema: of, name, mode: row.mode }];
  });
}

async function namesBefore(
  schema: string,
  dropped: readonly LockRow[],
  { connection }: QueryRunner,
): Promise<ReadonlyMap<string, LockRow>> {
  const oids = (of: string): string => {
    const found = dropped.filter((row) => row.class === of).map(({ oid }) => oid);
    return `ANY (ARRAY[${found.join(', ')}]::oid[])`;
  };
  const other = ownQueries(connection.createQueryRunner('master'));
  try {
    // The type of a table's rows, and that of arrays, goes with what it is of.
    const rows = (await other.query(
      `SELECT o.class, o.oid::text AS oid, n.nspname AS schema, o.name FROM (
         SELECT 'pg_class' AS class, oid, relnamespace AS namespace, relname AS name FROM pg_catalog.pg_class WHERE oid = ${oids('pg_class')}
         UNION ALL SELECT 'pg_type', oid, typnamespace, typname FROM pg_catalog.pg_type
           WHERE oid = ${oids('pg_type')} AND typrelid = 0 AND typcategory <> 'A'
         UNION ALL SELECT 'pg_proc', oid, pronamespace, proname FROM pg_catalog.pg_proc WHERE oid = ${oids('pg_proc')}) o
       JOIN pg_catalog.pg_namespace n ON n.oid = o.namespace
       WHERE n.nspname <> ${stringLiteral(identifier(schema))} AND ${ELSEWHERE}`,
    )) as LockRow[];
    return new Map(rows.map((row) => [keyOf(row), row]));
  } finally {
    await other.release();
  }
}

function keyOf({ class: of, oid }: Pick<LockRow, 'class' | 'oid'>): string {
  return `${of} ${oid}`;
}
