import { sequenceName } from '../names.js';
import { type Catalog, nameSql, read } from './catalog.js';

/** A sequence, and the column that owns it. */
export interface SequenceRow {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly written: string;
  readonly description: string;
  /** `AS integer START WITH …` */
  readonly options: string;
  /** Whether it has the options that a serial or identity column of this type gives it. */
  readonly isPlain: boolean;
  /** Whether the model can express it: it is a bigint and has no cache. */
  readonly isInModel: boolean;
  readonly isUnlogged: boolean;
  /** `a` for a serial column, `i` for an identity; null when no column owns it. */
  readonly ownership: 'a' | 'i' | null;
  readonly relation: number | null;
  readonly relationName: string | null;
  readonly relationSchema: string | null;
  readonly relationWritten: string | null;
  readonly column: string | null;
  readonly identity: string | null;
}

const QUERY = `
  SELECT c.oid, n.nspname AS schema, c.relname AS name, ${nameSql('n.nspname', 'c.relname')} AS written,
         pg_describe_object('pg_class'::regclass, c.oid, 0) AS description,
         concat_ws(' ', 'AS ' || s.seqtypid::regtype, 'START WITH ' || s.seqstart, 'INCREMENT BY ' || s.seqincrement,
           'MINVALUE ' || s.seqmin, 'MAXVALUE ' || s.seqmax, 'CACHE ' || s.seqcache,
           CASE WHEN s.seqcycle THEN 'CYCLE' END) AS options,
         a.atttypid IS NOT DISTINCT FROM s.seqtypid AND s.seqstart = 1 AND s.seqincrement = 1 AND s.seqmin = 1
           AND s.seqmax = CASE s.seqtypid WHEN 'int2'::regtype THEN 32767 WHEN 'int4'::regtype THEN 2147483647
                            ELSE 9223372036854775807 END
           AND s.seqcache = 1 AND NOT s.seqcycle AND c.relpersistence = t.relpersistence AS "isPlain",
         s.seqtypid = 'int8'::regtype AND s.seqcache = 1 AND c.relpersistence <> 'u' AS "isInModel",
         c.relpersistence = 'u' AS "isUnlogged",
         d.deptype AS ownership, t.oid AS relation, t.relname AS "relationName", tn.nspname AS "relationSchema",
         ${nameSql('tn.nspname', 't.relname')} AS "relationWritten", a.attname AS column,
         nullif(a.attidentity::text, '') AS identity
  FROM pg_catalog.pg_sequence s
  JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_depend d
    ON d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i')
    AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjsubid > 0
  LEFT JOIN pg_catalog.pg_class t ON t.oid = d.refobjid
  LEFT JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
  LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
  WHERE n.nspname = ANY ($1::text[])
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                    WHERE e.classid = 'pg_catalog.pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
  ORDER BY n.nspname, c.relname`;

export function readSequences(catalog: Catalog): Promise<SequenceRow[]> {
  return read<SequenceRow>(catalog, QUERY);
}

/** Whether the definition of a column creates exactly this sequence, with the same name. */
export function isImplicit({ isPlain, schema, name, relationSchema, relationName, column }: SequenceRow): boolean {
  if (relationName === null || column === null) return false;
  return isPlain && schema === relationSchema && name === sequenceName(relationName, column);
}

/** `GENERATED … AS IDENTITY` with the name and the options of the sequence. */
export function identityText({ identity, written, options }: SequenceRow): string {
  const kind = identity === 'a' ? 'ALWAYS' : 'BY DEFAULT';
  return `GENERATED ${kind} AS IDENTITY (SEQUENCE NAME ${written} ${options.replace(/^AS \w+ /, '')})`;
}
