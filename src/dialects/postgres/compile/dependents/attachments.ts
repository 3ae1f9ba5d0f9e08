import {
  columnGrants,
  columnLabels,
  commentOf,
  estimatesOf,
  firing,
  indexBelongings,
  indexEstimates,
  statisticsAgain,
  storageOf,
  triggerAgain,
} from './belongings.js';
import { ownName, withOwnName } from './own-names.js';

/** The rank of rules and policies: they may read views, so they are dropped before these and re-created after them. */
export const RANK_OUTSIDE = 7;

/** A SQL expression: the default of a column, as the catalog prints it. */
const defaultOf = (relation: string, column: string): string =>
  `(SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_catalog.pg_attrdef d WHERE d.adrelid = ${relation} AND d.adnum = ${column})`;

/** A SQL expression: a literal without its cast, so that the column's new type parses it; any other expression as it is. */
const uncast = (expression: string): string =>
  `coalesce(substring(${expression} FROM '^(''(?:[^'']|'''')*'')::[^'']+$'), ${expression})`;

/**
 * Selects constraints, indexes, triggers, statistics, rules, policies, privileges and inherited defaults of the columns, as
 * `drop` and `restore`, ordered by `rank` and `depth` as they are restored. Continues a query
 * behind the CTEs `DEPENDENT_VIEWS`. Parameter $4: whether the columns change from, to or within an enum.
 *
 * - Of columns that are re-created (`recreated`): all of them.
 * - Of columns that change from or to an enum ($4): those with an expression, since it may name the type, and foreign keys,
 *   because the columns at both ends change one after the other.
 * - Of every altered column: the triggers, rules and policies that name it, since PostgreSQL alters no column under these;
 *   the statistics, whose target it forgets; and the defaults of inheriting tables (`heirs`) that differ from the column's
 *   own, since it would overwrite them. An equal default changes along with the column's.
 */
