export const grantee = `CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END ||
  CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END`;

/** The privileges on columns of a relation that has a name, those of its owner apart. */
export const columnGrants = (relation: string, name: string, which: string): string =>
  `ARRAY(SELECT format('GRANT %s (%I) ON %s TO %s', g.privilege_type, a.attname, ${name}, ${grantee})
         FROM pg_catalog.pg_attribute a CROSS JOIN LATERAL aclexplode(a.attacl) g
         WHERE a.attrelid = ${relation} AND a.attnum > 0 AND NOT a.attisdropped AND ${which}
         ORDER BY a.attnum, 1)`;

export const commentOf = (kind: string, name: string, catalog: string, oid: string): string =>
  `ARRAY(SELECT format('COMMENT ON ${kind} %s IS %L', ${name}, e.description) FROM pg_catalog.pg_description e
         WHERE e.classoid = '${catalog}'::regclass AND e.objoid = ${oid} AND e.objsubid = 0)`;

/** A trigger or a rule that fires otherwise than a new one does. */
export const firing = (kind: string, relation: string, name: string, state: string): string =>
  `ARRAY(SELECT format('ALTER TABLE %s %s ${kind} %I', ${relation},
           CASE ${state} WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END, ${name})
         WHERE ${state} <> 'O')`;

/** Owner, privileges and comment of an enum ($5), as statements for the one that takes its place. */
export const typeBelongingsQuery = `
  SELECT ARRAY(SELECT format('COMMENT ON TYPE %s IS %L', $5::text, d.description) FROM pg_catalog.pg_description d
               WHERE d.classoid = 'pg_type'::regclass AND d.objoid = y.oid)
    || ARRAY(SELECT format('ALTER TYPE %s OWNER TO %I', $5::text, pg_get_userbyid(y.typowner))
             WHERE pg_get_userbyid(y.typowner) <> current_user)
    || ARRAY(SELECT format('REVOKE ALL ON TYPE %s FROM PUBLIC', $5::text)
             WHERE y.typacl IS NOT NULL AND NOT EXISTS (SELECT FROM aclexplode(y.typacl) g WHERE g.grantee = 0))
    || ARRAY(SELECT format('GRANT USAGE ON TYPE %s TO %s', $5::text, ${grantee})
             FROM aclexplode(y.typacl) g WHERE g.grantee NOT IN (0, y.typowner) ORDER BY 1) AS restore
  FROM pg_catalog.pg_type y
  WHERE y.oid = to_regtype($5)`;
