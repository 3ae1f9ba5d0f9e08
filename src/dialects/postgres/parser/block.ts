import type { SqlReader } from '../../../sql/ddl/reader.js';
import type { SqlStatement } from '../../../sql/ddl/statement.js';
import { POSTGRES_SQL } from '../../../sql/rules.js';
import { codeTokens } from '../../../sql/scanner.js';
import type { ParseNode, ServerParser } from './server-parser.js';

interface Expression {
  readonly query: string;
  /** 0 is a whole statement, any other an expression. */
  readonly parseMode?: number;
}

/** What a block of PL/pgSQL can run, at every branch of it: `EXECUTE` of a constant text as well. */
export function blockStatement(tree: ParseNode, parser: ServerParser, read: SqlReader): SqlStatement {
  const { as: body, language = 'plpgsql' } = textsOf(tree);
  if (body === undefined || language !== 'plpgsql') return { kind: 'block', statements: [], isDynamic: true };
  let block: unknown;
  try {
    const quote = quoteFor(body);
    // The parser takes whole functions.
    block = parser.parsePlPgSQLSync(`CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS ${quote}${body}${quote}`);
  } catch (error) {
    return { kind: 'unknown', verb: 'DO', reason: error instanceof Error ? error.message : String(error) };
  }
  const found = { statements: [] as SqlStatement[], isDynamic: false };
  collect(block, read, found);
  return { kind: 'block', statements: found.statements, ...(found.isDynamic && { isDynamic: true as const }) };
}

function collect(
  node: unknown,
  read: SqlReader,
  found: { readonly statements: SqlStatement[]; isDynamic: boolean },
): void {
  if (node === null || typeof node !== 'object') return;
  for (const [key, value] of Object.entries(node)) {
    const built = builtText(key, value);
    if (built !== undefined) {
      const sql = constantText(built);
      if (sql === undefined) found.isDynamic = true;
      else found.statements.push(...read(sql).filter(({ kind }) => kind !== 'read'));
    }
    const { query, parseMode = 0 } = key === 'PLpgSQL_expr' ? (value as Expression) : { query: '', parseMode: 2 };
    if (parseMode === 0) found.statements.push(...read(query).filter(({ kind }) => kind !== 'read'));
    collect(value, read, found);
  }
}

/** The expression of a SQL text that is built when the block runs. */
function builtText(type: string, value: unknown): string | undefined {
  const own = value as { readonly query?: ParseNode; readonly dynquery?: ParseNode };
  const isDynamic = ['PLpgSQL_stmt_dynexecute', 'PLpgSQL_stmt_dynfors', 'PLpgSQL_stmt_return_query'].includes(type);
  const node = own?.dynquery ?? (isDynamic ? own.query : undefined);
  return (node?.['PLpgSQL_expr'] as Expression | undefined)?.query;
}

/** A dollar quote that does not occur in a text. */
function quoteFor(text: string): string {
  let tag = 'b';
  while (text.includes(`$${tag}$`)) tag += 'b';
  return `$${tag}$`;
}

/** The value of an expression that is one string. */
function constantText(expression: string): string | undefined {
  const [token, ...more] = codeTokens(expression, POSTGRES_SQL);
  return token?.kind === 'string' && more.length === 0 ? token.value : undefined;
}

function textsOf(tree: ParseNode): { readonly as?: string; readonly language?: string } {
  const { args = [] } = tree['DoStmt'] as {
    readonly args?: readonly { readonly DefElem: { readonly defname: string; readonly arg?: ParseNode } }[];
  };
  const texts = args.map(({ DefElem: { defname, arg } }) => [
    defname,
    (arg?.['String'] as { readonly sval?: string } | undefined)?.sval,
  ]);
  return Object.fromEntries(texts) as { as?: string; language?: string };
}
