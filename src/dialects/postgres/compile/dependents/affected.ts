/*
 * The first CTEs of the queries in this folder. They find what is affected when columns are altered: PostgreSQL alters no
 * column that a view or a generated column reads.
 */

/**
 * CTEs, to be followed by more or by a SELECT; the columns of each are `attrelid` and `attnum`:
 * - `base`: the columns that are altered, and the same columns of inheriting tables and partitions,
 * - `generated`: the generated columns computed from them,
 * - `recreated`: those that are dropped and added again, which are the generated ones, and `base` when $3 is true.
 *
 * Parameters: $1 tables and $2 columns (text arrays of equal length, a column of the table at the same position), $3
 * whether the columns are re-created.
 */
export const AFFECTED_COLUMNS = `
  WITH RECURSIVE base AS (
    SELECT a.attrelid, a.attnum
    FROM unnest($1::text[], $2::text[]) AS wanted (relation, name)
    JOIN pg_catalog.pg_attribute a
      ON a.attrelid = to_regclass(wanted.relation) AND a.attname = wanted.name AND NOT a.attisdropped
    UNION
    SELECT a.attrelid, a.attnum
    FROM base b
    JOIN pg_catalog.pg_inherits i ON i.inhparent = b.attrelid
    JOIN pg_catalog.pg_attribute p ON p.attrelid = b.attrelid AND p.attnum = b.attnum
    JOIN pg_catalog.pg_attribute a ON a.attrelid = i.inhrelid AND a.attname = p.attname AND NOT a.attisdropped
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

/**
 * The recursive term of a CTE `dependent_views (oid, depth)`: the views and materialised views that read a view found so
 * far.
 */
export const VIEWS_ON_VIEWS = `SELECT r.ev_class, v.depth + 1
    FROM dependent_views v
    JOIN pg_catalog.pg_depend d
      ON d.refclassid = 'pg_class'::regclass AND d.refobjid = v.oid AND d.classid = 'pg_rewrite'::regclass
    JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid AND r.ev_class <> v.oid
    JOIN pg_catalog.pg_class c ON c.oid = r.ev_class AND c.relkind IN ('v', 'm')`;

/**
 * `AFFECTED_COLUMNS` with its parameters, and the CTE `dependent_views (oid, depth)`: the views that read the columns
 * (depth 1), the views on those (depth 2), and so on. A view that is found on several paths has a row for each depth.
 */
export const DEPENDENT_VIEWS = `${AFFECTED_COLUMNS}, dependent_views AS (
    SELECT r.ev_class AS oid, 1 AS depth
    FROM (SELECT * FROM base UNION SELECT * FROM generated) t
    JOIN pg_catalog.pg_depend d
      ON d.refclassid = 'pg_class'::regclass AND d.refobjid = t.attrelid AND d.refobjsubid = t.attnum
      AND d.classid = 'pg_rewrite'::regclass
    JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid AND r.ev_class <> t.attrelid
    JOIN pg_catalog.pg_class c ON c.oid = r.ev_class AND c.relkind IN ('v', 'm')
    UNION
    ${VIEWS_ON_VIEWS}
  )`;
