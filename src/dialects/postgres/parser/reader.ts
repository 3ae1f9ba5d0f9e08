import { POSTGRES_SQL } from '../../../sql/rules.js';
import { parseStatements } from '../../../sql/ddl/parse.js';
import { ownReader, type SqlReader } from '../../../sql/ddl/reader.js';
import type { SqlStatement } from '../../../sql/ddl/statement.js';
import { blockStatement } from './block.js';
import { changesIn, isHarmless, tableOf, verbOf } from './parse-tree.js';
import { loadServerParser, type ParseNode, type ParsedStatement, type ServerParser } from './server-parser.js';

const own = ownReader(POSTGRES_SQL);

/** Reads SQL with PostgreSQL's own parser where `libpg-query` is installed, else with this package's. */
export async function reader(): Promise<SqlReader> {
  const parser = await loadServerParser();
  return parser === undefined ? own : (sql) => read(sql, parser);
}

/**
 * What this package reads, checked by the server's parser: what the two do not agree on is `unknown`, and what only the server's
 * parser understands comes from its tree.
 */
export function read(sql: string, parser: ServerParser): readonly SqlStatement[] {
  let parsed: readonly ParsedStatement[];
  try {
    parsed = parser.parseSync(sql).stmts ?? [];
  } catch (error) {
    const verb = /^\s*(\w+)/.exec(sql)?.[1]?.toUpperCase() ?? 'the text';
    return [{ kind: 'unknown', verb, reason: error instanceof Error ? error.message : String(error) }];
  }
  // Places in the tree count bytes.
  const bytes = Buffer.from(sql);
  return parsed.map((one) => readOne(textOf(bytes, one), one.stmt ?? {}, parser));
}

function textOf(bytes: Buffer, { stmt_location: start = 0, stmt_len: length }: ParsedStatement): string {
  return bytes.subarray(start, length === undefined ? undefined : start + length).toString();
}

function readOne(sql: string, tree: ParseNode, parser: ServerParser): SqlStatement {
  const [statement, ...more] = parseStatements(sql, POSTGRES_SQL);
  if (statement === undefined || more.length > 0) return { kind: 'unknown', verb: verbOf(tree) };
  if (statement.kind === 'block' && 'DoStmt' in tree)
    return blockStatement(tree, parser, (inner) => read(inner, parser));
  const changes = changesIn(tree);
  if (statement.kind === 'read' || statement.kind === 'unknown') {
    const [first, ...others] = changes;
    if (first !== undefined) return others.length === 0 ? first : { kind: 'block', statements: changes };
    return isHarmless(tree) ? { kind: 'read' } : { kind: 'unknown', verb: verbOf(tree) };
  }
  // WITH x AS (DELETE …) INSERT … changes rows of more than one table.
  if (changes.length > 1) return { kind: 'block', statements: changes };
  const table = tableOf(tree);
  if (table === undefined || !('table' in statement) || statement.table.name === table.name) return statement;
  const reason = `it may be about "${table.name}" or "${statement.table.name}"`;
  return { kind: 'unknown', verb: verbOf(tree), reason };
}
