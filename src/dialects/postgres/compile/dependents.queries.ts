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

/** The rank of what may stand on views: it goes before them and comes back after them. */
export const RANK_OUTSIDE = 7;

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

/** From the views that were reached to those on them. */
const stepUp = `SELECT r.ev_class, v.depth + 1
    FROM reached v
    JOIN pg_catalog.pg_depend d
      ON d.refclassid = 'pg_class'::regclass AND d.refobjid = v.oid AND d.classid = 'pg_rewrite'::regclass
    JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid AND r.ev_class <> v.oid
    JOIN pg_catalog.pg_class c ON c.oid = r.ev_class AND c.relkind IN ('v', 'm')`;

/** Views on the columns, and views on those, with how deep they stand. */
const reached = `${touched}, reached AS (
    SELECT r.ev_class AS oid, 1 AS depth
    FROM (SELECT * FROM base UNION SELECT * FROM generated) t
    JOIN pg_catalog.pg_depend d
      ON d.refclassid = 'pg_class'::regclass AND d.refobjid = t.attrelid AND d.refobjsubid = t.attnum
      AND d.classid = 'pg_rewrite'::regclass
    JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid AND r.ev_class <> t.attrelid
    JOIN pg_catalog.pg_class c ON c.oid = r.ev_class AND c.relkind IN ('v', 'm')
    UNION
    ${stepUp}
  )`;

const grantee = `CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END ||
  CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END`;

/** The privileges on columns of a relation that has a name, those of its owner apart. */
const columnGrants = (relation: string, name: string, which: string): string =>
  `ARRAY(SELECT format('GRANT %s (%I) ON %s TO %s', g.privilege_type, a.attname, ${name}, ${grantee})
         FROM pg_catalog.pg_attribute a CROSS JOIN LATERAL aclexplode(a.attacl) g
         WHERE a.attrelid = ${relation} AND a.attnum > 0 AND NOT a.attisdropped AND ${which}
         ORDER BY a.attnum, 1)`;

const commentOf = (kind: string, name: string, catalog: string, oid: string): string =>
  `ARRAY(SELECT format('COMMENT ON ${kind} %s IS %L', ${name}, e.description) FROM pg_catalog.pg_description e
         WHERE e.classoid = '${catalog}'::regclass AND e.objoid = ${oid} AND e.objsubid = 0)`;

/** A trigger or a rule that fires otherwise than a new one does. */
const firing = (kind: string, relation: string, name: string, state: string): string =>
  `ARRAY(SELECT format('ALTER TABLE %s %s ${kind} %I', ${relation},
           CASE ${state} WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END, ${name})
         WHERE ${state} <> 'O')`;

/** A view ($1) at depth 0, and the views on it. */
const viewAndAbove = `WITH RECURSIVE reached AS (
    SELECT to_regclass($1)::oid AS oid, 0 AS depth
    UNION
    ${stepUp}
  )`;

/**
 * The views that were reached, deepest last.
 *
 * Beside the definition: storage options, owner, privileges, comments, defaults, triggers, rules, and the indexes of
 * materialised views.
 */
