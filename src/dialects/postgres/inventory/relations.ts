import { type Catalog, nameSql, read } from './catalog.js';

/** A table, a view or a sequence, with what the model of a schema lacks. */
export interface RelationRow {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  /** The name as revisions write it. */
  readonly written: string;
  /** The same with its schema, as PostgreSQL prints it in the statements of what is a part of it. */
  readonly full: string;
  readonly description: string;
  readonly kind: 'r' | 'p' | 'v' | 'm' | 'S' | 'f';
  readonly isUnlogged: boolean;
  readonly options: readonly string[] | null;
  /** The access method, when it is not the default. */
  readonly method: string | null;
  /** Of a partition: the parent, and the bounds. */
  readonly parent: string | null;
  readonly parentOid: number | null;
  readonly bound: string | null;
  /** Of a partitioned table. */
  readonly partitionKey: string | null;
  readonly parents: readonly string[];
  readonly ofType: string | null;
  readonly isPopulated: boolean;
  /** ALTER TABLE clauses for settings that a new table lacks. */
  readonly settings: readonly string[];
  readonly tablespace: string | null;
}

/** A SQL expression: the storage options (`reloptions`) as they are written in WITH. */
const optionsOf = (relation: string, prefix = ''): string => `
  (SELECT array_agg('${prefix}' || quote_ident(o.option_name) || '=' || quote_literal(o.option_value))
   FROM pg_options_to_table(${relation}.reloptions) o)`;

const QUERY = `
  SELECT c.oid, n.nspname AS schema, c.relname AS name, ${nameSql('n.nspname', 'c.relname')} AS written,
         quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS full,
         pg_describe_object('pg_class'::regclass, c.oid, 0) AS description, c.relkind AS kind,
         c.relpersistence = 'u' AS "isUnlogged",
         array_cat(${optionsOf('c')}, ${optionsOf('toast', 'toast.')}) AS options,
         nullif(m.amname, current_setting('default_table_access_method')) AS method,
         CASE WHEN c.relispartition THEN parents.oids[1] END AS "parentOid",
         CASE WHEN c.relispartition THEN parents.names[1] END AS parent,
         CASE WHEN c.relispartition THEN pg_get_expr(c.relpartbound, c.oid) END AS bound,
         CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END AS "partitionKey",
         CASE WHEN c.relispartition THEN '{}' ELSE coalesce(parents.names, '{}') END AS parents,
         CASE WHEN c.reloftype <> 0 THEN c.reloftype::regtype::text END AS "ofType",
         c.relispopulated AS "isPopulated",
         array_remove(ARRAY[
           CASE WHEN c.relrowsecurity THEN 'ENABLE ROW LEVEL SECURITY' END,
           CASE WHEN c.relforcerowsecurity THEN 'FORCE ROW LEVEL SECURITY' END,
           CASE c.relreplident
             WHEN 'f' THEN 'REPLICA IDENTITY FULL'
             WHEN 'n' THEN 'REPLICA IDENTITY NOTHING'
             WHEN 'i' THEN 'REPLICA IDENTITY USING INDEX ' || (
               SELECT quote_ident(x.relname) FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
               WHERE i.indrelid = c.oid AND i.indisreplident) END,
           'CLUSTER ON ' || (
             SELECT quote_ident(x.relname) FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
             WHERE i.indrelid = c.oid AND i.indisclustered)], NULL) AS settings,
         t.spcname AS tablespace
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_class toast ON toast.oid = c.reltoastrelid
  LEFT JOIN pg_catalog.pg_am m ON m.oid = c.relam AND c.relkind IN ('r', 'm')
  LEFT JOIN pg_catalog.pg_tablespace t ON t.oid = c.reltablespace
  LEFT JOIN LATERAL (
    SELECT array_agg(i.inhparent ORDER BY i.inhseqno) AS oids,
           array_agg(i.inhparent::regclass::text ORDER BY i.inhseqno) AS names
    FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid) AS parents ON true
  WHERE n.nspname = ANY ($1::text[]) AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                    WHERE e.classid = 'pg_catalog.pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
  ORDER BY n.nspname, c.relname`;

