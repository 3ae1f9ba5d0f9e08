/*
 * Queries of the catalog; their number does not depend on that of the objects.
 *
 * Not part of a schema are the objects of extensions, the partitions of a table, and invalid indexes, which a failed build
 * leaves behind.
 */

/** A SQL condition: the object does not belong to an extension. */
const notOfExtension = (catalog: string, oid: string): string =>
  `NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
     WHERE e.classid = '${catalog}'::regclass AND e.objid = ${oid} AND e.deptype = 'e')`;

/**
 * A join of what depends on a schema (`n`), as `member`: relations and types have no index by schema, and a scan of all of a catalog
 * with thousands of schemas takes longer than all else.
 */
const inSchema = (catalog: string): string =>
  `JOIN pg_catalog.pg_depend member
    ON member.refclassid = 'pg_namespace'::regclass AND member.refobjid = n.oid AND member.classid = '${catalog}'::regclass`;

/**
 * Selects the relations of schemas ($1) that have one of the names $2, or all of them when $2 is null.
 *
 * The other queries take their oids, for which the server finds a good plan whatever their number is.
 */
export const relationsQuery = `
  SELECT c.oid, n.nspname AS schema, c.relname AS name, c.relkind AS kind, d.description AS comment,
         CASE WHEN c.relkind = 'r' THEN
           (WITH RECURSIVE ancestors AS (
              SELECT i.inhparent FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid
              UNION
              SELECT i.inhparent FROM ancestors a JOIN pg_catalog.pg_inherits i ON i.inhrelid = a.inhparent)
            SELECT array_agg(ARRAY[pn.nspname::text, p.relname::text] ORDER BY pn.nspname, p.relname)
            FROM ancestors a
            JOIN pg_catalog.pg_class p ON p.oid = a.inhparent
            JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace) END AS inherits,
         CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END AS "partitionedBy"
  FROM pg_catalog.pg_namespace n
  ${inSchema('pg_class')}
  JOIN pg_catalog.pg_class c ON c.oid = member.objid AND c.relnamespace = n.oid
  LEFT JOIN pg_catalog.pg_description d
    ON d.classoid = 'pg_class'::regclass AND d.objoid = c.oid AND d.objsubid = 0
  WHERE n.nspname = ANY ($1::text[]) AND c.relkind IN ('r', 'p', 'v', 'm', 'S') AND NOT c.relispartition
    AND ($2::text[] IS NULL OR c.relname = ANY ($2::text[]))
    AND ${notOfExtension('pg_class', 'c.oid')}
  ORDER BY n.nspname, c.relname`;

/**
 * A SQL expression: the base type of a domain, and the constraints of it and of the domains that it is based on, as JSON.
 */
const domainOf = (oid: string): string => `(
    WITH RECURSIVE chain AS (
      SELECT y.*, 1 AS depth FROM pg_catalog.pg_type y WHERE y.oid = ${oid}
      UNION ALL
      SELECT y.*, c.depth + 1 FROM chain c JOIN pg_catalog.pg_type y ON y.oid = c.typbasetype WHERE y.typtype = 'd')
    SELECT json_build_object(
      'base', (SELECT format_type(c.typbasetype, c.typtypmod) FROM chain c ORDER BY c.depth DESC LIMIT 1),
      'rules',
        ARRAY(SELECT pg_get_constraintdef(k.oid) FROM chain c
              JOIN pg_catalog.pg_constraint k ON k.contypid = c.oid AND k.contype = 'c' ORDER BY c.depth, k.conname)
        || ARRAY(SELECT 'NOT NULL' FROM chain c WHERE c.typnotnull LIMIT 1)
        || ARRAY(SELECT 'DEFAULT ' || c.typdefault FROM chain c WHERE c.typdefault IS NOT NULL ORDER BY c.depth LIMIT 1)))`;