const describedViews = `, views AS (SELECT oid, max(depth) AS depth FROM reached GROUP BY oid),
  named AS (
    SELECT v.depth, c.*, format('%I.%I', n.nspname, c.relname) AS name,
           CASE c.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END AS kind
    FROM views v
    JOIN pg_catalog.pg_class c ON c.oid = v.oid AND c.relkind IN ('v', 'm')
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  )
  SELECT format('DROP %s %s', kind, name) AS drop, head, tail,
    ARRAY[head || rtrim(pg_get_viewdef(oid), ';') || tail]
    || ARRAY(SELECT format('ALTER VIEW %s ALTER COLUMN %I SET DEFAULT %s', name, a.attname,
                      pg_get_expr(ad.adbin, ad.adrelid))
             FROM pg_catalog.pg_attrdef ad
             JOIN pg_catalog.pg_attribute a ON a.attrelid = ad.adrelid AND a.attnum = ad.adnum
             WHERE ad.adrelid = named.oid ORDER BY ad.adnum)
    || ARRAY(SELECT pg_get_indexdef(i.indexrelid) FROM pg_catalog.pg_index i WHERE i.indrelid = named.oid ORDER BY 1)
    || ARRAY(SELECT pg_get_ruledef(r.oid) FROM pg_catalog.pg_rewrite r
             WHERE r.ev_class = named.oid AND r.rulename <> '_RETURN' ORDER BY 1)
    || ARRAY(SELECT pg_get_triggerdef(t.oid) FROM pg_catalog.pg_trigger t
             WHERE t.tgrelid = named.oid AND NOT t.tgisinternal ORDER BY 1)
    || ${commentOf('%s', 'kind, name', 'pg_class', 'named.oid')}
    || ARRAY(SELECT format('COMMENT ON COLUMN %s.%I IS %L', name, a.attname, d.description)
             FROM pg_catalog.pg_description d
             JOIN pg_catalog.pg_attribute a ON a.attrelid = d.objoid AND a.attnum = d.objsubid
             WHERE d.classoid = 'pg_class'::regclass AND d.objoid = named.oid AND d.objsubid > 0 ORDER BY d.objsubid)
    || ARRAY(SELECT format('ALTER %s %s OWNER TO %I', kind, name, pg_get_userbyid(relowner))
             WHERE pg_get_userbyid(relowner) <> current_user)
    || ARRAY(SELECT format('GRANT %s ON %s TO %s', g.privilege_type, name, ${grantee})
             FROM aclexplode(relacl) g WHERE g.grantee <> relowner)
    || ${columnGrants('named.oid', 'name', 'true')} AS restore
  FROM named
  CROSS JOIN LATERAL (
    SELECT format('CREATE %s %s%s AS ', kind, name, ' WITH (' || array_to_string(reloptions, ', ') || ')') AS head,
           CASE WHEN relispopulated THEN '' ELSE ' WITH NO DATA' END AS tail
  ) AS around
  ORDER BY depth, name`;

/** Views on the columns, and views on those. */
export const viewsQuery = `${reached}${describedViews}`;

/** A view ($1), and the views on it. `head` and `tail` stand around the query in the first statement of `restore`. */
export const viewAndAboveQuery = `${viewAndAbove}${describedViews}`;

/**
 * Constraints, indexes, triggers, statistics, rules, policies and privileges, by the order in which they come back.
 *
 * All of those of columns that are made anew; of columns that change from or to an enum ($4) those whose text names
 * the type, and foreign keys, whose two sides change one after the other; of all columns the triggers, rules and
 * policies that name them, since PostgreSQL changes no column under these, and the statistics, whose target it forgets.
 */
