import { type DatabaseObject, RANKS } from '../../inventory.js';
import { type Catalog, createdByUsers, nameSql, sqlObjects } from './catalog.js';

const head = (catalog: string, row: string, kind: string, name: string): string => `
  SELECT '${catalog}' AS class, ${row}.oid, n.nspname AS schema,
         pg_describe_object('${catalog}'::regclass, ${row}.oid, 0) AS description,
         ARRAY['DROP ${kind} ' || ${nameSql('n.nspname', `${row}.${name}`)}] AS downgrade,`;

/** Selects collations; the columns of the catalog for a locale depend on the version of the server. */
const COLLATIONS = `${head('pg_collation', 'c', 'COLLATION', 'collname')}
         ARRAY['CREATE COLLATION ' || ${nameSql('n.nspname', 'c.collname')} || ' (' || concat_ws(', ',
           'PROVIDER = ' || CASE c.collprovider WHEN 'c' THEN 'libc' WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' END,
           CASE WHEN c.collprovider = 'c' AND c.collcollate <> c.collctype
             THEN 'LC_COLLATE = ' || quote_literal(c.collcollate) || ', LC_CTYPE = ' || quote_literal(c.collctype)
             ELSE 'LOCALE = ' || quote_literal(coalesce(j.fields ->> 'colllocale', j.fields ->> 'colliculocale', c.collcollate)) END,
           CASE WHEN NOT c.collisdeterministic THEN 'DETERMINISTIC = false' END,
           'RULES = ' || quote_literal(j.fields ->> 'collicurules')) || ')'] AS upgrade
  FROM pg_catalog.pg_collation c
  CROSS JOIN LATERAL (SELECT to_jsonb(c) AS fields) j
  JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace
  WHERE n.nspname = ANY ($1::text[]) AND ${createdByUsers('pg_collation', 'c.oid')}`;

const DICTIONARIES = `${head('pg_ts_dict', 'd', 'TEXT SEARCH DICTIONARY', 'dictname')}
         ARRAY['CREATE TEXT SEARCH DICTIONARY ' || ${nameSql('n.nspname', 'd.dictname')} || ' ('
           || concat_ws(', ', 'TEMPLATE = ' || ${nameSql('tn.nspname', 't.tmplname')}, d.dictinitoption) || ')'] AS upgrade
  FROM pg_catalog.pg_ts_dict d
  JOIN pg_catalog.pg_namespace n ON n.oid = d.dictnamespace
  JOIN pg_catalog.pg_ts_template t ON t.oid = d.dicttemplate
  JOIN pg_catalog.pg_namespace tn ON tn.oid = t.tmplnamespace
  WHERE n.nspname = ANY ($1::text[]) AND ${createdByUsers('pg_ts_dict', 'd.oid')}`;

/** Selects text search configurations; types of tokens with the same dictionaries share a clause. */
const CONFIGURATIONS = `${head('pg_ts_config', 'c', 'TEXT SEARCH CONFIGURATION', 'cfgname')}
         ARRAY['CREATE TEXT SEARCH CONFIGURATION ' || ${nameSql('n.nspname', 'c.cfgname')}
             || ' (PARSER = ' || ${nameSql('pn.nspname', 'p.prsname')} || ')']
         || ARRAY(
           SELECT 'ALTER TEXT SEARCH CONFIGURATION ' || ${nameSql('n.nspname', 'c.cfgname')} || ' ADD MAPPING FOR '
                    || string_agg(quote_ident(mapped.word), ', ' ORDER BY mapped.word) || ' WITH ' || mapped.dictionaries
           FROM (SELECT w.alias AS word, string_agg(m.mapdict::regdictionary::text, ', ' ORDER BY m.mapseqno) AS dictionaries
                 FROM pg_catalog.pg_ts_config_map m JOIN ts_token_type(c.cfgparser) w ON w.tokid = m.maptokentype
                 WHERE m.mapcfg = c.oid GROUP BY w.alias) AS mapped
           GROUP BY mapped.dictionaries ORDER BY 1) AS upgrade
  FROM pg_catalog.pg_ts_config c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.cfgnamespace
  JOIN pg_catalog.pg_ts_parser p ON p.oid = c.cfgparser
  JOIN pg_catalog.pg_namespace pn ON pn.oid = p.prsnamespace
  WHERE n.nspname = ANY ($1::text[]) AND ${createdByUsers('pg_ts_config', 'c.oid')}`;

/** Collations, and the dictionaries and configurations of text search. */
export async function languages(catalog: Catalog): Promise<readonly DatabaseObject[]> {
  const found: DatabaseObject[] = [];
  for (const query of [COLLATIONS, DICTIONARIES, CONFIGURATIONS]) {
    found.push(...(await sqlObjects(catalog, query, RANKS.type)));
  }
  return found;
}
