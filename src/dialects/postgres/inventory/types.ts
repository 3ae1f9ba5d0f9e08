import { type DatabaseObject, type LeftOut, RANKS } from '../../inventory.js';
import { type Catalog, idOf, createdByUsers, nameSql, read, sqlObjects } from './catalog.js';

const head = (kind: string): string => `
  SELECT 'pg_type' AS class, t.oid, n.nspname AS schema, pg_describe_object('pg_type'::regclass, t.oid, 0) AS description,
         ARRAY['DROP ${kind} ' || ${nameSql('n.nspname', 't.typname')}] AS downgrade,`;

const from = (kind: string): string => `
  FROM pg_catalog.pg_type t
  JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
  WHERE n.nspname = ANY ($1::text[]) AND t.typtype = '${kind}' AND ${createdByUsers('pg_type', 't.oid')}`;

const collate = (collation: string, type: string): string =>
  `CASE WHEN ${collation} <> (SELECT b.typcollation FROM pg_catalog.pg_type b WHERE b.oid = ${type})
     THEN ' COLLATE ' || ${collation}::regcollation ELSE '' END`;

const checks = (condition: string, separator: string, before: string): string => `
  (SELECT string_agg('${before}CONSTRAINT ' || quote_ident(k.conname) || ' ' || pg_get_constraintdef(k.oid), '${separator}' ORDER BY k.conname)
   FROM pg_catalog.pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c' AND ${condition})`;

const DOMAINS = `${head('DOMAIN')}
         array_remove(ARRAY[
           'CREATE DOMAIN ' || ${nameSql('n.nspname', 't.typname')} || ' AS ' || format_type(t.typbasetype, t.typtypmod)
             || ${collate('t.typcollation', 't.typbasetype')}
             || coalesce(' DEFAULT ' || pg_get_expr(t.typdefaultbin, 'pg_type'::regclass), '')
             || CASE WHEN t.typnotnull THEN ' NOT NULL' ELSE '' END
             || coalesce(' ' || ${checks('k.convalidated', ' ', '')}, ''),
           'ALTER DOMAIN ' || ${nameSql('n.nspname', 't.typname')} || ' '
             || ${checks('NOT k.convalidated', ', ', 'ADD ')}], NULL) AS upgrade ${from('d')}`;

/** Selects composite types; their columns are those of a relation in pg_class. */
const COMPOSITES = `${head('TYPE')}
         ARRAY['CREATE TYPE ' || ${nameSql('n.nspname', 't.typname')} || ' AS ('
           || coalesce((SELECT string_agg(quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod)
                                          || ${collate('a.attcollation', 'a.atttypid')}, ', ' ORDER BY a.attnum)
                        FROM pg_catalog.pg_attribute a
                        WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped), '') || ')'] AS upgrade
         ${from('c')} AND EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c')`;

const RANGES = `${head('TYPE')}
         ARRAY['CREATE TYPE ' || ${nameSql('n.nspname', 't.typname')} || ' AS RANGE (' || (
           SELECT concat_ws(', ', 'SUBTYPE = ' || format_type(r.rngsubtype, NULL),
             CASE WHEN NOT o.opcdefault THEN 'SUBTYPE_OPCLASS = ' || ${nameSql('opn.nspname', 'o.opcname')} END,
             CASE WHEN r.rngcollation <> s.typcollation THEN 'COLLATION = ' || r.rngcollation::regcollation END,
             'CANONICAL = ' || nullif(r.rngcanonical::oid, 0)::regproc, 'SUBTYPE_DIFF = ' || nullif(r.rngsubdiff::oid, 0)::regproc,
             'MULTIRANGE_TYPE_NAME = ' || r.rngmultitypid::regtype)
           FROM pg_catalog.pg_range r
           JOIN pg_catalog.pg_type s ON s.oid = r.rngsubtype
           JOIN pg_catalog.pg_opclass o ON o.oid = r.rngsubopc
           JOIN pg_catalog.pg_namespace opn ON opn.oid = o.opcnamespace
           WHERE r.rngtypid = t.oid) || ')'] AS upgrade ${from('r')}`;

/** Selects base types, which consist of functions in C; an array type is created along with its element type. */
const BASE = `
  SELECT 'pg_type' AS class, t.oid, pg_describe_object('pg_type'::regclass, t.oid, 0) AS description ${from('b')}`;

/** Domains, composite types and ranges; enum types are in the model of a schema. */
export async function types(catalog: Catalog): Promise<readonly DatabaseObject[]> {
  const found: DatabaseObject[] = [];
  for (const query of [DOMAINS, COMPOSITES, RANGES]) found.push(...(await sqlObjects(catalog, query, RANKS.type)));
  return found;
}

export async function baseTypes(catalog: Catalog): Promise<readonly LeftOut[]> {
  const rows = await read<{ class: string; oid: number; description: string }>(catalog, BASE);
  return rows.map((row) => ({
    id: idOf(row),
    description: row.description,
    reason: 'it is made of functions in C, which have to be installed on the server',
  }));
}
