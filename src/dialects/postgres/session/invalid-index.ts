import type { QueryRunner } from 'typeorm';

const NAME = String.raw`(?:(?:"(?:[^"]|"")*"|[^\s".;]+)\.)*(?:"(?:[^"]|"")*"|[^\s".;(]+)`;
const CONCURRENT = new RegExp(
  String.raw`^\s*(?:create\s+(?:unique\s+)?index\s+concurrently\s+(?:if\s+not\s+exists\s+)?(${NAME})\s+on\s+(?:only\s+)?(${NAME})` +
    String.raw`|drop\s+index\s+concurrently\s+(?:if\s+exists\s+)?(${NAME}))`,
  'i',
);

/** By the table where it is known: the index of a CREATE INDEX is in the schema of that. */
const INVALID = `
  SELECT i.indexrelid::regclass::text AS name, i.indrelid::regclass::text AS "table"
  FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
  WHERE NOT i.indisvalid
    AND CASE WHEN $2::text IS NULL THEN c.oid = to_regclass($1)
        ELSE i.indrelid = to_regclass($2) AND c.relname = (parse_ident($1))[1] END`;

/** What a statement that builds or drops an index concurrently left behind when it failed; undefined when it left nothing. */
export async function invalidIndexHint(runner: QueryRunner, statement: string): Promise<string | undefined> {
  const [, built, table, dropped] = CONCURRENT.exec(statement) ?? [];
  const index = built ?? dropped;
  if (index === undefined) return undefined;
  const [found] = (await runner.query(INVALID, [index, table ?? null]).catch(() => [])) as {
    readonly name: string;
    readonly table: string;
  }[];
  if (found === undefined) return undefined;
  const isOn = `The index ${found.name} on ${found.table} is left behind INVALID: no query uses it, and every write has to keep it.`;
  const drop = `DROP INDEX CONCURRENTLY ${found.name}`;
  return built === undefined
    ? `${isOn} Run it again, or drop it by hand: ${drop}.`
    : `${isOn} op.createIndex drops it first when it runs again; else drop it by hand: ${drop}.`;
}
