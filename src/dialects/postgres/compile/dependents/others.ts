import { reached } from './touched.js';

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
 * What depends on an enum type ($5) and is neither one of the columns nor on one of them or of a view on them: it would
 * keep the old type.
 */
export const enumOthersQuery = `${reached}, users AS (
    SELECT d.classid, d.objid
    FROM (SELECT * FROM base UNION SELECT * FROM generated) t
    JOIN pg_catalog.pg_depend d
      ON d.refclassid = 'pg_class'::regclass AND d.refobjid = t.attrelid AND d.refobjsubid = t.attnum
    UNION
    SELECT d.classid, d.objid
    FROM reached v
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
        AND (c.relkind IN ('r', 'p') OR c.oid IN (SELECT oid FROM reached))))
    AND NOT (d.classid = 'pg_rewrite'::regclass AND EXISTS (
      SELECT FROM pg_catalog.pg_rewrite r WHERE r.oid = d.objid AND r.ev_class IN (SELECT oid FROM reached)))
  ORDER BY 1`;
