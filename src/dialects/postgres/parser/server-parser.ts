/** A node of a tree of PostgreSQL's parser: one key, which is its type. */
export type ParseNode = Readonly<Record<string, unknown>>;

/** A statement in a text; places are in bytes of UTF-8, and absent where they are 0 or the end. */
export interface ParsedStatement {
  readonly stmt?: ParseNode;
  readonly stmt_location?: number;
  readonly stmt_len?: number;
}

/** PostgreSQL's own parser, the part of the package `libpg-query` that is needed. */
export interface ServerParser {
  /** Throws an error with PostgreSQL's message where the text is none of its SQL. */
  parseSync(sql: string): { readonly stmts?: readonly ParsedStatement[] };
  /** The tree of a function in PL/pgSQL, whose whole CREATE FUNCTION is given. */
  parsePlPgSQLSync(sql: string): unknown;
}

let loading: Promise<ServerParser | undefined> | undefined;

/** PostgreSQL's own parser; `undefined` where the application has not installed `libpg-query`. */
export function loadServerParser(): Promise<ServerParser | undefined> {
  return (loading ??= load());
}

async function load(): Promise<ServerParser | undefined> {
  try {
    const { loadModule, parseSync, parsePlPgSQLSync } = await import('libpg-query');
    await loadModule();
    return { parseSync: parseSync as ServerParser['parseSync'], parsePlPgSQLSync };
  } catch (error) {
    // CommonJS has another code than ES modules for a package that is not there.
    const { code } = error as { readonly code?: unknown };
    if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}
