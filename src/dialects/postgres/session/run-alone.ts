import type { QueryRunner } from 'typeorm';
import { InvalidIndexError } from '../errors.js';
import type { LoneStatement } from './lone-statement.js';

/** The INVALID indexes. $1 is a table, as SQL. */
const INVALID = `
  SELECT i.indexrelid::regclass::text AS name
  FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
  WHERE NOT i.indisvalid AND c.relkind = 'i'`;
/** Those that nobody is building at this moment. */
const LEFT = `${INVALID}
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid)`;

const NAMED = 'i.indrelid = to_regclass($1) AND c.relname = (parse_ident($2))[1]::name';
const BUILT = `${LEFT} AND ${NAMED}`;
const INVALID_NOW = `${INVALID} AND ${NAMED}`;
/** Whether the index `c` has the name that PostgreSQL chooses, whose pattern is $2. */
export const CHOSEN_AS = String.raw`c.relname ~ ('^' || $2::text || '\d*$')`;
/** A name that is not certain, as where it is cut, could be that of any other: the columns $3 are compared too. */
const CHOSEN = `${LEFT} AND i.indrelid = to_regclass($1) AND ${CHOSEN_AS} AND $3::text[] = ARRAY(
    SELECT coalesce(a.attname::text, '')
    FROM unnest(i.indkey::pg_catalog.int2[]) WITH ORDINALITY AS k (attnum, at)
    LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
    WHERE k.at <= i.indnkeyatts ORDER BY k.at)`;

/** The indexes that a REINDEX CONCURRENTLY builds or replaces, of which one that was interrupted leaves some. */
const COPIES = `${LEFT} AND c.relname ~ '_cc(new|old)\\d*$' AND `;
const COPIES_OF: Readonly<Record<string, string>> = {
  INDEX: 'i.indrelid = (SELECT o.indrelid FROM pg_catalog.pg_index o WHERE o.indexrelid = to_regclass($1))',
  TABLE: 'i.indrelid = to_regclass($1)',
  SCHEMA: 'c.relnamespace = to_regnamespace($1)',
};

const PENDING = `
  SELECT FROM pg_catalog.pg_inherits
  WHERE inhparent = to_regclass($1) AND inhrelid = to_regclass($2) AND inhdetachpending`;

/**
 * Runs a lone statement, after what an interrupted one of its kind has left behind is removed.
 *
 * @param send sends the statement that it is given: the same one, or what ends an interrupted DETACH
 * @throws InvalidIndexError where IF NOT EXISTS has found the name taken by an INVALID index
 */
export async function runAlone<T>(
  runner: QueryRunner,
  sql: string,
  lone: LoneStatement,
  send: (sql: string) => Promise<T>,
): Promise<T> {
  for (const name of await leftIndexes(runner, lone)) await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS ${name}`);
  if (lone.kind === 'detach' && (await isPending(runner, lone))) return send(`${lone.start} FINALIZE`);
  const result = await send(sql);
  if (lone.kind === 'build' && lone.name !== undefined) {
    // IF NOT EXISTS looks only at the name.
    const [left] = (await runner.query(INVALID_NOW, [lone.table, lone.name])) as NameRow[];
    if (left !== undefined) throw new InvalidIndexError(left.name, lone.table);
  }
  return result;
}

interface NameRow {
  readonly name: string;
}

/** The INVALID indexes that an interrupted statement of this kind has left behind. */
async function leftIndexes(runner: QueryRunner, lone: LoneStatement): Promise<readonly string[]> {
  const [query, parameters] = leftQuery(lone);
  if (query === undefined) return [];
  return ((await runner.query(query, [...parameters])) as NameRow[]).map(({ name }) => name);
}

function leftQuery(lone: LoneStatement): readonly [query: string | undefined, parameters: readonly unknown[]] {
  if (lone.kind === 'build') {
    if (lone.name !== undefined) return [BUILT, [lone.table, lone.name]];
    return lone.chosen ? [CHOSEN, [lone.table, lone.chosen.pattern, lone.chosen.columns]] : [undefined, []];
  }
  if (lone.kind !== 'reindex') return [undefined, []];
  const which = COPIES_OF[lone.of];
  return which === undefined || lone.name === undefined ? [`${COPIES}true`, []] : [COPIES + which, [lone.name]];
}

async function isPending(
  runner: QueryRunner,
  { table, partition }: { readonly table: string; readonly partition: string },
): Promise<boolean> {
  const rows = (await runner.query(PENDING, [table, partition])) as unknown[];
  return rows.length > 0;
}
