import { columnGrants, commentOf, grantee } from './belongings.js';
import { reached, stepUp } from './touched.js';

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
