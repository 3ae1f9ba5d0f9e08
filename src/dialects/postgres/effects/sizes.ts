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
        (${DOMAINS}) AS domains, (${FUNCTIONS}) AS functions, (${PARTITIONS}) AS partitions, (${SCHEMAS}) AS schemas`,
  )) as FactsRow[];
  if (row === undefined) return {};
  const { version, zone, domains, functions, partitions, schemas } = row;
  return {
    version: Math.floor(version / 10_000),
    timeZone: zone,
    domains: domains.map(({ name, hasRules, base, default: given }) => ({
      name,
      hasRules,
      base,
      ...(given !== null && { default: given }),
    })),
    functions,
    schemas,
    partitions: partitions.map(({ schema, name, parentSchema, parent, isDefault, hasCheck }) => ({
      ...(schema !== null && { schema }),
      name,
      parent: { ...(parentSchema !== null && { schema: parentSchema }), name: parent },
      ...(isDefault && { isDefault }),
      ...(hasCheck && { hasCheck }),
    })),
  };
}

interface FactsRow {
  readonly schemas: readonly string[];
  readonly version: number;
  readonly zone: string;
  readonly domains: readonly {
    readonly name: string;
    readonly hasRules: boolean;
    readonly base: string;
    readonly default: string | null;
  }[];
  readonly functions: readonly { readonly name: string; readonly isVolatile: boolean }[];
  readonly partitions: readonly {
    readonly schema: string | null;
    readonly name: string;
    readonly parentSchema: string | null;
    readonly parent: string;
    readonly isDefault: boolean;
    readonly hasCheck: boolean;
  }[];
}

/** The domains, each with the rules of those that it is made of. */
const DOMAINS = `
  WITH RECURSIVE chain AS (
    SELECT t.oid, t.typname, t.typnotnull, t.typbasetype, t.typtypmod, t.typdefault, t.oid AS part
      FROM pg_catalog.pg_type t WHERE t.typtype = 'd' AND t.typnamespace <> 'information_schema'::regnamespace
    UNION ALL
    SELECT c.oid, c.typname, b.typnotnull, b.typbasetype, b.typtypmod, coalesce(c.typdefault, b.typdefault), b.oid
      FROM chain c JOIN pg_catalog.pg_type b ON b.oid = c.typbasetype WHERE b.typtype = 'd'),
  domain AS (
    SELECT c.typname AS name, max(c.typdefault) AS given,
        bool_or(c.typnotnull OR EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.contypid = c.part)) AS rules,
        max(pg_catalog.format_type(c.typbasetype, c.typtypmod)) FILTER (WHERE b.typtype <> 'd') AS base
      FROM chain c JOIN pg_catalog.pg_type b ON b.oid = c.typbasetype GROUP BY c.oid, c.typname)
  SELECT coalesce(json_agg(json_build_object('name', name, 'hasRules', rules, 'base', base, 'default', given)), '[]') FROM domain`;

/** The functions, those of the same name as one. */
const FUNCTIONS = `
  WITH named AS (
    SELECT proname AS name, bool_or(provolatile = 'v') AS volatile FROM pg_catalog.pg_proc
      WHERE prokind = 'f' AND pronamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
      GROUP BY proname)
  SELECT coalesce(json_agg(json_build_object('name', name, 'isVolatile', volatile)), '[]') FROM named`;

const SCHEMAS = `
  SELECT coalesce(json_agg(nspname), '[]') FROM pg_catalog.pg_namespace
    WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema' AND nspname IS DISTINCT FROM current_schema()`;

const PARTITIONS = `
  SELECT coalesce(json_agg(json_build_object(
      'schema', nullif(n.nspname, current_schema()), 'name', c.relname,
      'parentSchema', nullif(pn.nspname, current_schema()), 'parent', p.relname,
      'isDefault', pg_catalog.pg_get_expr(c.relpartbound, c.oid) = 'DEFAULT',
      'hasCheck', EXISTS (SELECT FROM pg_catalog.pg_constraint k
        WHERE k.conrelid = c.oid AND k.contype = 'c' AND k.convalidated AND k.conislocal))), '[]')
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_inherits i ON i.inhrelid = c.oid AND NOT i.inhdetachpending
    JOIN pg_catalog.pg_class p ON p.oid = i.inhparent JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
    WHERE c.relispartition AND c.relkind IN ('r', 'p', 'f')`;
