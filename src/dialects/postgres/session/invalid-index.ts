import type { QueryRunner } from 'typeorm';
import { pathAt } from '../../../sql/paths.js';
import { POSTGRES_SQL } from '../../../sql/rules.js';
import { codeTokens } from '../../../sql/scanner.js';

/**
 * Selects the invalid index of a name, on a table where that is known: CREATE INDEX puts it into the schema of the table.
 */
const INVALID = `
  SELECT i.indexrelid::regclass::text AS name, i.indrelid::regclass::text AS "table"
  FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
  WHERE NOT i.indisvalid
    AND CASE WHEN $2::text IS NULL THEN c.oid = to_regclass($1)
        ELSE i.indrelid = to_regclass($2) AND c.relname = (parse_ident($1))[1] END`;

/** The hint about the invalid index that a failed concurrent build or drop leaves behind; undefined when there is none. */
export async function invalidIndexHint(runner: QueryRunner, statement: string): Promise<string | undefined> {
  const { built, table, dropped } = concurrentIndex(statement);
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

/** The names, as written, in CREATE INDEX CONCURRENTLY and DROP INDEX CONCURRENTLY; none for other statements. */
function concurrentIndex(statement: string): { built?: string; table?: string; dropped?: string } {
  const code = codeTokens(statement, POSTGRES_SQL);
  let at = 0;
  const accept = (...words: readonly string[]): boolean => {
    const isThere = words.every((word, ahead) => code[at + ahead]?.is(word));
    if (isThere) at += words.length;
    return isThere;
  };
  const name = (): string | undefined => {
    const path = pathAt(code, at);
    at = path?.next ?? at;
    return path && statement.slice(path.names[0]?.start, path.names.at(-1)?.end);
  };
  if (accept('DROP', 'INDEX', 'CONCURRENTLY')) {
    accept('IF', 'EXISTS');
    return { dropped: name() };
  }
  const isBuilt = accept('CREATE', 'UNIQUE', 'INDEX', 'CONCURRENTLY') || accept('CREATE', 'INDEX', 'CONCURRENTLY');
  if (!isBuilt) return {};
  accept('IF', 'NOT', 'EXISTS');
  const built = code[at]?.is('ON') ? undefined : name();
  accept('ON');
  accept('ONLY');
  return { built, table: name() };
}
