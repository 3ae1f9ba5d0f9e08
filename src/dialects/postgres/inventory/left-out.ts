import type { AbsentObject, LeftOut } from '../../inventory.js';
import { type Catalog, FIRST_OBJECT, idOf, read } from './catalog.js';

interface LeftOutRow {
  readonly description: string;
  readonly reason: string;
}

const OF_SERVER = 'it names another server, with passwords';

/** Queries for objects without a schema that may have no dependencies. */
const QUERIES: readonly string[] = [
  `SELECT pg_describe_object('pg_publication'::regclass, oid, 0) AS description,
          'replication is set up on each server' AS reason FROM pg_catalog.pg_publication`,
  `SELECT 'subscription ' || subname AS description, 'replication is set up on each server' AS reason
   FROM pg_catalog.pg_subscription WHERE subdbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())`,
  `SELECT pg_describe_object('pg_foreign_data_wrapper'::regclass, w.oid, 0) AS description, '${OF_SERVER}' AS reason
   FROM pg_catalog.pg_foreign_data_wrapper w
   WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.objid = w.oid AND e.deptype = 'e')`,
  `SELECT pg_describe_object('pg_default_acl'::regclass, oid, 0) AS description, 'roles belong to the server' AS reason
   FROM pg_catalog.pg_default_acl`,
  `SELECT 'security labels on ' || count(*) || ' objects' AS description, 'they need a module of the server' AS reason
   FROM pg_catalog.pg_seclabel HAVING count(*) > 0`,
  `SELECT count(*) || ' large objects' AS description, 'they are rows' AS reason
   FROM pg_catalog.pg_largeobject_metadata HAVING count(*) > 0`,
  `SELECT 'comment on the database' AS description, 'the database is made before any revision runs' AS reason
   FROM pg_catalog.pg_database d WHERE d.datname = current_database() AND shobj_description(d.oid, 'pg_database') IS NOT NULL`,
  `SELECT 'setting ' || setting || coalesce(' of role ' || nullif(s.setrole, 0)::regrole, '') || ' of the database' AS description,
          'the database is made before any revision runs' AS reason
   FROM pg_catalog.pg_db_role_setting s CROSS JOIN unnest(s.setconfig) AS setting
   WHERE s.setdatabase = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())`,
  `SELECT 'tablespace ' || t.spcname || ' of ' || string_agg(c.oid::regclass::text, ', ' ORDER BY c.relname) AS description,
          'tablespaces belong to the server' AS reason
   FROM pg_catalog.pg_class c JOIN pg_catalog.pg_tablespace t ON t.oid = c.reltablespace
   WHERE (SELECT nspname FROM pg_catalog.pg_namespace WHERE oid = c.relnamespace) = ANY ($1::text[]) GROUP BY t.spcname`,
  `SELECT 'NOT NULL ' || k.conname || ' of table ' || k.conrelid::regclass || CASE WHEN k.convalidated THEN '' ELSE ' NOT VALID' END
          || CASE WHEN k.connoinherit THEN ' NO INHERIT' ELSE '' END AS description,
          'it is written as a plain NOT NULL' AS reason
   FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
   WHERE k.contype = 'n' AND (k.connoinherit OR NOT k.convalidated)
     AND (SELECT nspname FROM pg_catalog.pg_namespace WHERE oid = c.relnamespace) = ANY ($1::text[])`,
  `SELECT 'index ' || i.indexrelid::regclass || ' on table ' || i.indrelid::regclass AS description,
          'it is not valid: the statement that was to build it failed' AS reason
   FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
   WHERE NOT i.indisvalid AND c.relkind <> 'p' AND (SELECT nspname FROM pg_catalog.pg_namespace WHERE oid = c.relnamespace) = ANY ($1::text[])`,
];

/** The objects without a schema that no revision can create. */
export async function outsideOfSchemas(catalog: Catalog): Promise<readonly LeftOut[]> {
  const found: LeftOut[] = [];
  for (const query of QUERIES) {
    const asked = query.includes('$1') ? query : `SELECT * FROM (${query}) AS found WHERE $1::text[] IS NOT NULL`;
    found.push(...(await read<LeftOutRow>(catalog, `${asked} ORDER BY 1`)));
  }
  return found;
}

interface StrangerRow {
  readonly class: string;
  readonly oid: number;
  readonly description: string;
}

/** Selects objects of all kinds, except those created along with others and those of other schemas. */
const STRANGERS = `
  SELECT DISTINCT d.classid::regclass::text AS class, d.objid AS oid, pg_describe_object(d.classid, d.objid, 0) AS description
  FROM pg_catalog.pg_depend d
  CROSS JOIN LATERAL pg_identify_object(d.classid, d.objid, 0) i
  WHERE d.objid >= ${FIRST_OBJECT} AND (i.schema IS NULL OR i.schema = ANY ($1::text[]))
    AND d.classid NOT IN ('pg_default_acl'::regclass, 'pg_foreign_data_wrapper'::regclass, 'pg_publication'::regclass)
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend b
                    WHERE b.classid = d.classid AND b.objid = d.objid AND b.deptype IN ('i', 'a', 'P', 'S', 'e'))
  ORDER BY 1, 3`;

const REASONS: Readonly<Record<string, string>> = {
  pg_foreign_server: OF_SERVER,
  pg_user_mapping: OF_SERVER,
  pg_language: 'its functions in C have to be installed on the server',
  pg_am: 'its functions in C have to be installed on the server',
  pg_ts_parser: 'its functions in C have to be installed on the server',
  pg_ts_template: 'its functions in C have to be installed on the server',
};

const DESCRIBED = `
  SELECT o.class, o.oid, pg_describe_object(o.class::regclass, o.oid, 0) AS description
  FROM unnest($2::text[], $3::oid[]) AS o (class, oid) WHERE $1::text[] IS NOT NULL`;

/** Objects of other schemas, and excluded tables, if something needs them. */
export async function absentObjects(
  catalog: Catalog,
  missing: readonly { readonly class: string; readonly oid: number }[],
): Promise<readonly AbsentObject[]> {
  if (missing.length === 0) return [];
  const columns = [missing.map((object) => object.class), missing.map(({ oid }) => oid)];
  const rows = await read<StrangerRow>(catalog, DESCRIBED, ...columns);
  return rows.map((row) => ({ id: idOf(row), description: row.description }));
}

/** Objects of any kind that no other query finds, so that none is omitted silently. */
export async function strangers(catalog: Catalog, isKnown: (id: string) => boolean): Promise<readonly LeftOut[]> {
  const rows = await read<StrangerRow>(catalog, STRANGERS);
  return rows
    .filter((row) => !isKnown(idOf(row)))
    .map((row) => ({
      id: idOf(row),
      description: row.description,
      reason: REASONS[row.class] ?? 'there is no statement for it here',
    }));
}
