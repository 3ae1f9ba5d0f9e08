import { DependentObjectsError } from '../errors.js';
import type { OperationOf } from '../../../operations/operation.js';
import { displayName } from '../../../schema/schema.model.js';
import type { CompileContext, Statement } from '../../dialect.js';
import { quoteQualified } from '../names.js';
import { dropOwnEnums } from './columns.js';
import { statements } from './compiler.js';

/**
 * Drops a table on which nothing else depends. Autogenerate drops what depends on it in the schemas that it reads, but a
 * foreign key or a view of another schema may depend on it too.
 *
 * @throws DependentObjectsError when something would have to be dropped along with it.
 */
export async function dropTable(
  { table, was, ifExists }: OperationOf<'dropTable'>,
  context: CompileContext,
): Promise<readonly Statement[]> {
  const rows = await context.query(objectsOnTableQuery, [quoteQualified(table)]);
  if (rows.length > 0) {
    throw new DependentObjectsError(
      [displayName(table)],
      rows.map(({ object }) => String(object)),
      'be dropped',
    );
  }
  return [
    ...statements(`DROP TABLE ${ifExists ? 'IF EXISTS ' : ''}${quoteQualified(table)}`),
    ...(was === undefined ? [] : dropOwnEnums(table, was.columns)),
  ];
}

/**
 * Selects the descriptions (`object`) of what depends on a table ($1), its columns, its key or its row type, and DROP TABLE
 * does not drop along with it.
 */
const objectsOnTableQuery = `
  WITH own AS (
    SELECT c.oid, y.oid AS type, y.typarray
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_type y ON y.oid = c.reltype
    WHERE c.oid = to_regclass($1)
  )
  SELECT DISTINCT CASE WHEN r.oid IS NULL THEN pg_describe_object(d.classid, d.objid, d.objsubid)
                    ELSE pg_describe_object('pg_class'::regclass, r.ev_class, 0) END AS object
  FROM own
  JOIN pg_catalog.pg_depend d
    ON (d.refclassid = 'pg_class'::regclass AND d.refobjid = own.oid)
    OR (d.refclassid = 'pg_type'::regclass AND d.refobjid IN (own.type, own.typarray))
  LEFT JOIN pg_catalog.pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid AND r.rulename = '_RETURN'
  WHERE d.deptype = 'n'
    AND NOT (d.classid = 'pg_class'::regclass AND d.objid = own.oid)
    AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_depend a
      WHERE a.classid = d.classid AND a.objid = d.objid AND a.deptype <> 'n'
        AND a.refclassid = 'pg_class'::regclass AND a.refobjid = own.oid)
    AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_attrdef ad
      WHERE d.classid = 'pg_attrdef'::regclass AND ad.oid = d.objid AND ad.adrelid = own.oid)
  ORDER BY 1`;
