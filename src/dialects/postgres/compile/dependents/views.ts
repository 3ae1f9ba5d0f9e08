import {
  columnGrants,
  columnLabels,
  commentOf,
  estimatesOf,
  grantee,
  indexBelongings,
  labelsOf,
  statisticsAgain,
  storageOf,
  toastOptions,
  triggerAgain,
} from './belongings.js';
import { ownName, withOwnName } from './own-names.js';
import { VIEWS_ON_VIEWS } from './affected.js';

/** The CTE `dependent_views (oid, depth)` of a view ($1), itself at depth 0, and the views on it. */
const viewAndAbove = `WITH RECURSIVE dependent_views AS (
    SELECT to_regclass($1)::oid AS oid, 0 AS depth
    UNION
    ${VIEWS_ON_VIEWS}
  )`;

/** A SQL expression: the commands that restore what names columns of a view (`named`): defaults, indexes, privileges … */
const ofColumns = `ARRAY(SELECT format('ALTER VIEW %s ALTER COLUMN %I SET DEFAULT %s', name, a.attname,
                      pg_get_expr(ad.adbin, ad.adrelid))
             FROM pg_catalog.pg_attrdef ad
             JOIN pg_catalog.pg_attribute a ON a.attrelid = ad.adrelid AND a.attnum = ad.adnum
             WHERE ad.adrelid = named.oid ORDER BY ad.adnum)
    || ARRAY(SELECT unnest(${storageOf('name')} || ${estimatesOf('name')} || ${columnLabels('name')})
             FROM pg_catalog.pg_attribute a WHERE a.attrelid = named.oid AND a.attnum > 0)
    || ARRAY(SELECT unnest(ARRAY[${withOwnName('pg_get_indexdef(x.indexrelid)', 'named.nspname', 'named.relname')}] || ${indexBelongings('x.indexrelid')})
             FROM pg_catalog.pg_index x WHERE x.indrelid = named.oid)
    || ARRAY(SELECT unnest(${statisticsAgain('s', 'n.nspname')})
             FROM pg_catalog.pg_statistic_ext s JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace
             WHERE s.stxrelid = named.oid)
    || ARRAY(SELECT format('COMMENT ON COLUMN %s.%I IS %L', name, a.attname, d.description)
             FROM pg_catalog.pg_description d
             JOIN pg_catalog.pg_attribute a ON a.attrelid = d.objoid AND a.attnum = d.objsubid
             WHERE d.classoid = 'pg_class'::regclass AND d.objoid = named.oid AND d.objsubid > 0 ORDER BY d.objsubid)
    || ${columnGrants('named.oid', 'name', 'true')}`;

/** A SQL expression: the commands that restore what a view (`named`) has besides its query and what names its columns. */
const ofView = `${toastOptions('named.reltoastrelid', 'name')}
    || ARRAY(SELECT unnest(ARRAY[${withOwnName('pg_get_ruledef(r.oid)', 'named.nspname', 'named.relname')}]
                      || ${commentOf('RULE', "format('%I ON %s', r.rulename, name)", 'pg_rewrite', 'r.oid')})
             FROM pg_catalog.pg_rewrite r WHERE r.ev_class = named.oid AND r.rulename <> '_RETURN')
    || ARRAY(SELECT unnest(${triggerAgain('t', 'named')}) FROM pg_catalog.pg_trigger t
             WHERE t.tgrelid = named.oid AND NOT t.tgisinternal)
    || ${labelsOf('pg_class', 'named.oid', '0', 'kind', 'name')}
    || ${commentOf('%s', 'kind, name', 'pg_class', 'named.oid')}
    || ARRAY(SELECT format('ALTER %s %s OWNER TO %I', kind, name, pg_get_userbyid(relowner))
             WHERE pg_get_userbyid(relowner) <> current_user)
    || ARRAY(SELECT format('GRANT %s ON %s TO %s', g.privilege_type, name, ${grantee})
             FROM aclexplode(relacl) g WHERE g.grantee <> relowner)`;

/**
 * Continues WITH behind the CTE `dependent_views`: selects for each view, deepest last, how it is dropped (`drop`) and
 * restored (`restore`).
 *
 * Restored are the definition, storage options, owner, privileges, comments, labels, defaults, triggers and rules, and of
 * materialised views the indexes, the statistics and how columns are stored.
 */
const describedViews = `views AS (SELECT oid, max(depth) AS depth FROM dependent_views GROUP BY oid),
  named AS (
    SELECT v.depth, c.*, n.nspname, ${ownName('n.nspname', 'c.relname')} AS name,
           CASE c.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END AS kind
    FROM views v
    JOIN pg_catalog.pg_class c ON c.oid = v.oid AND c.relkind IN ('v', 'm')
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  )
  SELECT format('DROP %s %s', kind, name) AS drop, head, tail, "ofColumns", "ofView",
    ARRAY(SELECT i.relname::text FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid
          WHERE x.indrelid = named.oid) AS indexes,
    ARRAY[head || rtrim(pg_get_viewdef(oid), ';') || tail] || "ofColumns" || "ofView" AS restore
  FROM named
  CROSS JOIN LATERAL (
    SELECT format('CREATE %s %s%s%s%s AS ', kind, name, ' USING ' || (SELECT quote_ident(m.amname) FROM pg_catalog.pg_am m
                    WHERE m.oid = relam AND m.amname <> current_setting('default_table_access_method')),
                  ' WITH (' || array_to_string(reloptions, ', ') || ')',
                  (SELECT ' TABLESPACE ' || quote_ident(s.spcname) FROM pg_catalog.pg_tablespace s WHERE s.oid = reltablespace)) AS head,
           CASE WHEN relispopulated THEN '' ELSE ' WITH NO DATA' END AS tail
  ) AS around
  -- OFFSET 0 keeps the server from planning the expressions again wherever they are used.
  CROSS JOIN LATERAL (SELECT ${ofColumns} AS "ofColumns", ${ofView} AS "ofView" OFFSET 0) AS belongings
  ORDER BY depth, name`;

/**
 * Selects the views on the columns and the views on those, as `viewAndAboveQuery` does. Continues a query behind the CTEs
 * `DEPENDENT_VIEWS`.
 */
export const viewsQuery = `WITH ${describedViews}`;

/**
 * Selects a view ($1) and the views on it, itself first. `restore` consists of `head`, the query and `tail` as one CREATE
 * statement, then of the statements of `ofColumns` and `ofView`; `indexes` are the names of its indexes.
 */
export const viewAndAboveQuery = `${viewAndAbove}, ${describedViews}`;