export function readRelations(catalog: Catalog): Promise<RelationRow[]> {
  return read<RelationRow>(catalog, QUERY);
}

/** A column of a table as in CREATE TABLE, with what the model lacks. */
export interface ColumnRow {
  readonly relation: number;
  readonly number: number;
  readonly name: string;
  readonly text: string;
  /** Whether it is not inherited, or also defined in the table itself. */
  readonly isLocal: boolean;
  readonly expression: string | null;
  readonly attrdef: number | null;
  readonly isGenerated: boolean;
  readonly isNullable: boolean;
  /** The type with its schema, when an extension has it in another schema: the model omits that. */
  readonly farType: string | null;
  /** Whether its collation is in a schema other than the own one and that of PostgreSQL, which the model cannot express. */
  readonly hasFarCollation: boolean;
  /** ALTER TABLE clauses. */
  readonly settings: readonly string[];
}

const COLUMNS = `
  SELECT a.attrelid AS relation, a.attnum AS number, a.attname AS name, a.attislocal AS "isLocal", ad.oid AS attrdef,
         NOT a.attnotnull AS "isNullable", a.attgenerated <> '' AS "isGenerated",
         pg_get_expr(ad.adbin, ad.adrelid) AS expression,
         coalesce(l.collnamespace::regnamespace::text NOT IN ('pg_catalog', quote_ident(current_schema())), false)
           AND a.attcollation <> t.typcollation AS "hasFarCollation",
         (SELECT format_type(b.oid, a.atttypmod) FROM pg_catalog.pg_type b
          WHERE b.oid = CASE WHEN t.typcategory = 'A' AND t.typelem <> 0 THEN t.typelem ELSE t.oid END
            AND b.typtype <> 'e' AND (SELECT nspname FROM pg_catalog.pg_namespace WHERE oid = b.typnamespace) NOT IN ('pg_catalog', current_schema())) AS "farType",
         concat_ws(' ', quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
           CASE WHEN a.attcollation <> t.typcollation THEN 'COLLATE ' || a.attcollation::regcollation END,
           CASE WHEN a.attgenerated <> '' THEN
             'GENERATED ALWAYS AS (' || pg_get_expr(ad.adbin, ad.adrelid) || ') '
               || CASE a.attgenerated WHEN 's' THEN 'STORED' ELSE 'VIRTUAL' END
             ELSE 'DEFAULT ' || pg_get_expr(ad.adbin, ad.adrelid) END,
           CASE WHEN a.attnotnull THEN 'NOT NULL' END) AS text,
         array_remove(ARRAY[
           CASE WHEN a.attstorage <> t.typstorage THEN 'SET STORAGE ' ||
             CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END END,
           CASE a.attcompression WHEN 'p' THEN 'SET COMPRESSION pglz' WHEN 'l' THEN 'SET COMPRESSION lz4' END,
           CASE WHEN a.attstattarget >= 0 THEN 'SET STATISTICS ' || a.attstattarget END,
           'SET (' || array_to_string(a.attoptions, ', ') || ')'], NULL) AS settings
  FROM pg_catalog.pg_attribute a
  JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
  JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_catalog.pg_collation l ON l.oid = a.attcollation
  LEFT JOIN pg_catalog.pg_attrdef ad ON ad.adrelid = a.attrelid AND ad.adnum = a.attnum
  WHERE (SELECT nspname FROM pg_catalog.pg_namespace WHERE oid = c.relnamespace) = ANY ($1::text[]) AND c.relkind IN ('r', 'p', 'v', 'm')
    AND a.attnum > 0 AND NOT a.attisdropped
  ORDER BY a.attrelid, a.attnum`;

export function readColumns(catalog: Catalog): Promise<ColumnRow[]> {
  return read<ColumnRow>(catalog, COLUMNS);
}
