import { type DatabaseObject, RANKS } from '../../inventory.js';
import { type Catalog, createdByUsers, nameSql, read, sqlObject, sqlObjects, type SqlRow } from './catalog.js';
import type { RelationRow } from './relations.js';

const onRelation = (catalog: string, row: string, relation: string): string => `
  JOIN pg_catalog.pg_class c ON c.oid = ${relation}
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = ANY ($1::text[]) AND ${createdByUsers(catalog, `${row}.oid`)}`;

const head = (catalog: string, row: string, kind: string, name: string): string => `
  SELECT '${catalog}' AS class, ${row}.oid, n.nspname AS schema, c.oid AS relation,
         pg_describe_object('${catalog}'::regclass, ${row}.oid, 0) AS description,
         ARRAY['DROP ${kind} ' || quote_ident(${row}.${name}) || ' ON ' || ${nameSql('n.nspname', 'c.relname')}] AS downgrade,`;

const RELATION = nameSql('n.nspname', 'c.relname');

/** A SQL expression: the statement that sets the firing mode of a trigger or a rule, unless it is the default. */
const enabled = (kind: string, state: string, name: string): string => `
  'ALTER TABLE ' || ${RELATION} || CASE ${state} WHEN 'D' THEN ' DISABLE' WHEN 'R' THEN ' ENABLE REPLICA'
    WHEN 'A' THEN ' ENABLE ALWAYS' END || ' ${kind} ' || quote_ident(${name})`;

const TRIGGERS = `${head('pg_trigger', 't', 'TRIGGER', 'tgname')}
         array_remove(ARRAY[pg_get_triggerdef(t.oid), ${enabled('TRIGGER', 't.tgenabled', 't.tgname')}], NULL) AS upgrade
  FROM pg_catalog.pg_trigger t ${onRelation('pg_trigger', 't', 't.tgrelid')} AND NOT t.tgisinternal AND t.tgparentid = 0`;

const RULES = `${head('pg_rewrite', 'r', 'RULE', 'rulename')}
         array_remove(ARRAY[pg_get_ruledef(r.oid), ${enabled('RULE', 'r.ev_enabled', 'r.rulename')}], NULL) AS upgrade
  FROM pg_catalog.pg_rewrite r ${onRelation('pg_rewrite', 'r', 'r.ev_class')} AND r.rulename <> '_RETURN'`;

const POLICIES = `${head('pg_policy', 'p', 'POLICY', 'polname')}
         ARRAY['CREATE POLICY ' || quote_ident(p.polname) || ' ON ' || ${RELATION}
           || CASE WHEN p.polpermissive THEN '' ELSE ' AS RESTRICTIVE' END
           || CASE p.polcmd WHEN 'r' THEN ' FOR SELECT' WHEN 'a' THEN ' FOR INSERT' WHEN 'w' THEN ' FOR UPDATE'
                WHEN 'd' THEN ' FOR DELETE' ELSE '' END
           || CASE WHEN p.polroles = '{0}' THEN '' ELSE ' TO ' || (
                SELECT string_agg(CASE o WHEN 0 THEN 'PUBLIC' ELSE o::regrole::text END, ', ') FROM unnest(p.polroles) o) END
           || coalesce(' USING (' || pg_get_expr(p.polqual, p.polrelid) || ')', '')
           || coalesce(' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')', '')] AS upgrade
  FROM pg_catalog.pg_policy p ${onRelation('pg_policy', 'p', 'p.polrelid')}`;

const STATISTICS = `
  SELECT 'pg_statistic_ext' AS class, s.oid, sn.nspname AS schema, c.oid AS relation,
         pg_describe_object('pg_statistic_ext'::regclass, s.oid, 0) AS description,
         array_remove(ARRAY[
           replace(pg_get_statisticsobjdef(s.oid), 'CREATE STATISTICS ' || quote_ident(sn.nspname) || '.' || quote_ident(s.stxname),
             'CREATE STATISTICS ' || ${nameSql('sn.nspname', 's.stxname')}),
           CASE WHEN s.stxstattarget >= 0 THEN
             'ALTER STATISTICS ' || ${nameSql('sn.nspname', 's.stxname')} || ' SET STATISTICS ' || s.stxstattarget END],
           NULL) AS upgrade,
         ARRAY['DROP STATISTICS ' || ${nameSql('sn.nspname', 's.stxname')}] AS downgrade
  FROM pg_catalog.pg_statistic_ext s
  JOIN pg_catalog.pg_namespace sn ON sn.oid = s.stxnamespace
  ${onRelation('pg_statistic_ext', 's', 's.stxrelid')}`;

/** Selects event triggers. They fire for all that is created after them, so they come last. */
const EVENT_TRIGGERS = `
  SELECT 'pg_event_trigger' AS class, e.oid, NULL AS schema,
         pg_describe_object('pg_event_trigger'::regclass, e.oid, 0) AS description,
         array_remove(ARRAY[
           'CREATE EVENT TRIGGER ' || quote_ident(e.evtname) || ' ON ' || e.evtevent
             || coalesce(' WHEN TAG IN (' || (SELECT string_agg(quote_literal(tag), ', ') FROM unnest(e.evttags) tag) || ')', '')
             || ' EXECUTE FUNCTION ' || e.evtfoid::regproc || '()',
           'ALTER EVENT TRIGGER ' || quote_ident(e.evtname) || CASE e.evtenabled WHEN 'D' THEN ' DISABLE'
             WHEN 'R' THEN ' ENABLE REPLICA' WHEN 'A' THEN ' ENABLE ALWAYS' END], NULL) AS upgrade,
         ARRAY['DROP EVENT TRIGGER ' || quote_ident(e.evtname)] AS downgrade
  FROM pg_catalog.pg_event_trigger e
  WHERE $1::text[] IS NOT NULL AND ${createdByUsers('pg_event_trigger', 'e.oid')}`;

/** Triggers, rules, policies and statistics of tables and views, and event triggers. */
export async function attached(
  catalog: Catalog,
  relations: readonly RelationRow[],
): Promise<readonly DatabaseObject[]> {
  const found: DatabaseObject[] = [];
  for (const [query, before] of [
    [TRIGGERS, ' ON '],
    [RULES, ' TO '],
  ] as const) {
    const rows = await read<SqlRow>(catalog, query);
    found.push(...rows.map((row) => sqlObject(catalog, asWritten(row, before, relations), RANKS.attached)));
  }
  for (const query of [POLICIES, STATISTICS]) found.push(...(await sqlObjects(catalog, query, RANKS.attached)));
  return [...found, ...(await sqlObjects(catalog, EVENT_TRIGGERS, RANKS.watch))];
}

/**
 * The row with the table as revisions write it: PostgreSQL prints it with its schema, after the first ON (trigger) or TO
 * (rule).
 */
function asWritten(row: SqlRow, before: ' ON ' | ' TO ', relations: readonly RelationRow[]): SqlRow {
  const relation = relations.find(({ oid }) => oid === row.relation);
  const [made = '', ...others] = row.upgrade;
  const printed = before + (relation?.full ?? '');
  const at = made.indexOf(printed);
  if (relation === undefined || at < 0) return row;
  const written = made.slice(0, at) + before + relation.written + made.slice(at + printed.length);
  return { ...row, upgrade: [written, ...others] };
}