export const attachmentsQuery = `WITH RECURSIVE changed AS (
    SELECT * FROM base UNION SELECT * FROM generated
  ), heirs AS (
    SELECT b.attrelid AS root, b.attnum AS rootnum, b.attrelid, b.attnum
    FROM base b JOIN pg_catalog.pg_attribute a ON a.attrelid = b.attrelid AND a.attnum = b.attnum AND a.attinhcount = 0
    UNION
    SELECT h.root, h.rootnum, a.attrelid, a.attnum
    FROM heirs h
    JOIN pg_catalog.pg_inherits i ON i.inhparent = h.attrelid
    JOIN pg_catalog.pg_attribute p ON p.attrelid = h.attrelid AND p.attnum = h.attnum
    JOIN pg_catalog.pg_attribute a ON a.attrelid = i.inhrelid AND a.attname = p.attname AND NOT a.attisdropped
  ), whole AS (
    SELECT *, true AS whole FROM recreated UNION ALL SELECT *, false FROM base WHERE $4::boolean
  ), users AS (
    SELECT d.classid, d.objid
    FROM changed t
    JOIN pg_catalog.pg_depend d
      ON d.refclassid = 'pg_class'::regclass AND d.refobjid = t.attrelid AND d.refobjsubid = t.attnum
    UNION
    SELECT d.classid, d.objid
    FROM dependent_views v
    JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = v.oid
  ), near AS (
    -- What may be a constraint on the columns: those of the table, and keys to it, which the catalog finds only as dependents.
    SELECT k.oid FROM whole t JOIN pg_catalog.pg_constraint k ON k.conrelid = t.attrelid
    UNION
    SELECT d.objid
    FROM whole t
    JOIN pg_catalog.pg_depend d
      ON d.refclassid = 'pg_class'::regclass AND d.refobjid = t.attrelid AND d.refobjsubid = t.attnum
      AND d.classid = 'pg_constraint'::regclass
  ), constraints AS (
    SELECT DISTINCT k.oid, k.conrelid, k.conname, k.contype, k.conindid
    FROM near
    JOIN pg_catalog.pg_constraint k ON k.oid = near.oid
    JOIN whole t
      ON (k.conrelid = t.attrelid AND t.attnum = ANY (k.conkey))
      OR (k.contype = 'f' AND k.confrelid = t.attrelid AND t.attnum = ANY (k.confkey))
      -- In expressions and predicates, which only its index depends on.
      OR (k.contype = 'x' AND k.conrelid = t.attrelid AND EXISTS (
        SELECT FROM pg_catalog.pg_depend d
        WHERE d.classid = 'pg_class'::regclass AND d.objid = k.conindid
          AND d.refclassid = 'pg_class'::regclass AND d.refobjid = t.attrelid AND d.refobjsubid = t.attnum))
    WHERE k.conparentid = 0 AND k.coninhcount = 0
      AND (k.contype IN ('c', 'f', 'x') OR (t.whole AND k.contype IN ('p', 'u')))
  ), indexes AS (
    SELECT DISTINCT i.indexrelid,
      (SELECT inhparent FROM pg_catalog.pg_inherits WHERE inhrelid = i.indexrelid) AS parent,
      (SELECT count(*) FROM pg_partition_ancestors(i.indexrelid)) AS depth
    FROM pg_catalog.pg_index i
    JOIN whole t ON i.indrelid = t.attrelid
    JOIN pg_catalog.pg_depend d
      ON d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid
      AND d.refclassid = 'pg_class'::regclass AND d.refobjid = t.attrelid AND d.refobjsubid = t.attnum
    WHERE (t.whole OR i.indpred IS NOT NULL OR i.indexprs IS NOT NULL)
      -- It belongs to no constraint, and no foreign key refers to it.
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend k
        WHERE k.classid = 'pg_class'::regclass AND k.objid = i.indexrelid AND k.refclassid = 'pg_constraint'::regclass)
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend k
        WHERE k.refclassid = 'pg_class'::regclass AND k.refobjid = i.indexrelid AND k.classid = 'pg_constraint'::regclass)
  ), relations AS NOT MATERIALIZED (
    -- Looked up by oid: read as a whole it would cost as much as the catalog is large.
    SELECT c.oid, c.relname, n.nspname, ${ownName('n.nspname', 'c.relname')} AS name
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  )
  SELECT CASE k.contype WHEN 'f' THEN 3 ELSE 1 END AS rank, 0 AS depth,
         format('ALTER TABLE %s DROP CONSTRAINT %I', c.name, k.conname) AS drop,
         ARRAY[format('ALTER TABLE %s ADD CONSTRAINT %I %s', c.name, k.conname, pg_get_constraintdef(k.oid))]
         || coalesce(${indexBelongings("CASE WHEN k.contype <> 'f' THEN k.conindid END")}, '{}')
         || ${commentOf('CONSTRAINT', "format('%I ON %s', k.conname, c.name)", 'pg_constraint', 'k.oid')} AS restore
  FROM constraints k
  JOIN relations c ON c.oid = k.conrelid
  UNION ALL
  SELECT 2, x.depth, CASE WHEN x.parent IS NULL THEN format('DROP INDEX %s', c.name) END,
         ARRAY[${withOwnName('pg_get_indexdef(x.indexrelid)', 'o.nspname', 'o.relname')}]
         || ARRAY(SELECT format('ALTER INDEX %s ATTACH PARTITION %s', p.name, c.name) FROM relations p WHERE p.oid = x.parent)
         || ${indexBelongings('x.indexrelid')}
  FROM indexes x
  JOIN relations c ON c.oid = x.indexrelid
  JOIN relations o ON o.oid = (SELECT i.indrelid FROM pg_catalog.pg_index i WHERE i.indexrelid = x.indexrelid)
  UNION ALL
  SELECT 4, 0, format('DROP TRIGGER %I ON %s', g.tgname, c.name),
         ${triggerAgain('g', 'c')}
  FROM users u
  JOIN pg_catalog.pg_trigger g ON u.classid = 'pg_trigger'::regclass AND g.oid = u.objid AND NOT g.tgisinternal AND g.tgparentid = 0
  JOIN relations c ON c.oid = g.tgrelid
  WHERE g.tgrelid NOT IN (SELECT oid FROM dependent_views)
  UNION ALL
  SELECT 5, 0, format('DROP STATISTICS %s', ${ownName('n.nspname', 's.stxname')}),
         ${statisticsAgain('s', 'n.nspname')}
  FROM users u
  JOIN pg_catalog.pg_statistic_ext s ON u.classid = 'pg_statistic_ext'::regclass AND s.oid = u.objid
  JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace
  WHERE s.stxrelid NOT IN (SELECT oid FROM dependent_views)
  UNION ALL
  SELECT 6, 0, NULL, ${columnGrants('c.oid', 'c.name', 'a.attnum = t.attnum')}
         || ${estimatesOf('c.name')} || ${columnLabels('c.name')}
         || ARRAY(SELECT format('COMMENT ON COLUMN %s.%I IS %L', c.name, a.attname, comment)
                  FROM col_description(a.attrelid, a.attnum) AS comment
                  WHERE comment IS NOT NULL
                    AND (a.attinhcount > 0 OR (t.attrelid, t.attnum) IN (SELECT attrelid, attnum FROM generated)))
  FROM recreated t
  JOIN pg_catalog.pg_attribute a ON a.attrelid = t.attrelid AND a.attnum = t.attnum
  JOIN relations c ON c.oid = t.attrelid
  UNION ALL
  SELECT 6, 0, format('ALTER TABLE ONLY %s ALTER COLUMN %I DROP DEFAULT', c.name, a.attname),
         ARRAY[format('ALTER TABLE ONLY %s ALTER COLUMN %I ', c.name, a.attname)
           || coalesce('SET DEFAULT ' || ${uncast('own.expression')}, 'DROP DEFAULT')]
  FROM (SELECT DISTINCT h.attrelid, h.attnum, own.expression
        FROM heirs h
        CROSS JOIN LATERAL (SELECT ${defaultOf('h.attrelid', 'h.attnum')} AS expression) AS own
        CROSS JOIN LATERAL (SELECT ${defaultOf('h.root', 'h.rootnum')} AS expression) AS root
        WHERE h.attrelid <> h.root AND own.expression IS DISTINCT FROM root.expression) AS own
  JOIN pg_catalog.pg_attribute a ON a.attrelid = own.attrelid AND a.attnum = own.attnum AND a.attgenerated = ''
  JOIN relations c ON c.oid = own.attrelid
  UNION ALL
  SELECT 6, 0, NULL, ${indexEstimates}
  FROM (SELECT DISTINCT x.indexrelid, c.name
        FROM pg_catalog.pg_index x
        JOIN changed t ON t.attrelid = x.indrelid
        JOIN relations c ON c.oid = x.indexrelid
        WHERE x.indexprs IS NOT NULL AND x.indexrelid NOT IN (SELECT indexrelid FROM indexes)) AS i
  UNION ALL
  SELECT 6, 0, NULL, ${storageOf('c.name')}
  FROM changed t
  JOIN pg_catalog.pg_attribute a ON a.attrelid = t.attrelid AND a.attnum = t.attnum
  JOIN relations c ON c.oid = t.attrelid
  UNION ALL
  SELECT ${RANK_OUTSIDE}, 0, format('DROP RULE %I ON %s', r.rulename, c.name),
         ARRAY[${withOwnName('pg_get_ruledef(r.oid)', 'c.nspname', 'c.relname')}] || ${firing('RULE', 'c.name', 'r.rulename', 'r.ev_enabled')}
         || ${commentOf('RULE', "format('%I ON %s', r.rulename, c.name)", 'pg_rewrite', 'r.oid')}
  FROM users u
  JOIN pg_catalog.pg_rewrite r ON u.classid = 'pg_rewrite'::regclass AND r.oid = u.objid
  JOIN relations c ON c.oid = r.ev_class
  WHERE r.ev_class NOT IN (SELECT oid FROM dependent_views)
  UNION ALL
  SELECT ${RANK_OUTSIDE}, 0, format('DROP POLICY %I ON %s', p.polname, c.name),
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
  ORDER BY 1, 2, 3`;
