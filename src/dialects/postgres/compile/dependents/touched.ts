/**
 * What stands in the way when columns change their type, in pieces that the queries beside this one begin with.
 *
 * Each takes the tables ($1), the columns ($2), position by position, and whether those are made anew ($3). A change goes
 * on to the tables that inherit the columns: partitions.
 */
export const touched = `
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

/** From the views that were reached to those on them. */
export const stepUp = `SELECT r.ev_class, v.depth + 1
    FROM reached v
    JOIN pg_catalog.pg_depend d
      ON d.refclassid = 'pg_class'::regclass AND d.refobjid = v.oid AND d.classid = 'pg_rewrite'::regclass
    JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid AND r.ev_class <> v.oid
    JOIN pg_catalog.pg_class c ON c.oid = r.ev_class AND c.relkind IN ('v', 'm')`;

/** Views on the columns, and views on those, with how deep they stand. */
export const reached = `${touched}, reached AS (
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
