import { quoteName } from '../sql/identifiers.js';
import { pathAt } from '../sql/paths.js';
import { codeTokens, type SqlToken } from '../sql/scanner.js';
import type { ColumnClause, TableAction } from '../sql/ddl/statement.js';
import type { LintedStatement, LintRun } from './subject.js';

/**
 * The SQL of a call as a person has written it, without a semicolon behind it. Undefined where it cannot be edited into another form: the
 * text has other statements too, is a block, or has parameters.
 */
export function textOf({ call, sql, isPart }: LintedStatement, run: LintRun): string | undefined {
  const { operation, byHand } = call;
  const hasParameters = operation.kind === 'execute' && (operation.parameters?.length ?? 0) > 0;
  if (!byHand || isPart || hasParameters) return undefined;
  const last = codeTokens(sql, run.dialect.sqlRules).at(-1);
  return (last?.is(';') ? sql.slice(0, last.start) + sql.slice(last.end) : sql).trim();
}

/** SQL with text behind the first of some keywords: `CREATE INDEX` and `CONCURRENTLY`. */
export function withBehind(sql: string, run: LintRun, keywords: readonly string[], text: string): string | undefined {
  const token = codeTokens(sql, run.dialect.sqlRules).find((each) => keywords.some((keyword) => each.is(keyword)));
  return token && `${sql.slice(0, token.end)} ${text}${sql.slice(token.end)}`;
}

/** SQL with text behind its last token: a comment at its end would hide it. */
export function withAtEnd(sql: string, run: LintRun, text: string): string {
  const end = codeTokens(sql, run.dialect.sqlRules).at(-1)?.end ?? sql.length;
  return `${sql.slice(0, end)} ${text}`;
}

/** Whether the code of SQL has one of these words. */
export function hasWord(sql: string, run: LintRun, ...words: readonly string[]): boolean {
  return codeTokens(sql, run.dialect.sqlRules).some(({ kind, keyword }) => kind === 'word' && words.includes(keyword));
}

/** The text of an ALTER TABLE with one action, and that action. */
export function onlyAction(
  statement: LintedStatement,
  run: LintRun,
): { readonly sql: string; readonly action: TableAction } | undefined {
  const { parsed } = statement;
  if (parsed.kind !== 'alterTable' || parsed.actions.length !== 1) return undefined;
  const [action] = parsed.actions;
  const sql = textOf(statement, run);
  return sql === undefined || action === undefined ? undefined : { sql, action };
}

/** What else a column may have, which its clause does not keep. */
const MORE = ['COLLATE', 'STORAGE', 'COMPRESSION', 'GENERATED', 'EXISTS', 'USING'];

/** ADD COLUMN without the constraints and, if asked, without the default and NOT NULL of the column. */
export function bareColumn(
  { sql, table, column }: { readonly sql: string; readonly table: string; readonly column: ColumnClause },
  run: LintRun,
  isBare = false,
): string | undefined {
  if (hasWord(sql, run, ...MORE)) return undefined;
  const value = isBare || column.default === undefined ? '' : ` DEFAULT ${column.default}`;
  const required = isBare || !column.isNotNull ? '' : ' NOT NULL';
  return `ALTER TABLE ${table} ADD COLUMN ${quoteName(column.name)} ${column.type}${value}${required}`;
}

/** ADD CONSTRAINT of a table with a name and NOT VALID. */
export function notValid(sql: string, name: string, isNamed: boolean, run: LintRun): string | undefined {
  const named = isNamed ? sql : withBehind(sql, run, ['ADD'], `CONSTRAINT ${quoteName(name)}`);
  return named && withAtEnd(named, run, 'NOT VALID');
}

/** The REFERENCES clause of a column, where nothing but the clause comes behind it. */
export function referencesOf(sql: string, run: LintRun): string | undefined {
  const code = codeTokens(sql, run.dialect.sqlRules);
  const at = code.findIndex((token) => token.is('REFERENCES'));
  const behind = code.slice(at);
  const isOther = (token: SqlToken, index: number): boolean =>
    ['NOT', 'CHECK', 'UNIQUE', 'PRIMARY', 'CONSTRAINT'].includes(token.keyword) ||
    (token.is('DEFAULT') && !behind[index - 1]?.is('SET'));
  if (at < 0 || behind.some(isOther)) return undefined;
  return sql.slice(behind[0]?.start, behind.at(-1)?.end);
}

/** The parts of a CREATE INDEX: what is in front of the name, and what follows the table. */
export function indexParts(
  sql: string,
  run: LintRun,
): { readonly isUnique: boolean; readonly rest: string } | undefined {
  const code = codeTokens(sql, run.dialect.sqlRules);
  const on = code.findIndex((token) => token.is('ON'));
  const table = on < 0 ? undefined : pathAt(code, code[on + 1]?.is('ONLY') ? on + 2 : on + 1);
  const first = table && code[table.next];
  if (first === undefined) return undefined;
  return {
    isUnique: code.slice(0, on).some((token) => token.is('UNIQUE')),
    rest: sql.slice(first.start, code.at(-1)?.end),
  };
}