export const attachmentsQuery = `${reached}, changed AS (
    SELECT * FROM base UNION SELECT * FROM generated
  ), whole AS (
    SELECT *, true AS whole FROM recreated UNION ALL SELECT *, false FROM base WHERE $4::boolean
  ), users AS (
    SELECT d.classid, d.objid
    FROM changed t
    JOIN pg_catalog.pg_depend d
      ON d.refclassid = 'pg_class'::regclass AND d.refobjid = t.attrelid AND d.refobjsubid = t.attnum
    UNION
    SELECT d.classid, d.objid
    FROM reached v
    JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = v.oid
  ), constraints AS (
    SELECT DISTINCT k.oid, k.conrelid, k.conname, k.contype
    FROM pg_catalog.pg_constraint k
    JOIN whole t
      ON (k.conrelid = t.attrelid AND t.attnum = ANY (k.conkey))
      OR (k.contype = 'f' AND k.confrelid = t.attrelid AND t.attnum = ANY (k.confkey))
    WHERE k.conparentid = 0 AND k.coninhcount = 0
      AND (k.contype IN ('c', 'f', 'x') OR (t.whole AND k.contype IN ('p', 'u')))
  ), indexes AS (
    SELECT DISTINCT i.indexrelid
    FROM pg_catalog.pg_index i
    JOIN whole t ON i.indrelid = t.attrelid
    JOIN pg_catalog.pg_depend d
      ON d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid
      AND d.refclassid = 'pg_class'::regclass AND d.refobjid = t.attrelid AND d.refobjsubid = t.attnum
    WHERE (t.whole OR i.indpred IS NOT NULL OR i.indexprs IS NOT NULL)
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid = i.indexrelid)
  ), relations AS (
    SELECT c.oid, c.relname, n.nspname, format('%I.%I', n.nspname, c.relname) AS name
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  )
  SELECT CASE k.contype WHEN 'f' THEN 3 ELSE 1 END AS rank,
         format('ALTER TABLE %s DROP CONSTRAINT %I', c.name, k.conname) AS drop,
         ARRAY[format('ALTER TABLE %s ADD CONSTRAINT %I %s', c.name, k.conname, pg_get_constraintdef(k.oid))]
         || ${commentOf('CONSTRAINT', "format('%I ON %s', k.conname, c.name)", 'pg_constraint', 'k.oid')} AS restore
  FROM constraints k
  JOIN relations c ON c.oid = k.conrelid
  UNION ALL
  SELECT 2, format('DROP INDEX %s', c.name),
         ARRAY[pg_get_indexdef(x.indexrelid)] || ${commentOf('INDEX', 'c.name', 'pg_class', 'x.indexrelid')}
  FROM indexes x
  JOIN relations c ON c.oid = x.indexrelid
  UNION ALL
  SELECT 4, format('DROP TRIGGER %I ON %s', g.tgname, c.name),
         ARRAY[pg_get_triggerdef(g.oid)] || ${firing('TRIGGER', 'c.name', 'g.tgname', 'g.tgenabled')}
         || ${commentOf('TRIGGER', "format('%I ON %s', g.tgname, c.name)", 'pg_trigger', 'g.oid')}
  FROM users u
  JOIN pg_catalog.pg_trigger g ON u.classid = 'pg_trigger'::regclass AND g.oid = u.objid AND NOT g.tgisinternal
  JOIN relations c ON c.oid = g.tgrelid
  WHERE g.tgrelid NOT IN (SELECT oid FROM reached)
  UNION ALL
  SELECT 5, format('DROP STATISTICS %I.%I', n.nspname, s.stxname),
         ARRAY[pg_get_statisticsobjdef(s.oid)]
         || ARRAY(SELECT format('ALTER STATISTICS %I.%I SET STATISTICS %s', n.nspname, s.stxname, s.stxstattarget)
                  WHERE s.stxstattarget >= 0)
         || ${commentOf('STATISTICS', "format('%I.%I', n.nspname, s.stxname)", 'pg_statistic_ext', 's.oid')}
  FROM users u
  JOIN pg_catalog.pg_statistic_ext s ON u.classid = 'pg_statistic_ext'::regclass AND s.oid = u.objid
  JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace
  UNION ALL
  SELECT 6, NULL, ${columnGrants('c.oid', 'c.name', 'a.attnum = t.attnum')}
  FROM recreated t
  JOIN relations c ON c.oid = t.attrelid
  UNION ALL
  SELECT ${RANK_OUTSIDE}, format('DROP RULE %I ON %s', r.rulename, c.name),
         ARRAY[pg_get_ruledef(r.oid)] || ${firing('RULE', 'c.name', 'r.rulename', 'r.ev_enabled')}
         || ${commentOf('RULE', "format('%I ON %s', r.rulename, c.name)", 'pg_rewrite', 'r.oid')}
  FROM users u
  JOIN pg_catalog.pg_rewrite r ON u.classid = 'pg_rewrite'::regclass AND r.oid = u.objid
  JOIN relations c ON c.oid = r.ev_class
  WHERE r.ev_class NOT IN (SELECT oid FROM reached)
  UNION ALL
  SELECT ${RANK_OUTSIDE}, format('DROP POLICY %I ON %s', p.polname, c.name),
         ARRAY[format('CREATE POLICY %I ON %s AS %s FOR %s TO %s%s%s', p.polname, c.name,
           CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
           CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE'
             ELSE 'ALL' END,
           (SELECT string_agg(CASE role WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(role)) END, ', ')
            FROM unnest(p.polroles) AS role),
           ' USING (' || pg_get_expr(p.polqual, p.polrelid) || ')',
           ' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')')]
         || ${commentOf('POLICY', "format('%I ON %s', p.polname, c.name)", 'pg_policy', 'p.oid')}
  FROM users u
  JOIN pg_catalog.pg_policy p ON u.classid = 'pg_policy'::regclass AND p.oid = u.objid
  JOIN relations c ON c.oid = p.polrelid
  ORDER BY 1, 2`;

