import { ownName } from './own-names.js';

/**
 * Selects for each generated column that is computed from the columns the statement that drops it (`drop`) and those that
 * add it again (`restore`). Inherited ones follow their parent. Continues a query behind `AFFECTED_COLUMNS`.
 */
export const generatedColumnsQuery = `
  SELECT format('ALTER TABLE %s DROP COLUMN %I', ${ownName('n.nspname', 'c.relname')}, a.attname) AS drop,
         ARRAY[format('ALTER TABLE %s ADD COLUMN ', ${ownName('n.nspname', 'c.relname')}) || concat_ws(' ',
           quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
           (SELECT 'COLLATE ' || quote_ident(l.collname) FROM pg_catalog.pg_collation l
             JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
             WHERE l.oid = a.attcollation AND a.attcollation <> t.typcollation),
           'GENERATED ALWAYS AS (' || pg_get_expr(ad.adbin, ad.adrelid) || ')',
           CASE a.attgenerated WHEN 's' THEN 'STORED' ELSE 'VIRTUAL' END,
           CASE WHEN a.attnotnull THEN 'NOT NULL' END)] AS restore
  FROM generated g
  JOIN pg_catalog.pg_attribute a ON a.attrelid = g.attrelid AND a.attnum = g.attnum
  JOIN pg_catalog.pg_attrdef ad ON ad.adrelid = a.attrelid AND ad.adnum = a.attnum
  JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE a.attinhcount = 0
  ORDER BY n.nspname, c.relname, a.attnum`;
