import type { LeftOut } from '../../inventory.js';
import { type Catalog, FIRST_OBJECT, nameSql, read } from './catalog.js';

/** Selects all objects that have an owner and privileges, with the keyword and the name for GRANT. */
const OWNED = `
  SELECT c.oid, CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind,
         ${nameSql('n.nspname', 'c.relname')} AS name, c.relowner AS owner, c.relacl AS acl, '' AS columns,
         CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char" AS class
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = ANY ($1::text[]) AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.objid = c.oid AND e.deptype = 'e')
  UNION ALL
  SELECT c.oid, 'TABLE', ${nameSql('n.nspname', 'c.relname')}, c.relowner, a.attacl, ' (' || quote_ident(a.attname) || ')', 'c'
  FROM pg_catalog.pg_attribute a
  JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = ANY ($1::text[]) AND a.attacl IS NOT NULL
  UNION ALL
  SELECT p.oid, 'ROUTINE', p.oid::regprocedure::text, p.proowner, p.proacl, '', 'f'
  FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
  WHERE n.nspname = ANY ($1::text[])
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.objid = p.oid AND e.deptype IN ('e', 'i'))
  UNION ALL
  SELECT t.oid, 'TYPE', t.oid::regtype::text, t.typowner, t.typacl, '', 'T'
  FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
  WHERE n.nspname = ANY ($1::text[])
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.objid = t.oid AND e.deptype IN ('e', 'i'))
    AND (t.typtype IN ('d', 'e', 'r') OR EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c'))
  UNION ALL
  SELECT n.oid, 'SCHEMA', quote_ident(n.nspname), n.nspowner, n.nspacl, '', 'n'
  FROM pg_catalog.pg_namespace n WHERE n.nspname = ANY ($1::text[]) AND n.oid >= ${FIRST_OBJECT}`;

/** Selects the grants beyond the default privileges, and the revocations of those; equal grants are combined. */
const GRANTS = `
  WITH owned AS (${OWNED}),
  changed AS (
    SELECT o.kind, o.name, o.columns, g.grantee, g.privilege_type AS privilege, g.is_grantable AS "isGrantable", true AS granted
    FROM owned o CROSS JOIN LATERAL aclexplode(o.acl) g
    WHERE g.grantee <> o.owner AND NOT EXISTS (
      SELECT FROM aclexplode(acldefault(o.class, o.owner)) d
      WHERE d.grantee = g.grantee AND d.privilege_type = g.privilege_type)
    UNION ALL
    SELECT o.kind, o.name, o.columns, d.grantee, d.privilege_type, false, false
    FROM owned o CROSS JOIN LATERAL aclexplode(acldefault(o.class, o.owner)) d
    WHERE o.acl IS NOT NULL AND o.class <> 'c' AND NOT EXISTS (
      SELECT FROM aclexplode(o.acl) g WHERE g.grantee = d.grantee AND g.privilege_type = d.privilege_type)),
  by_object AS (
    SELECT kind, name, grantee, granted, "isGrantable",
           string_agg(privilege || columns, ', ' ORDER BY privilege, columns) AS privileges
    FROM changed WHERE name <> ALL ($2::text[]) GROUP BY kind, name, grantee, granted, "isGrantable")
  SELECT CASE WHEN granted THEN 'GRANT ' ELSE 'REVOKE ' END || privileges || ' ON ' || kind || ' '
           || string_agg(name, ', ' ORDER BY name) || CASE WHEN granted THEN ' TO ' ELSE ' FROM ' END
           || CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END
           || CASE WHEN "isGrantable" THEN ' WITH GRANT OPTION' ELSE '' END AS text
  FROM by_object GROUP BY kind, grantee, granted, "isGrantable", privileges ORDER BY 1`;

const OWNERS = `
  WITH owned AS (${OWNED})
  SELECT 'owner ' || owner::regrole || ' of ' || CASE count(DISTINCT name) WHEN 1 THEN min(lower(kind) || ' ' || name)
           ELSE count(DISTINCT name) || ' objects' END AS text
  FROM owned WHERE owner <> current_user::regrole AND name <> ALL ($2::text[]) GROUP BY owner ORDER BY 1`;

/**
 * Privileges and owners. They are only listed: roles belong to the server, and another server may not have them.
 *
 * @param hidden names of the excluded tables
 */
export async function privileges(catalog: Catalog, hidden: readonly string[]): Promise<readonly LeftOut[]> {
  const owners = await read<{ text: string }>(catalog, OWNERS, hidden);
  const grants = await read<{ text: string }>(catalog, GRANTS, hidden);
  return [
    ...owners.map(({ text }) => ({ description: text, reason: 'all belongs to whoever runs the revision' })),
    ...grants.map(({ text }) => ({ description: text, reason: 'roles belong to the server' })),
  ];
}
