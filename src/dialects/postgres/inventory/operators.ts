import { type DatabaseObject, RANKS } from '../../inventory.js';
import { type Catalog, createdByUsers, nameSql, sqlObjects } from './catalog.js';

const head = (catalog: string, row: string, schema: string): string => `
  SELECT '${catalog}' AS class, ${row}.oid, ${schema} AS schema,
         pg_describe_object('${catalog}'::regclass, ${row}.oid, 0) AS description,`;

/**
 * A SQL expression: the name of an operator, as OPERATOR(…) with its schema unless that is the own one; it is never
 * quoted.
 */
const operatorName = (oid: string): string => `
  (SELECT CASE WHEN s.nspname = current_schema() THEN x.oprname ELSE 'OPERATOR(' || quote_ident(s.nspname) || '.' || x.oprname || ')' END
   FROM pg_catalog.pg_operator x JOIN pg_catalog.pg_namespace s ON s.oid = x.oprnamespace WHERE x.oid = ${oid})`;

/**
 * Selects operators. Of two that name each other, the first creates the second as a shell, which its own statement
 * completes.
 */
const OPERATORS = `${head('pg_operator', 'o', 'n.nspname')}
         ARRAY['CREATE OPERATOR ' || CASE WHEN n.nspname = current_schema() THEN '' ELSE quote_ident(n.nspname) || '.' END
           || o.oprname || ' (' || concat_ws(', ', 'FUNCTION = ' || o.oprcode::regproc,
             'LEFTARG = ' || nullif(o.oprleft, 0)::regtype, 'RIGHTARG = ' || nullif(o.oprright, 0)::regtype,
             'COMMUTATOR = ' || ${operatorName('o.oprcom')}, 'NEGATOR = ' || ${operatorName('o.oprnegate')},
             'RESTRICT = ' || nullif(o.oprrest::oid, 0)::regproc, 'JOIN = ' || nullif(o.oprjoin::oid, 0)::regproc,
             CASE WHEN o.oprcanhash THEN 'HASHES' END, CASE WHEN o.oprcanmerge THEN 'MERGES' END) || ')'] AS upgrade,
         ARRAY['DROP OPERATOR ' || o.oid::regoperator] AS downgrade
  FROM pg_catalog.pg_operator o
  JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
  WHERE n.nspname = ANY ($1::text[]) AND o.oprcode <> 0 AND ${createdByUsers('pg_operator', 'o.oid')}`;

const familyName = `${nameSql('fn.nspname', 'f.opfname')} || ' USING ' || quote_ident(m.amname)`;

/** A SQL expression: the operators and functions of a class or a family, which depend on `owner` in pg_depend. */
const entries = (owner: string, oid: string): string => `
  (SELECT string_agg(entry, ', ' ORDER BY entry) FROM (
     SELECT 'OPERATOR ' || a.amopstrategy || ' ' || a.amopopr::regoperator
              || coalesce(' FOR ORDER BY ' || (SELECT ${nameSql('sn.nspname', 'sf.opfname')}
                 FROM pg_catalog.pg_opfamily sf JOIN pg_catalog.pg_namespace sn ON sn.oid = sf.opfnamespace
                 WHERE sf.oid = a.amopsortfamily), '') AS entry
     FROM pg_catalog.pg_amop a JOIN pg_catalog.pg_depend d ON d.classid = 'pg_amop'::regclass AND d.objid = a.oid
     WHERE d.refclassid = '${owner}'::regclass AND d.refobjid = ${oid}
     UNION ALL
     SELECT 'FUNCTION ' || a.amprocnum || ' (' || a.amproclefttype::regtype || ', ' || a.amprocrighttype::regtype || ') '
              || a.amproc::regprocedure
     FROM pg_catalog.pg_amproc a JOIN pg_catalog.pg_depend d ON d.classid = 'pg_amproc'::regclass AND d.objid = a.oid
     WHERE d.refclassid = '${owner}'::regclass AND d.refobjid = ${oid}) AS entries)`;

const FAMILIES = `${head('pg_opfamily', 'f', 'fn.nspname')}
         ARRAY['CREATE OPERATOR FAMILY ' || ${familyName}] AS upgrade,
         ARRAY['DROP OPERATOR FAMILY ' || ${familyName}] AS downgrade
  FROM pg_catalog.pg_opfamily f
  JOIN pg_catalog.pg_namespace fn ON fn.oid = f.opfnamespace
  JOIN pg_catalog.pg_am m ON m.oid = f.opfmethod
  WHERE fn.nspname = ANY ($1::text[]) AND ${createdByUsers('pg_opfamily', 'f.oid')}`;

const CLASSES = `${head('pg_opclass', 'o', 'n.nspname')}
         ARRAY['CREATE OPERATOR CLASS ' || ${nameSql('n.nspname', 'o.opcname')} || CASE WHEN o.opcdefault THEN ' DEFAULT' ELSE '' END
           || ' FOR TYPE ' || o.opcintype::regtype || ' USING ' || quote_ident(m.amname)
           || ' FAMILY ' || ${nameSql('fn.nspname', 'f.opfname')} || ' AS '
           || concat_ws(', ', 'STORAGE ' || coalesce(nullif(o.opckeytype, 0), o.opcintype)::regtype,
                ${entries('pg_opclass', 'o.oid')})] AS upgrade,
         ARRAY['DROP OPERATOR CLASS ' || ${nameSql('n.nspname', 'o.opcname')} || ' USING ' || quote_ident(m.amname)] AS downgrade
  FROM pg_catalog.pg_opclass o
  JOIN pg_catalog.pg_namespace n ON n.oid = o.opcnamespace
  JOIN pg_catalog.pg_opfamily f ON f.oid = o.opcfamily
  JOIN pg_catalog.pg_namespace fn ON fn.oid = f.opfnamespace
  JOIN pg_catalog.pg_am m ON m.oid = o.opcmethod
  WHERE n.nspname = ANY ($1::text[]) AND ${createdByUsers('pg_opclass', 'o.oid')}`;

const CASTS = `${head('pg_cast', 'c', 'NULL')}
         ARRAY['CREATE CAST (' || c.castsource::regtype || ' AS ' || c.casttarget::regtype || ') '
           || CASE c.castmethod WHEN 'f' THEN 'WITH FUNCTION ' || c.castfunc::regprocedure WHEN 'i' THEN 'WITH INOUT'
                ELSE 'WITHOUT FUNCTION' END
           || CASE c.castcontext WHEN 'a' THEN ' AS ASSIGNMENT' WHEN 'i' THEN ' AS IMPLICIT' ELSE '' END] AS upgrade,
         ARRAY['DROP CAST (' || c.castsource::regtype || ' AS ' || c.casttarget::regtype || ')'] AS downgrade
  FROM pg_catalog.pg_cast c WHERE $1::text[] IS NOT NULL AND ${createdByUsers('pg_cast', 'c.oid')}`;

/** Operators, their families and classes, and casts. */
export async function operators(catalog: Catalog): Promise<readonly DatabaseObject[]> {
  const found: DatabaseObject[] = [];
  for (const query of [OPERATORS, FAMILIES, CLASSES, CASTS]) {
    found.push(...(await sqlObjects(catalog, query, RANKS.routine + 0.5)));
  }
  return found;
}
