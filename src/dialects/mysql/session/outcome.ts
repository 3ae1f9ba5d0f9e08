import type { QueryRunner } from 'typeorm';
import { pathAt } from '../../../sql/paths.js';
import { MYSQL_SQL } from '../../../sql/rules.js';
import { codeTokens, type SqlToken } from '../../../sql/scanner.js';
import type { StatementOutcome } from '../../dialect.js';
import { literal } from '../text.js';

/** Statements that do the same when they run again. */
const REPEATABLE = ['ANALYZE', 'OPTIMIZE', 'SET', 'DO'];

/** Keywords between the verb and the name of an object. */
const BEFORE_NAME = ['IF', 'NOT', 'EXISTS', 'COLUMN', 'UNIQUE', 'FULLTEXT', 'SPATIAL'];

/**
 * What became of a statement that was under way when its runner died. A statement that changes the schema has happened wholly or not
 * at all, so that one of the objects that it creates, drops or renames tells which.
 */
export async function outcomeOf(runner: QueryRunner, sql: string): Promise<StatementOutcome> {
  const code = codeTokens(sql, MYSQL_SQL);
  const [verb, object] = code;
  if (verb === undefined || REPEATABLE.includes(verb.keyword)) return 'undone';
  const isRelation = object?.is('TABLE') || object?.is('VIEW');
  if (verb.is('CREATE') && isRelation) return happened(await exists(runner, code, 2), true);
  // CREATE OR REPLACE VIEW does the same again.
  if (verb.is('CREATE') && object?.is('OR') && code.some((token) => token.is('VIEW'))) return 'undone';
  if (verb.is('DROP') && isRelation) return happened(await exists(runner, code, 2), false);
  if (verb.is('RENAME') && object?.is('TABLE')) return happened(await exists(runner, code, 2), false);
  return verb.is('ALTER') && object?.is('TABLE') ? ofAlterTable(runner, code) : 'unknown';
}

function happened(isThere: boolean | undefined, wasCreated: boolean): StatementOutcome {
  if (isThere === undefined) return 'unknown';
  return isThere === wasCreated ? 'done' : 'undone';
}

/** Whether the table or view whose name begins at a token exists. */
async function exists(runner: QueryRunner, code: readonly SqlToken[], from: number): Promise<boolean | undefined> {
  const name = nameAt(code, from);
  return name && isThere(runner, 'tables', name.path);
}

interface Found {
  readonly path: readonly string[];
  readonly next: number;
}

function nameAt(code: readonly SqlToken[], from: number): Found | undefined {
  let at = from;
  while (code[at]?.kind === 'word' && BEFORE_NAME.includes(code[at]?.keyword ?? '')) at++;
  const path = pathAt(code, at);
  return path && { path: path.names.map(({ value }) => value), next: path.next };
}

/** An ALTER TABLE, by the first of its clauses that adds, drops or renames something; one that only sets something can run again. */
async function ofAlterTable(runner: QueryRunner, code: readonly SqlToken[]): Promise<StatementOutcome> {
  const table = nameAt(code, 2);
  if (table === undefined) return 'unknown';
  for (const at of clauseStarts(code, table.next)) {
    const [verb, kind] = [code[at], code[at + 1]];
    if (verb?.is('MODIFY') || verb?.is('COMMENT')) continue;
    const object = OBJECTS[objectKind(code, at + 1)];
    const name = object && nameAt(code, at + object.skipped + 1)?.path[0];
    if (name === undefined || kind === undefined || !object) return 'unknown';
    if (verb?.is('ADD')) return happened(await isThere(runner, object.view, [...table.path, name]), true);
    if (verb?.is('DROP') || verb?.is('RENAME')) {
      return happened(await isThere(runner, object.view, [...table.path, name]), false);
    }
    return 'unknown';
  }
  return 'undone';
}

type CatalogView = 'tables' | 'columns' | 'statistics' | 'table_constraints';

/** What a clause is about, by its keyword, and how many keywords there are before the name. */
const OBJECTS: Readonly<Record<string, { readonly view: CatalogView; readonly skipped: number } | undefined>> = {
  COLUMN: { view: 'columns', skipped: 1 },
  INDEX: { view: 'statistics', skipped: 1 },
  'KIND INDEX': { view: 'statistics', skipped: 2 },
  CONSTRAINT: { view: 'table_constraints', skipped: 1 },
  'FOREIGN KEY': { view: 'table_constraints', skipped: 2 },
};

function objectKind(code: readonly SqlToken[], at: number): string {
  const [first, second] = [code[at]?.keyword ?? '', code[at + 1]?.keyword ?? ''];
  if (first === 'FOREIGN' && second === 'KEY') return 'FOREIGN KEY';
  return second === 'INDEX' && ['UNIQUE', 'FULLTEXT', 'SPATIAL'].includes(first) ? 'KIND INDEX' : first;
}

/** The tokens at which the clauses of an ALTER TABLE begin. */
function clauseStarts(code: readonly SqlToken[], from: number): number[] {
  const starts = [from];
  let depth = 0;
  for (let at = from; at < code.length; at++) {
    if (code[at]?.is('(')) depth++;
    if (code[at]?.is(')')) depth--;
    if (depth === 0 && code[at]?.is(',')) starts.push(at + 1);
  }
  return starts;
}

const NAMES: Readonly<Record<CatalogView, string>> = {
  tables: 'table_name',
  columns: 'column_name',
  statistics: 'index_name',
  table_constraints: 'constraint_name',
};

/** @param path the table, before it its database where it is given, behind it what belongs to it */
async function isThere(runner: QueryRunner, view: CatalogView, path: readonly string[]): Promise<boolean> {
  const own = view === 'tables' ? [] : path.slice(-1);
  const [table = '', database] = path.slice(0, path.length - own.length).reverse();
  const conditions = [
    `table_schema = ${database === undefined ? 'DATABASE()' : literal(database)}`,
    `table_name = ${literal(table)}`,
    ...own.map((name) => `${NAMES[view]} = ${literal(name)}`),
  ];
  const rows = (await runner.query(
    `SELECT 1 AS found FROM information_schema.${view} WHERE ${conditions.join(' AND ')} LIMIT 1`,
  )) as unknown[];
  return rows.length > 0;
}
