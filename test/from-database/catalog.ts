import type { DataSource } from 'typeorm';
import { type Dump, dump } from '../changes/dump.js';

const SCHEMAS = `n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND n.nspname !~ '^pg_'`;
const OURS = `NOT LIKE 'migrate_version%'`;
const FOREIGN = (catalog: string, oid: string): string =>
  `NOT EXISTS (SELECT FROM pg_depend x WHERE x.deptype IN ('e', 'i') AND x.objid = ${oid} AND x.classid = '${catalog}'::regclass)`;

/** What the other tests have no use for: each a line. */
const QUERIES: readonly string[] = [
  `SELECT 'routine ' || pg_get_functiondef(p.oid) AS line FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
   WHERE ${SCHEMAS} AND p.prokind <> 'a' AND ${FOREIGN('pg_proc', 'p.oid')}`,
  `SELECT concat_ws(' ', 'aggregate', n.nspname, p.proname, pg_get_function_arguments(p.oid), p.proparallel,
          (to_jsonb(a) - 'aggfnoid')::text) AS line
   FROM pg_aggregate a JOIN pg_proc p ON p.oid = a.aggfnoid JOIN pg_namespace n ON n.oid = p.pronamespace
   WHERE ${SCHEMAS} AND ${FOREIGN('pg_proc', 'p.oid')}`,
  `SELECT concat_ws(' ', 'type', n.nspname, t.typname, t.typtype, format_type(t.typbasetype, t.typtypmod), t.typnotnull,
          t.typdefault, t.typcollation::regcollation,
          (SELECT string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' ' || a.attcollation::regcollation::text, ', ' ORDER BY a.attnum)
           FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE c.oid = t.typrelid AND c.relkind = 'c'),
          (SELECT string_agg(k.conname || pg_get_constraintdef(k.oid), ', ' ORDER BY k.conname)
           FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c'),
          (SELECT concat_ws(' ', r.rngsubtype::regtype, r.rngmultitypid::regtype, r.rngsubdiff::regproc, r.rngcanonical::regproc)
           FROM pg_range r WHERE r.rngtypid = t.oid)) AS line
   FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
   WHERE ${SCHEMAS} AND t.typname NOT LIKE '%migrate_version%' AND t.typtype IN ('d', 'c', 'r') AND ${FOREIGN('pg_type', 't.oid')}`,
  `SELECT concat_ws(' ', 'table', c.oid::regclass, c.relkind, c.relpersistence, c.reloptions::text, c.relrowsecurity,
          c.relforcerowsecurity, c.relreplident, c.relispopulated, pg_get_partkeydef(c.oid), pg_get_expr(c.relpartbound, c.oid),
          c.reloftype::regtype,
          (SELECT string_agg(i.inhparent::regclass::text, ', ' ORDER BY i.inhseqno) FROM pg_inherits i WHERE i.inhrelid = c.oid),
          (SELECT toast.reloptions::text FROM pg_class toast WHERE toast.oid = c.reltoastrelid)) AS line
   FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE ${SCHEMAS} AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'i', 'I') AND c.relname ${OURS} AND c.relname NOT LIKE 'alembic%'`,
  `SELECT concat_ws(' ', 'column', c.oid::regclass, a.attname, a.attstorage, quote_literal(a.attcompression::text), a.attstattarget,
          a.attoptions::text, CASE WHEN NOT c.relispartition THEN a.attislocal END) AS line
   FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE ${SCHEMAS} AND c.relname ${OURS} AND c.relkind IN ('r', 'p', 'm') AND a.attnum > 0 AND NOT a.attisdropped`,
  `SELECT concat_ws(' ', 'constraint', k.conrelid::regclass, k.conname, k.convalidated, CASE WHEN k.contype = 'c' THEN k.connoinherit END, k.coninhcount) AS line
   FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace
   WHERE ${SCHEMAS} AND k.contype IN ('p', 'u', 'c', 'x', 'f') AND k.conrelid <> 0 AND k.conrelid::regclass::text ${OURS}`,
  `SELECT concat_ws(' ', 'attached index', i.inhrelid::regclass, i.inhparent::regclass) AS line FROM pg_inherits i`,
  `SELECT concat_ws(' ', 'clustered', i.indexrelid::regclass, i.indisclustered, i.indisreplident, i.indisvalid) AS line
   FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE ${SCHEMAS} AND c.relname ${OURS}`,
  `SELECT concat_ws(' ', 'sequence', s.seqrelid::regclass, s.seqmin, s.seqcache, s.seqcycle) AS line
   FROM pg_sequence s WHERE s.seqrelid::regclass::text ${OURS}`,
  `SELECT concat_ws(' ', 'rule', pg_get_ruledef(r.oid), r.ev_enabled) AS line
   FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE ${SCHEMAS} AND r.rulename <> '_RETURN'`,
  `SELECT concat_ws(' ', 'trigger', tgrelid::regclass, tgname, tgenabled) AS line FROM pg_trigger WHERE NOT tgisinternal`,
  `SELECT concat_ws(' ', 'policy', p.polname, p.polrelid::regclass, p.polcmd, p.polpermissive, p.polroles::regrole[]::text,
          pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)) AS line FROM pg_policy p`,
  `SELECT 'statistics ' || pg_get_statisticsobjdef(oid) AS line FROM pg_statistic_ext`,
  `SELECT concat_ws(' ', 'event trigger', evtname, evtevent, evtfoid::regproc, evtenabled, evttags::text) AS line FROM pg_event_trigger`,
  `SELECT concat_ws(' ', 'collation', n.nspname, c.collname, c.collprovider, c.collisdeterministic, c.collcollate,
          to_jsonb(c) ->> 'colllocale', to_jsonb(c) ->> 'collicurules') AS line
   FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace WHERE ${SCHEMAS}`,
  `SELECT concat_ws(' ', 'operator', o.oid::regoperator, o.oprcode, o.oprcom::regoperator, o.oprnegate::regoperator, o.oprrest,
          o.oprjoin, o.oprcanhash, o.oprcanmerge) AS line
   FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace WHERE ${SCHEMAS} AND ${FOREIGN('pg_operator', 'o.oid')}`,
  `SELECT concat_ws(' ', 'operator class', n.nspname, o.opcname, f.opfname, o.opcintype::regtype, o.opcdefault, o.opckeytype::regtype,
          (SELECT string_agg(a.amopstrategy || a.amopopr::regoperator::text, ', ' ORDER BY 1) FROM pg_amop a WHERE a.amopfamily = f.oid),
          (SELECT string_agg(a.amprocnum || a.amproc::regprocedure::text, ', ' ORDER BY 1) FROM pg_amproc a WHERE a.amprocfamily = f.oid)) AS line
   FROM pg_opclass o JOIN pg_opfamily f ON f.oid = o.opcfamily JOIN pg_namespace n ON n.oid = o.opcnamespace
   WHERE ${SCHEMAS} AND ${FOREIGN('pg_opclass', 'o.oid')}`,
  `SELECT concat_ws(' ', 'cast', castsource::regtype, casttarget::regtype, castfunc::regprocedure, castcontext, castmethod) AS line
   FROM pg_cast c WHERE c.oid >= 16384 AND ${FOREIGN('pg_cast', 'c.oid')}`,
  `SELECT concat_ws(' ', 'text search', n.nspname, c.cfgname, m.maptokentype, m.mapseqno, m.mapdict::regdictionary) AS line
   FROM pg_ts_config c JOIN pg_namespace n ON n.oid = c.cfgnamespace LEFT JOIN pg_ts_config_map m ON m.mapcfg = c.oid WHERE ${SCHEMAS}`,
  `SELECT concat_ws(' ', 'dictionary', n.nspname, d.dictname, d.dictinitoption, t.tmplname) AS line
   FROM pg_ts_dict d JOIN pg_namespace n ON n.oid = d.dictnamespace JOIN pg_ts_template t ON t.oid = d.dicttemplate WHERE ${SCHEMAS}`,
  `SELECT concat_ws(' ', 'comment', i.type, i.identity, d.description) AS line
   FROM pg_description d CROSS JOIN LATERAL pg_identify_object(d.classoid, d.objoid, d.objsubid) i
   WHERE d.objoid >= 16384`,
];

/** The whole catalog of a database as sorted lines, read by other means than the package reads it. */
export async function catalogOf(dataSource: DataSource): Promise<Dump> {
  const lines = [...(await dump(dataSource))];
  if (dataSource.options.type !== 'postgres') return lines;
  for (const query of QUERIES) {
    const rows = (await dataSource.query(query)) as { line: string }[];
    lines.push(...rows.map(({ line }) => line));
  }
  return lines.filter((line) => !line.includes('migrate_version')).sort();
}
