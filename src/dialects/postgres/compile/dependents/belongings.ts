import { ownName, withOwnName } from './own-names.js';

/*
 * SQL expressions for what an object has besides its definition: comment, privileges, labels, storage, statistics targets.
 * Each is an array of commands that give it to the re-created object. The parameters are SQL expressions too: an oid, and a
 * name that is quoted and qualified where needed (`ownName`).
 */

/** The grantee of a row of `aclexplode` (`g`), as GRANT … TO takes it. */
export const grantee = `CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END ||
  CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END`;

/** The privileges on columns (`a`) of a relation that satisfy the condition `which`. */
export const columnGrants = (relation: string, name: string, which: string): string =>
  `ARRAY(SELECT format('GRANT %s (%I) ON %s TO %s', g.privilege_type, a.attname, ${name}, ${grantee})
         FROM pg_catalog.pg_attribute a CROSS JOIN LATERAL aclexplode(a.attacl) g
         WHERE a.attrelid = ${relation} AND a.attnum > 0 AND NOT a.attisdropped AND ${which}
         ORDER BY a.attnum, 1)`;

/** The comment on an object whose catalog, `pg_constraint` for example, is given as a plain string. */
export const commentOf = (kind: string, name: string, catalog: string, oid: string): string =>
  `ARRAY(SELECT format('COMMENT ON ${kind} %s IS %L', ${name}, e.description) FROM pg_catalog.pg_description e
         WHERE e.classoid = '${catalog}'::regclass AND e.objoid = ${oid} AND e.objsubid = 0)`;

/**
 * The security labels of an object (`part` 0) or of one of its columns (`part` is its number).
 *
 * The view pg_seclabels has kinds and names too, but takes the server longer to plan than all else here.
 *
 * @param kind what the object is, a SQL expression: `'COLUMN'`, for example
 */
export const labelsOf = (catalog: string, oid: string, part: string, kind: string, name: string): string =>
  `ARRAY(SELECT format('SECURITY LABEL FOR %I ON %s %s IS %L', l.provider, ${kind}, ${name}, l.label)
         FROM pg_catalog.pg_seclabel l
         WHERE l.classoid = '${catalog}'::regclass AND l.objoid = ${oid} AND l.objsubid = ${part})`;

/** The security labels of a column (`a`). */
export const columnLabels = (relation: string): string =>
  labelsOf('pg_class', 'a.attrelid', 'a.attnum', "'COLUMN'", `format('%s.%I', ${relation}, a.attname)`);

/** The extensions that an object is dropped together with. */
const extensionsOf = (kind: string, name: string, catalog: string, oid: string): string =>
  `ARRAY(SELECT format('ALTER ${kind} %s DEPENDS ON EXTENSION %I', ${name}, x.extname)
         FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_extension x ON x.oid = d.refobjid
         WHERE d.classid = '${catalog}'::regclass AND d.objid = ${oid} AND d.deptype = 'x')`;

/** The firing mode of a trigger or a rule (`state`: tgenabled, ev_enabled); nothing for that of a new one. */
export const firing = (kind: string, relation: string, name: string, state: string): string =>
  `ARRAY(SELECT format('ALTER TABLE %s %s ${kind} %I', ${relation},
           CASE ${state} WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END, ${name})
         WHERE ${state} <> 'O')`;

/**
 * The commands that re-create a trigger.
 *
 * @param trigger the alias of its row in pg_trigger
 * @param on the alias of the relation, with `nspname`, `relname` and `name`
 */
export const triggerAgain = (trigger: string, on: string): string => {
  const relation = `${on}.name`;
  const definition = withOwnName(`pg_get_triggerdef(${trigger}.oid)`, `${on}.nspname`, `${on}.relname`);
  return `ARRAY[${definition}] || ${firing('TRIGGER', relation, `${trigger}.tgname`, `${trigger}.tgenabled`)}
   || ${commentOf('TRIGGER', `format('%I ON %s', ${trigger}.tgname, ${relation})`, 'pg_trigger', `${trigger}.oid`)}
   || ${extensionsOf('TRIGGER', `format('%I ON %s', ${trigger}.tgname, ${relation})`, 'pg_trigger', `${trigger}.oid`)}`;
};

/** The commands that re-create extended statistics, by the alias of their row in pg_statistic_ext. */
export const statisticsAgain = (statistics: string, schema: string): string => {
  const name = ownName(schema, `${statistics}.stxname`);
  const definition = withOwnName(`pg_get_statisticsobjdef(${statistics}.oid)`, schema, `${statistics}.stxname`);
  return `ARRAY[${definition}]
   || ARRAY(SELECT format('ALTER STATISTICS %s SET STATISTICS %s', ${name}, ${statistics}.stxstattarget)
            WHERE ${statistics}.stxstattarget >= 0)
   || ARRAY(SELECT format('ALTER STATISTICS %s OWNER TO %I', ${name}, pg_get_userbyid(${statistics}.stxowner))
            WHERE pg_get_userbyid(${statistics}.stxowner) <> current_user)
   || ${commentOf('STATISTICS', name, 'pg_statistic_ext', `${statistics}.oid`)}`;
};

/** The statistics targets of the expressions of an index (`i`, with `indexrelid` and `name`). */
export const indexEstimates = `ARRAY(SELECT format('ALTER INDEX %s ALTER COLUMN %s SET STATISTICS %s', i.name, a.attnum, a.attstattarget)
              FROM pg_catalog.pg_attribute a WHERE a.attrelid = i.indexrelid AND a.attstattarget >= 0 ORDER BY a.attnum)`;