/** Selects the columns of tables ($1, oids). */
export const columnsQuery = `
  SELECT a.attrelid AS relation, a.attname AS name, NOT a.attnotnull AS nullable,
         base.oid <> t.oid AS "isArray", base.typtype = 'e' AS "isEnum",
         base.typname AS "typeName", bn.nspname AS "typeSchema",
         format_type(base.oid, a.atttypmod) AS type,
         CASE WHEN bn.nspname <> 'pg_catalog' THEN NOT (${notOfExtension('pg_type', 'base.oid')}) END AS "isExtension",
         printed.expression, a.attgenerated AS generated, a.attidentity AS identity,
         CASE WHEN printed.expression LIKE 'nextval(%' THEN EXISTS (
           SELECT FROM pg_catalog.pg_depend uses
           JOIN pg_catalog.pg_depend own
             ON own.classid = 'pg_class'::regclass AND own.objid = uses.refobjid AND own.deptype = 'a'
             AND own.refclassid = 'pg_class'::regclass AND own.refobjid = a.attrelid AND own.refobjsubid = a.attnum
           WHERE uses.classid = 'pg_attrdef'::regclass AND uses.objid = ad.oid
             AND uses.refclassid = 'pg_class'::regclass) END AS serial,
         CASE WHEN a.attcollation <> t.typcollation THEN l.collname END AS collation,
         d.description AS comment,
         CASE WHEN base.typtype = 'd' THEN ${domainOf('base.oid')} END AS domain
  FROM pg_catalog.pg_attribute a
  JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
  JOIN pg_catalog.pg_type base
    ON base.oid = CASE WHEN t.typcategory = 'A' AND t.typelem <> 0 THEN t.typelem ELSE t.oid END
  JOIN pg_catalog.pg_namespace bn ON bn.oid = base.typnamespace
  LEFT JOIN pg_catalog.pg_attrdef ad ON ad.adrelid = a.attrelid AND ad.adnum = a.attnum
  -- OFFSET 0 keeps the server from evaluating pg_get_expr again wherever the expression is used.
  CROSS JOIN LATERAL (SELECT pg_get_expr(ad.adbin, ad.adrelid) AS expression OFFSET 0) AS printed
  LEFT JOIN pg_catalog.pg_collation l ON l.oid = a.attcollation
  LEFT JOIN pg_catalog.pg_description d
    ON d.classoid = 'pg_class'::regclass AND d.objoid = a.attrelid AND d.objsubid = a.attnum
  WHERE a.attrelid = ANY ($1::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
  ORDER BY a.attrelid, a.attnum`;

/**
 * A SQL expression: the names of columns by their numbers. Most keys have one column, for which a lookup is three times as
 * fast.
 */
const columnNames = (relation: string, numbers: string): string =>
  `CASE WHEN cardinality(${numbers}) = 1
     THEN ARRAY[(SELECT a.attname::text FROM pg_catalog.pg_attribute a
                 WHERE a.attrelid = ${relation} AND a.attnum = (${numbers})[1])]
     ELSE ARRAY(SELECT a.attname::text FROM unnest(${numbers}) WITH ORDINALITY AS place (number, position)
       JOIN pg_catalog.pg_attribute a ON a.attrelid = ${relation} AND a.attnum = place.number ORDER BY place.position)
   END`;

/** Selects the constraints of tables ($1, oids); of those on NOT NULL only the ones that are NOT VALID. */
export const constraintsQuery = `
  SELECT k.conrelid AS relation, k.conname AS name, k.contype AS kind,
         ${columnNames('k.conrelid', 'k.conkey')} AS columns,
         CASE k.contype
           WHEN 'c' THEN pg_get_expr(k.conbin, k.conrelid)
           WHEN 'x' THEN pg_get_constraintdef(k.oid)
         END AS definition,
         -- A constraint that is NOT ENFORCED is not valid either, but cannot be validated.
         NOT k.convalidated AND pg_get_constraintdef(k.oid) LIKE '% NOT VALID' AS "notValid",
         k.condeferrable AS deferrable, k.condeferred AS deferred,
         k.confdeltype AS "onDelete", k.confupdtype AS "onUpdate",
         f.relname AS "targetName", fn.nspname AS "targetSchema",
         CASE k.contype WHEN 'f' THEN ${columnNames('k.confrelid', 'k.confkey')} END AS "targetColumns"
  FROM pg_catalog.pg_constraint k
  LEFT JOIN pg_catalog.pg_class f ON f.oid = k.confrelid
  LEFT JOIN pg_catalog.pg_namespace fn ON fn.oid = f.relnamespace
  WHERE k.conrelid = ANY ($1::oid[]) AND k.conparentid = 0
    AND (k.contype IN ('p', 'u', 'c', 'x', 'f') OR (k.contype = 'n' AND NOT k.convalidated))
  ORDER BY k.conrelid, k.conname`;

