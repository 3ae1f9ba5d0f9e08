import type { SqlRules } from '../rules.js';
import { parseStatements } from './parse.js';
import type { SqlStatement } from './statement.js';

/** Reads a SQL text: its statements, as far as they decide what they do. Never throws. */
export type SqlReader = (sql: string) => readonly SqlStatement[];

/** The reader that needs nothing but the rules of the database's SQL. */
export function ownReader(rules: SqlRules): SqlReader {
  return (sql) => parseStatements(sql, rules);
}