/** What else depends on the columns or on views on them: it could not be put back. */
export const othersQuery = `${reached}, others AS (
    SELECT d.classid, d.objid, d.objsubid
    FROM (SELECT * FROM base UNION SELECT * FROM generated) t
    JOIN pg_catalog.pg_depend d
      ON d.refclassid = 'pg_class'::regclass AND d.refobjid = t.attrelid AND d.refobjsubid = t.attnum
    UNION
    SELECT d.classid, d.objid, d.objsubid
    FROM reached v
    JOIN pg_catalog.pg_type y ON y.typrelid = v.oid
    JOIN pg_catalog.pg_depend d
      ON (d.refclassid = 'pg_class'::regclass AND d.refobjid = v.oid)
      OR (d.refclassid = 'pg_type'::regclass AND d.refobjid IN (y.oid, y.typarray))
    WHERE d.deptype <> 'i' AND NOT (d.classid = 'pg_class'::regclass AND d.objid = v.oid)
  )
  SELECT DISTINCT pg_describe_object(classid, objid, objsubid) AS object
  FROM others
  WHERE classid <> ALL (ARRAY['pg_attrdef', 'pg_constraint', 'pg_rewrite', 'pg_trigger', 'pg_policy', 'pg_statistic_ext']::regclass[])
    AND NOT (classid = 'pg_class'::regclass
             AND EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid = objid AND objsubid = 0 AND c.relkind IN ('i', 'I', 'S')))
    AND NOT (classid = 'pg_class'::regclass AND (objid, objsubid) IN (SELECT attrelid, attnum FROM generated))
  ORDER BY 1`;

/**
 * What depends on an enum type ($4) and is neither one of the columns nor on one of them: it would keep the old type.
 */
export const enumOthersQuery = `${reached}, users AS (
    SELECT d.classid, d.objid
    FROM (SELECT * FROM base UNION SELECT * FROM generated) t
    JOIN pg_catalog.pg_depend d
      ON d.refclassid = 'pg_class'::regclass AND d.refobjid = t.attrelid AND d.refobjsubid = t.attnum
  )
  SELECT DISTINCT pg_describe_object(d.classid, d.objid, d.objsubid) AS object
  FROM pg_catalog.pg_type y
  JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_type'::regclass AND d.refobjid IN (y.oid, y.typarray)
  WHERE y.oid = to_regtype($4) AND d.deptype <> 'i'
    AND (d.classid, d.objid) NOT IN (SELECT classid, objid FROM users)
    AND NOT (d.classid = 'pg_class'::regclass AND EXISTS (
      SELECT FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
      WHERE a.attrelid = d.objid AND a.attnum = d.objsubid
        AND (c.relkind IN ('r', 'p') OR c.oid IN (SELECT oid FROM reached))))
    AND NOT (d.classid = 'pg_rewrite'::regclass AND EXISTS (
      SELECT FROM pg_catalog.pg_rewrite r WHERE r.oid = d.objid AND r.ev_class IN (SELECT oid FROM reached)))
  ORDER BY 1`;

/** Owner, privileges and comment of a type ($1), as statements for the one that takes its place. */
export const typeBelongingsQuery = `
  SELECT ARRAY(SELECT format('COMMENT ON TYPE %s IS %L', $1::text, d.description) FROM pg_catalog.pg_description d
               WHERE d.classoid = 'pg_type'::regclass AND d.objoid = y.oid)
    || ARRAY(SELECT format('ALTER TYPE %s OWNER TO %I', $1::text, pg_get_userbyid(y.typowner))
             WHERE pg_get_userbyid(y.typowner) <> current_user)
    || ARRAY(SELECT format('REVOKE ALL ON TYPE %s FROM PUBLIC', $1::text)
             WHERE y.typacl IS NOT NULL AND NOT EXISTS (SELECT FROM aclexplode(y.typacl) g WHERE g.grantee = 0))
    || ARRAY(SELECT format('GRANT USAGE ON TYPE %s TO %s', $1::text, ${grantee})
             FROM aclexplode(y.typacl) g WHERE g.grantee NOT IN (0, y.typowner) ORDER BY 1) AS restore
  FROM pg_catalog.pg_type y
  WHERE y.oid = to_regtype($1)`;
