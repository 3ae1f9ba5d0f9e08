/**
 * What stands in the way when columns change their type, and the SQL that takes it away and puts it back.
 *
 * Each query takes the tables ($1) and the columns ($2), position by position. Names come back with their schema.
 */

const touched = `
  WITH RECURSIVE base AS (
    SELECT a.attrelid, a.attnum
    FROM unnest($1::text[], $2::text[]) AS wanted (relation, name)
    JOIN pg_catalog.pg_attribute a
      ON a.attrelid = to_regclass(wanted.relation) AND a.attname = wanted.name AND NOT a.attisdropped
  ), generated AS (
    SELECT DISTINCT a.attrelid, a.attnum
    FROM base b
    JOIN pg_catalog.pg_depend d
      ON d.refclassid = 'pg_class'::regclass AND d.refobjid = b.attrelid AND d.refobjsubid = b.attnum
    JOIN pg_catalog.pg_attrdef ad
      ON (d.classid = 'pg_attrdef'::regclass AND d.objid = ad.oid)
      OR (d.classid = 'pg_class'::regclass AND d.objid = ad.adrelid AND d.objsubid = ad.adnum)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = ad.adrelid AND a.attnum = ad.adnum AND a.attgenerated <> ''
    WHERE (a.attrelid, a.attnum) NOT IN (SELECT attrelid, attnum FROM base)
  ), recreated AS (
    SELECT attrelid, attnum FROM generated
    UNION SELECT attrelid, attnum FROM base WHERE $3::boolean
  )`;

/** Generated columns that are computed from the columns, with their definitions. */
export const generatedColumnsQuery = `${touched}
  SELECT format('%I.%I', n.nspname, c.relname) AS relation, quote_ident(a.attname) AS name,
         concat_ws(' ', quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
           (SELECT 'COLLATE ' || quote_ident(l.collname) FROM pg_catalog.pg_collation l
             JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
             WHERE l.oid = a.attcollation AND a.attcollation <> t.typcollation),
           'GENERATED ALWAYS AS (' || pg_get_expr(ad.adbin, ad.adrelid) || ')',
           CASE a.attgenerated WHEN 's' THEN 'STORED' ELSE 'VIRTUAL' END,
           CASE WHEN a.attnotnull THEN 'NOT NULL' END) AS definition,
         col_description(a.attrelid, a.attnum) AS comment
  FROM generated g
  JOIN pg_catalog.pg_attribute a ON a.attrelid = g.attrelid AND a.attnum = g.attnum
  JOIN pg_catalog.pg_attrdef ad ON ad.adrelid = a.attrelid AND ad.adnum = a.attnum
  JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  ORDER BY 1, a.attnum`;

/**
 * Views, and views on those, deepest last.
 *
 * Beside the definition: storage options, owner, privileges, comment, triggers, and the indexes of materialised views.
 */
export const viewsQuery = `${touched}, reached AS (
    SELECT r.ev_class AS oid, 1 AS depth
    FROM (SELECT * FROM base UNION SELECT * FROM generated) t
    JOIN pg_catalog.pg_depend d
      ON d.refclassid = 'pg_class'::regclass AND d.refobjid = t.attrelid AND d.refobjsubid = t.attnum
      AND d.classid = 'pg_rewrite'::regclass
    JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid AND r.ev_class <> t.attrelid
    UNION
    SELECT r.ev_class, v.depth + 1
    FROM reached v
    JOIN pg_catalog.pg_depend d
      ON d.refclassid = 'pg_class'::regclass AND d.refobjid = v.oid AND d.classid = 'pg_rewrite'::regclass
    JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid AND r.ev_class <> v.oid
  ), views AS (SELECT oid, max(depth) AS depth FROM reached GROUP BY oid),
  named AS (
    SELECT v.depth, c.*, format('%I.%I', n.nspname, c.relname) AS name,
           CASE c.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END AS kind
    FROM views v
    JOIN pg_catalog.pg_class c ON c.oid = v.oid AND c.relkind IN ('v', 'm')
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  )
  SELECT format('DROP %s %s', kind, name) AS drop,
    ARRAY[format('CREATE %s %s%s AS %s', kind, name, ' WITH (' || array_to_string(reloptions, ', ') || ')',
            rtrim(pg_get_viewdef(oid), ';'))]
    || ARRAY(SELECT pg_get_indexdef(i.indexrelid) FROM pg_catalog.pg_index i WHERE i.indrelid = named.oid ORDER BY 1)
    || ARRAY(SELECT pg_get_triggerdef(t.oid) FROM pg_catalog.pg_trigger t
             WHERE t.tgrelid = named.oid AND NOT t.tgisinternal ORDER BY 1)
    || ARRAY(SELECT format('COMMENT ON %s %s IS %L', kind, name, d.description) FROM pg_catalog.pg_description d
             WHERE d.classoid = 'pg_class'::regclass AND d.objoid = named.oid AND d.objsubid = 0)
    || ARRAY(SELECT format('ALTER %s %s OWNER TO %I', kind, name, pg_get_userbyid(relowner))
             WHERE pg_get_userbyid(relowner) <> current_user)
    || ARRAY(SELECT format('GRANT %s ON %s TO %s%s', g.privilege_type, name,
                      CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END,
                      CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
             FROM aclexplode(relacl) g WHERE g.grantee <> relowner) AS restore
  FROM named
  ORDER BY depth, name`;

