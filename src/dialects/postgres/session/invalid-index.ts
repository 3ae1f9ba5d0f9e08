import type { QueryRunner } from 'typeorm';
import { loneStatement } from './lone-statement.js';

const INVALID = `
  SELECT i.indexrelid::regclass::text AS name, i.indrelid::regclass::text AS "table"
  FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
  WHERE NOT i.indisvalid AND `;
const NAMED = `${INVALID} c.oid = to_regclass($1)`;
/** The index of a name, or of one that PostgreSQL has chosen: CREATE INDEX puts it into the schema of the table. */
const OF_TABLE = `${INVALID} i.indrelid = to_regclass($2)
  AND (c.relname = (parse_ident($1))[1]::name OR c.relname ~ ('^' || $3::text || '\\d*$'))`;

/** The hint about the invalid index that a failed concurrent build or drop leaves behind; undefined when there is none. */
export async function invalidIndexHint(runner: QueryRunner, statement: string): Promise<string | undefined> {
  const lone = loneStatement(statement);
  if (lone?.kind !== 'build' && lone?.kind !== 'drop') return undefined;
  const [query, ...parameters] =
    lone.kind === 'drop' ? [NAMED, lone.name] : [OF_TABLE, lone.name ?? null, lone.table, lone.chosen?.pattern ?? null];
  const [found] = (await runner.query(query, parameters).catch(() => [])) as {
    readonly name: string;
    readonly table: string;
  }[];
  if (found === undefined) return undefined;
  const isOn = `The index ${found.name} on ${found.table} is left behind INVALID: no query uses it, and every write has to keep it.`;
  const drop = `DROP INDEX CONCURRENTLY ${found.name}`;
  if (lone.kind === 'drop') return `${isOn} Run it again, or drop it by hand: ${drop}.`;
  return `${isOn} The next run drops it before it builds it again; or drop it by hand: ${drop}.`;
}
