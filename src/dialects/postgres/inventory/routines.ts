import { type DatabaseObject, RANKS } from '../../inventory.js';
import { type Catalog, idOf, createdByUsers, nameSql, read, sqlObject, sqlObjects, type SqlRow } from './catalog.js';

const ROUTINES = `
  SELECT 'pg_proc' AS class, p.oid, n.nspname AS schema, pg_describe_object('pg_proc'::regclass, p.oid, 0) AS description,
         ARRAY[pg_get_functiondef(p.oid)] AS upgrade, ARRAY['DROP ROUTINE ' || p.oid::regprocedure] AS downgrade,
         l.lanname IN ('c', 'internal') AS "isCompiled"
  FROM pg_catalog.pg_proc p
  JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
  JOIN pg_catalog.pg_language l ON l.oid = p.prolang
  WHERE n.nspname = ANY ($1::text[]) AND p.prokind <> 'a' AND ${createdByUsers('pg_proc', 'p.oid')}`;

const option = (name: string, value: string): string =>
  `CASE WHEN ${value} IS NOT NULL THEN '${name} = ' || ${value} END`;
const proc = (name: string, column: string): string => option(name, `nullif(a.${column}, 0)::regproc::text`);
const literal = (name: string, column: string): string => option(name, `quote_literal(a.${column})`);

const AGGREGATES = `
  SELECT 'pg_proc' AS class, p.oid, n.nspname AS schema, pg_describe_object('pg_proc'::regclass, p.oid, 0) AS description,
         ARRAY['CREATE AGGREGATE ' || ${nameSql('n.nspname', 'p.proname')}
           || '(' || coalesce(nullif(pg_get_function_arguments(p.oid), ''), '*') || E') (\\n  '
           || concat_ws(E',\\n  ',
                'SFUNC = ' || a.aggtransfn::regproc, 'STYPE = ' || format_type(a.aggtranstype, NULL),
                'SSPACE = ' || nullif(a.aggtransspace, 0),
                ${proc('FINALFUNC', 'aggfinalfn')}, CASE WHEN a.aggfinalextra THEN 'FINALFUNC_EXTRA' END,
                CASE WHEN a.aggfinalfn <> 0 AND a.aggfinalmodify <> CASE a.aggkind WHEN 'n' THEN 'r' ELSE 'w' END
                  THEN 'FINALFUNC_MODIFY = '
                    || CASE a.aggfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END,
                ${proc('COMBINEFUNC', 'aggcombinefn')}, ${proc('SERIALFUNC', 'aggserialfn')},
                ${proc('DESERIALFUNC', 'aggdeserialfn')}, ${literal('INITCOND', 'agginitval')},
                ${proc('MSFUNC', 'aggmtransfn')}, ${proc('MINVFUNC', 'aggminvtransfn')},
                CASE WHEN a.aggmtransfn <> 0 THEN 'MSTYPE = ' || format_type(a.aggmtranstype, NULL) END,
                'MSSPACE = ' || nullif(a.aggmtransspace, 0), ${proc('MFINALFUNC', 'aggmfinalfn')},
                CASE WHEN a.aggmfinalextra THEN 'MFINALFUNC_EXTRA' END, ${literal('MINITCOND', 'aggminitval')},
                'SORTOP = ' || (SELECT 'OPERATOR(' || quote_ident(s.nspname) || '.' || o.oprname || ')'
                                FROM pg_catalog.pg_operator o JOIN pg_catalog.pg_namespace s ON s.oid = o.oprnamespace
                                WHERE o.oid = a.aggsortop),
                CASE p.proparallel WHEN 's' THEN 'PARALLEL = SAFE' WHEN 'r' THEN 'PARALLEL = RESTRICTED' END,
                CASE WHEN a.aggkind = 'h' THEN 'HYPOTHETICAL' END)
           || E'\\n)'] AS upgrade,
         ARRAY['DROP AGGREGATE ' || ${nameSql('n.nspname', 'p.proname')}
           || '(' || coalesce(nullif(pg_get_function_identity_arguments(p.oid), ''), '*') || ')'] AS downgrade
  FROM pg_catalog.pg_aggregate a
  JOIN pg_catalog.pg_proc p ON p.oid = a.aggfnoid
  JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
  WHERE n.nspname = ANY ($1::text[]) AND ${createdByUsers('pg_proc', 'p.oid')}`;

/**
 * Functions, procedures and aggregates. The catalog does not record what the body of a function needs, so bodies are not
 * checked when functions are created (`check_function_bodies`), as in a dump.
 */
export async function routines(catalog: Catalog): Promise<readonly DatabaseObject[]> {
  const rows = await read<SqlRow & { readonly isCompiled: boolean }>(catalog, ROUTINES);
  const functions = rows.map((row) =>
    sqlObject(catalog, { ...row, upgrade: row.upgrade.map((sql) => bare(sql, catalog)) }, RANKS.routine),
  );
  const aggregates = await sqlObjects(catalog, AGGREGATES, RANKS.routine);
  const unchecked = rows.filter(({ isCompiled }) => !isCompiled).map(idOf);
  return [...functions, ...aggregates, ...(unchecked.length === 0 ? [] : withoutChecks())];
}

/** The name of a function without the own schema. */
function bare(definition: string, { ownWritten }: Catalog): string {
  const head = /^CREATE OR REPLACE (FUNCTION|PROCEDURE) /.exec(definition)?.[0] ?? '';
  const schema = `${ownWritten}.`;
  const rest = definition.slice(head.length);
  return head + (rest.startsWith(schema) ? rest.slice(schema.length) : rest);
}

function withoutChecks(): readonly DatabaseObject[] {
  const setting = { kind: 'sql', needs: [], downgrade: [], description: 'check_function_bodies' } as const;
  return [
    { ...setting, id: 'setting:first', rank: RANKS.first, upgrade: ['SET check_function_bodies = off'] },
    { ...setting, id: 'setting:last', rank: RANKS.last, upgrade: ['RESET check_function_bodies'] },
  ];
}