/**
 * Constraints, indexes and triggers.
 *
 * All of those of columns that are made anew; of columns that change from or to an enum ($4) those whose text names
 * the type, and foreign keys, whose two sides change one after the other; of all columns the triggers that name them.
 */
export const attachmentsQuery = `${touched}, constraints AS (
    SELECT DISTINCT k.oid, k.conrelid, k.conname, k.contype
    FROM pg_catalog.pg_constraint k
    JOIN (SELECT *, true AS whole FROM recreated UNION ALL SELECT *, false FROM base WHERE $4::boolean) t
      ON (k.conrelid = t.attrelid AND t.attnum = ANY (k.conkey))
      OR (k.contype = 'f' AND k.confrelid = t.attrelid AND t.attnum = ANY (k.confkey))
    WHERE k.conparentid = 0 AND k.coninhcount = 0
      AND (k.contype IN ('c', 'f', 'x') OR (t.whole AND k.contype IN ('p', 'u')))
  ), indexes AS (
    SELECT DISTINCT i.indexrelid
    FROM pg_catalog.pg_index i
    JOIN (SELECT *, true AS whole FROM recreated UNION ALL SELECT *, false FROM base WHERE $4::boolean) t
      ON i.indrelid = t.attrelid
    JOIN pg_catalog.pg_depend d
      ON d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid
      AND d.refclassid = 'pg_class'::regclass AND d.refobjid = t.attrelid AND d.refobjsubid = t.attnum
    WHERE (t.whole OR i.indpred IS NOT NULL OR i.indexprs IS NOT NULL)
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid = i.indexrelid)
  ), triggers AS (
    SELECT DISTINCT g.oid
    FROM (SELECT * FROM base UNION SELECT * FROM generated) t
    JOIN pg_catalog.pg_depend d
      ON d.refclassid = 'pg_class'::regclass AND d.refobjid = t.attrelid AND d.refobjsubid = t.attnum
      AND d.classid = 'pg_trigger'::regclass
    JOIN pg_catalog.pg_trigger g ON g.oid = d.objid AND NOT g.tgisinternal
  )
  SELECT rank, format('ALTER TABLE %I.%I DROP CONSTRAINT %I', n.nspname, c.relname, k.conname) AS drop,
         format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s', n.nspname, c.relname, k.conname,
           pg_get_constraintdef(k.oid)) AS restore
  FROM constraints k
  JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  CROSS JOIN LATERAL (SELECT CASE k.contype WHEN 'f' THEN 3 ELSE 1 END AS rank) r
  UNION ALL
  SELECT 2, format('DROP INDEX %I.%I', n.nspname, c.relname), pg_get_indexdef(x.indexrelid)
  FROM indexes x
  JOIN pg_catalog.pg_class c ON c.oid = x.indexrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  UNION ALL
  SELECT 4, format('DROP TRIGGER %I ON %I.%I', g.tgname, n.nspname, c.relname), pg_get_triggerdef(g.oid)
  FROM triggers x
  JOIN pg_catalog.pg_trigger g ON g.oid = x.oid
  JOIN pg_catalog.pg_class c ON c.oid = g.tgrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  ORDER BY 1, 2`;