/** Selects the indexes of tables and materialised views ($1, oids), except those of constraints. */
export const indexesQuery = `
  SELECT i.indrelid AS relation, c.relname AS name, i.indisunique AS unique, m.amname AS method,
         pg_get_expr(i.indpred, i.indrelid) AS predicate, i.indexprs IS NOT NULL AS "hasExpressions",
         keys.names, keys.options,
         CASE WHEN i.indnatts > i.indnkeyatts
           THEN ARRAY(SELECT pg_get_indexdef(i.indexrelid, k, true)
                      FROM generate_series(i.indnkeyatts + 1, i.indnatts) AS k) END AS include,
         i.indisunique
           AND pg_get_indexdef(i.indexrelid) ~ '\\) NULLS NOT DISTINCT( WITH | TABLESPACE | WHERE |$)'
           AS "nullsNotDistinct"
  FROM pg_catalog.pg_index i
  JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
  JOIN pg_catalog.pg_am m ON m.oid = c.relam
  CROSS JOIN LATERAL (
    SELECT array_agg(
             CASE WHEN i.indexprs IS NULL THEN a.attname::text ELSE pg_get_indexdef(i.indexrelid, k, false) END
             ORDER BY k) AS names,
           array_agg(concat_ws(' ',
             CASE WHEN i.indcollation[k - 1] <> a.attcollation AND i.indcollation[k - 1] <> 0
               THEN 'COLLATE ' || (SELECT quote_ident(l.collname) FROM pg_catalog.pg_collation l
                                   WHERE l.oid = i.indcollation[k - 1]) END,
             CASE WHEN NOT o.opcdefault THEN quote_ident(o.opcname) END,
             CASE WHEN m.amname = 'btree' THEN
               CASE i.indoption[k - 1] WHEN 1 THEN 'DESC NULLS LAST' WHEN 2 THEN 'NULLS FIRST' WHEN 3 THEN 'DESC' END
             END) ORDER BY k) AS options
    FROM generate_series(1, i.indnkeyatts) AS k
    JOIN pg_catalog.pg_opclass o ON o.oid = i.indclass[k - 1]
    LEFT JOIN pg_catalog.pg_attribute a
      ON a.attrelid = i.indrelid AND a.attnum = i.indkey[k - 1] AND i.indkey[k - 1] <> 0
  ) AS keys
  WHERE i.indrelid = ANY ($1::oid[]) AND i.indisvalid
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint x
                    WHERE x.conrelid = i.indrelid AND x.conindid = i.indexrelid AND x.contype IN ('p', 'u', 'x'))
  ORDER BY i.indrelid, c.relname`;

/** Selects the definitions of views ($1, oids), and the relations that they read (`uses`). */
export const viewsQuery = `
  SELECT v.oid AS relation, pg_get_viewdef(v.oid) AS definition,
         (SELECT array_agg(DISTINCT ARRAY[n.nspname::text, c.relname::text])
          FROM pg_catalog.pg_rewrite r
          JOIN pg_catalog.pg_depend d
            ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
          JOIN pg_catalog.pg_class c ON c.oid = d.refobjid AND c.oid <> v.oid AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
          JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
          WHERE r.ev_class = v.oid) AS uses
  FROM unnest($1::oid[]) AS v (oid)`;

/**
 * Selects the options of sequences ($1, oids), except those that a column owns; start and limits are null when they are
 * the default.
 */
export const sequencesQuery = `
  SELECT q.seqrelid AS relation, q.seqcycle AS cycle, q.seqincrement::text AS increment,
         nullif(q.seqmin, of_itself.lowest)::text AS min, nullif(q.seqmax, of_itself.highest)::text AS max,
         nullif(q.seqstart, CASE WHEN q.seqincrement > 0 THEN q.seqmin ELSE q.seqmax END)::text AS start
  FROM pg_catalog.pg_sequence q
  CROSS JOIN LATERAL (
    SELECT CASE q.seqtypid WHEN 'int2'::regtype THEN 32767 WHEN 'int4'::regtype THEN 2147483647
                           ELSE 9223372036854775807 END AS most
  ) AS of_type
  CROSS JOIN LATERAL (
    SELECT CASE WHEN q.seqincrement > 0 THEN 1 ELSE -of_type.most - 1 END AS lowest,
           CASE WHEN q.seqincrement > 0 THEN of_type.most ELSE -1 END AS highest
  ) AS of_itself
  WHERE q.seqrelid = ANY ($1::oid[])
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                    WHERE d.classid = 'pg_class'::regclass AND d.objid = q.seqrelid AND d.deptype IN ('a', 'i')
                      AND d.refclassid = 'pg_class'::regclass)`;

/** Selects the enum types of schemas ($1, names). */
export const enumsQuery = `
  SELECT n.nspname AS schema, t.typname AS name, array_agg(e.enumlabel::text ORDER BY e.enumsortorder) AS values
  FROM pg_catalog.pg_namespace n
  ${inSchema('pg_type')}
  JOIN pg_catalog.pg_type t ON t.oid = member.objid AND t.typnamespace = n.oid
  JOIN pg_catalog.pg_enum e ON e.enumtypid = t.oid
  WHERE n.nspname = ANY ($1::text[]) AND ${notOfExtension('pg_type', 't.oid')}
  GROUP BY n.nspname, t.typname
  ORDER BY n.nspname, t.typname`;

/** Selects one row: the extensions of the database, and those of the schemas ($1, names) that exist. */
export const surroundingsQuery = `
  SELECT ARRAY(SELECT x.extname::text FROM pg_catalog.pg_extension x WHERE x.extname <> 'plpgsql' ORDER BY 1) AS extensions,
         ARRAY(SELECT n.nspname::text FROM pg_catalog.pg_namespace n
               WHERE n.nspname = ANY ($1::text[]) ORDER BY 1) AS schemas`;

/** Selects the schemas that belong neither to the server nor to an extension. */
export const schemasQuery = `
  SELECT n.nspname::text AS name FROM pg_catalog.pg_namespace n
  WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' AND ${notOfExtension('pg_namespace', 'n.oid')}
  ORDER BY 1`;