/**
 * What an index has besides its definition, and what its table uses it for (CLUSTER, REPLICA IDENTITY). For the index of a
 * constraint that includes its storage options and tablespace, which the definition of the constraint lacks.
 */
export const indexBelongings = (index: string): string =>
  `(SELECT ARRAY(SELECT format('ALTER INDEX %s SET (%s)', i.name, array_to_string(i.reloptions, ', '))
                 WHERE i.reloptions IS NOT NULL)
     || ARRAY(SELECT format('ALTER INDEX %s SET TABLESPACE %I', i.name, s.spcname)
              FROM pg_catalog.pg_tablespace s WHERE s.oid = i.reltablespace)
     || ${indexEstimates}
     || ARRAY(SELECT format('ALTER TABLE %s CLUSTER ON %I', i.relation, i.relname) WHERE i.indisclustered)
     || ARRAY(SELECT format('ALTER TABLE %s REPLICA IDENTITY USING INDEX %I', i.relation, i.relname) WHERE i.indisreplident)
     || ${commentOf('INDEX', 'i.name', 'pg_class', 'i.indexrelid')}
     || ${extensionsOf('INDEX', 'i.name', 'pg_class', 'i.indexrelid')}
    FROM (SELECT own.*, oc.relname, oc.reloptions, oc.reltablespace, ${ownName('ns.nspname', 'oc.relname')} AS name,
                 ${ownName('ns.nspname', 'tc.relname')} AS relation
          FROM pg_catalog.pg_index own
          JOIN pg_catalog.pg_class oc ON oc.oid = own.indexrelid
          JOIN pg_catalog.pg_class tc ON tc.oid = own.indrelid
          JOIN pg_catalog.pg_namespace ns ON ns.oid = oc.relnamespace
          WHERE own.indexrelid = ${index}) AS i)`;

/**
 * The storage and the compression of a column (`a`). PostgreSQL forgets them when the type changes, and a new type may not
 * allow them, so each is set in a DO block that looks first.
 */
export const storageOf = (relation: string): string =>
  `ARRAY(SELECT format(
     'DO %L', format('BEGIN IF (SELECT t.typstorage <> ''p'' FROM pg_catalog.pg_attribute a ' ||
       'JOIN pg_catalog.pg_type t ON t.oid = a.atttypid WHERE a.attrelid = %L::regclass AND a.attname = %L) ' ||
       'THEN ALTER TABLE ONLY %s ALTER COLUMN %I SET %s; END IF; END', ${relation}, a.attname, ${relation}, a.attname, setting))
   FROM pg_catalog.pg_type y
   CROSS JOIN LATERAL (VALUES
     (CASE WHEN a.attstorage <> y.typstorage THEN 'STORAGE ' || CASE a.attstorage
        WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END END),
     (CASE a.attcompression WHEN 'p' THEN 'COMPRESSION pglz' WHEN 'l' THEN 'COMPRESSION lz4' END)) AS settings (setting)
   WHERE y.oid = a.atttypid AND setting IS NOT NULL)`;

/**
 * The statistics target of a column (`a`), and its `n_distinct`: some servers have other options there, which cannot be
 * set.
 */
export const estimatesOf = (relation: string): string =>
  `ARRAY(SELECT format('ALTER TABLE ONLY %s ALTER COLUMN %I SET STATISTICS %s', ${relation}, a.attname, a.attstattarget)
         WHERE a.attstattarget >= 0)
   || ARRAY(SELECT format('ALTER TABLE ONLY %s ALTER COLUMN %I SET (%s)', ${relation}, a.attname, option)
            FROM unnest(a.attoptions) AS option WHERE option LIKE 'n_distinct%')`;

/** The storage options of a relation's TOAST table (the oid `toast`), which holds its long values. */
export const toastOptions = (toast: string, name: string): string =>
  `ARRAY(SELECT format('ALTER TABLE %s SET (%s)', ${name},
                  (SELECT string_agg('toast.' || option, ', ') FROM unnest(o.reloptions) AS option))
         FROM pg_catalog.pg_class o WHERE o.oid = ${toast} AND o.reloptions IS NOT NULL)`;

/**
 * Selects the commands (`restore`) that give owner, privileges, comment and labels of an enum ($5) to the re-created one.
 */
export const typeBelongingsQuery = `
  SELECT ARRAY(SELECT format('COMMENT ON TYPE %s IS %L', $5::text, d.description) FROM pg_catalog.pg_description d
               WHERE d.classoid = 'pg_type'::regclass AND d.objoid = y.oid)
    || ${labelsOf('pg_type', 'y.oid', '0', "'TYPE'", '$5::text')}
    || ARRAY(SELECT format('ALTER TYPE %s OWNER TO %I', $5::text, pg_get_userbyid(y.typowner))
             WHERE pg_get_userbyid(y.typowner) <> current_user)
    || ARRAY(SELECT format('REVOKE ALL ON TYPE %s FROM PUBLIC', $5::text)
             WHERE y.typacl IS NOT NULL AND NOT EXISTS (SELECT FROM aclexplode(y.typacl) g WHERE g.grantee = 0))
    || ARRAY(SELECT format('GRANT USAGE ON TYPE %s TO %s', $5::text, ${grantee})
             FROM aclexplode(y.typacl) g WHERE g.grantee NOT IN (0, y.typowner) ORDER BY 1) AS restore
  FROM pg_catalog.pg_type y
  WHERE y.oid = to_regtype($5)`;
