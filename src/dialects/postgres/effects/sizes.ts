import type { QueryRunner } from 'typeorm';
import { qualifiedKey, type QualifiedName } from '../../../schema/schema.model.js';
import type { ServerFacts, TableSize } from '../../effects.js';

/**
 * The planner's estimate of the rows, and the bytes of tables and indexes. A table that was never analysed has no estimate; only
 * one without a page is known to be empty.
 */
export async function sizes(
  runner: QueryRunner,
  tables: readonly QualifiedName[],
): Promise<ReadonlyMap<string, TableSize>> {
  if (tables.length === 0) return new Map();
  const rows = (await runner.query(
    `SELECT name.schema, name.name, pg_total_relation_size(c.oid)::text AS bytes,
        CASE WHEN pg_relation_size(c.oid) = 0 AND c.relkind <> 'p' THEN 0 WHEN c.reltuples > 0 THEN c.reltuples END AS rows
      FROM unnest($1::text[], $2::text[]) AS name (schema, name)
      JOIN pg_catalog.pg_class c ON c.relname = name.name AND c.relkind IN ('r', 'p', 'm')
        AND c.relnamespace = to_regnamespace(quote_ident(coalesce(name.schema, current_schema())))`,
    [tables.map(({ schema }) => schema ?? null), tables.map(({ name }) => name)],
  )) as { schema: string | null; name: string; bytes: string; rows: number | null }[];
  return new Map(
    rows.map(({ schema, name, bytes, rows: count }) => [
      qualifiedKey(schema === null ? { name } : { schema, name }),
      { bytes: Number(bytes), ...(count !== null && { rows: Math.round(Number(count)) }) },
    ]),
  );
}

export async function serverFacts(runner: QueryRunner): Promise<ServerFacts> {
  const [row] = (await runner.query(
    `SELECT current_setting('server_version_num')::integer AS version, current_setting('TimeZone') AS zone,
        (SELECT coalesce(json_agg(json_build_object('name', t.typname,
            'hasRules', t.typnotnull OR EXISTS (SELECT FROM pg_catalog.pg_constraint c WHERE c.contypid = t.oid))), '[]')
          FROM pg_catalog.pg_type t WHERE t.typtype = 'd' AND t.typnamespace <> 'information_schema'::regnamespace) AS domains`,
  )) as { version: number; zone: string; domains: { name: string; hasRules: boolean }[] }[];
  return row === undefined
    ? {}
    : { version: Math.floor(row.version / 10_000), timeZone: row.zone, domains: row.domains };
}
