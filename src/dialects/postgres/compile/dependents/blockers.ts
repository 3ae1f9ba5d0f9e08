/**
 * Selects the descriptions (`object`) of what depends on the columns, or on views on them, and cannot be dropped and
 * re-created: a function with a SQL body, for example. Continues a query behind the CTEs `DEPENDENT_VIEWS`.
 */
export const blockersQuery = `WITH blockers AS (
    SELECT d.classid, d.objid, d.objsubid
    FROM (SELECT * FROM base UNION SELECT * FROM generated) t
    JOIN pg_catalog.pg_depend d
      ON d.refclassid = 'pg_class'::regclass AND d.refobjid = t.attrelid AND d.refobjsubid = t.attnum
    UNION
    SELECT d.classid, d.objid, d.objsubid
    FROM dependent_views v
    JOIN pg_catalog.pg_class c ON c.oid = v.oid
    JOIN pg_catalog.pg_type y ON y.oid = c.reltype
    JOIN pg_catalog.pg_depend d
      ON (d.refclassid = 'pg_class'::regclass AND d.refobjid = v.oid)
      OR (d.refclassid = 'pg_type'::regclass AND d.refobjid IN (y.oid, y.typarray))
    WHERE d.deptype <> 'i' AND NOT (d.classid = 'pg_class'::regclass AND d.objid = v.oid)
  )
  SELECT DISTINCT pg_describe_object(classid, objid, objsubid) AS object
  FROM blockers
  WHERE classid <> ALL (ARRAY['pg_attrdef', 'pg_constraint', 'pg_rewrite', 'pg_trigger', 'pg_policy', 'pg_statistic_ext']::regclass[])
    AND NOT (classid = 'pg_class'::regclass
             AND EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid = objid AND objsubid = 0 AND c.relkind IN ('i', 'I', 'S')))
    AND NOT (classid = 'pg_class'::regclass AND (objid, objsubid) IN (SELECT attrelid, attnum FROM generated))
  ORDER BY 1`;

/**
 * Selects the descriptions (`object`) of what would keep the old type when an enum type ($5) is re-created: objects that
 * depend on it and are neither table columns nor depend on the columns of $1 and $2 or on views on them. A domain over the
 * enum is one. Continues a query behind the CTEs `DEPENDENT_VIEWS`.
 */
export const enumBlockersQuery = `WITH users AS (
    SELECT d.classid, d.objid
    FROM (SELECT * FROM base UNION SELECT * FROM generated) t
    JOIN pg_catalog.pg_depend d
      ON d.refclassid = 'pg_class'::regclass AND d.refobjid = t.attrelid AND d.refobjsubid = t.attnum
    UNION
    SELECT d.classid, d.objid
    FROM dependent_views v
    JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = v.oid
  )
  SELECT DISTINCT pg_describe_object(d.classid, d.objid, d.objsubid) AS object
  FROM pg_catalog.pg_type y
  JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_type'::regclass AND d.refobjid IN (y.oid, y.typarray)
  WHERE y.oid = to_regtype($5) AND d.deptype <> 'i'
    AND (d.classid, d.objid) NOT IN (SELECT classid, objid FROM users)
    AND NOT (d.classid = 'pg_class'::regclass AND EXISTS (
      SELECT FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
      WHERE a.attrelid = d.objid AND a.attnum = d.objsubid
        AND (c.relkind IN ('r', 'p') OR c.oid IN (SELECT oid FROM dependent_views))))
    AND NOT (d.classid = 'pg_rewrite'::regclass AND EXISTS (
      SELECT FROM pg_catalog.pg_rewrite r WHERE r.oid = d.objid AND r.ev_class IN (SELECT oid FROM dependent_views)))
  ORDER BY 1`;
