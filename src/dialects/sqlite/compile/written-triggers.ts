import type { Operation } from '../../../operations/operation.js';
import type { CompileContext } from '../../dialect.js';
import { isToken, type Token, tokenize } from '../parse/tokens.js';
import { quote } from '../text.js';

/** A trigger as in SQLite's catalog. */
interface Trigger {
  /** The table or view that it watches, in lower case. */
  readonly owner: string;
  readonly sql: string;
}

/**
 * The triggers of a table or view as written: from the catalog, or offline those that raw SQL of the revisions has created.
 */
export async function writtenTriggers(owner: string, context: CompileContext): Promise<readonly string[]> {
  if (context.offline) return triggersAfter(await context.operations(), owner);
  const rows = await context.query(
    `SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ? COLLATE NOCASE ORDER BY rowid`,
    [owner],
  );
  return rows.map((row) => String(row['sql']));
}

/** The triggers of a table or view that raw SQL among operations creates. */
export function triggersAfter(operations: readonly Operation[], owner: string): readonly string[] {
  const triggers = new Map<string, Trigger>();
  for (const operation of operations) follow(operation, triggers);
  return [...triggers.values()].filter((trigger) => trigger.owner === owner.toLowerCase()).map(({ sql }) => sql);
}

function follow(operation: Operation, triggers: Map<string, Trigger>): void {
  switch (operation.kind) {
    case 'execute':
      return followSql(operation.sql, triggers);
    // A rename changes the statements of triggers, so those collected so far are no longer valid.
    case 'renameTable':
    case 'dropTable':
      return forget(operation.table.name, triggers);
    case 'dropView':
      return forget(operation.view.name, triggers);
    default:
      return;
  }
}

function forget(owner: string, triggers: Map<string, Trigger>): void {
  for (const [name, trigger] of triggers) {
    if (trigger.owner === owner.toLowerCase()) triggers.delete(name);
  }
}

function followSql(sql: string, triggers: Map<string, Trigger>): void {
  const tokens = tokenize(sql);
  const isMade = isToken(tokens[0], 'CREATE');
  if (!isToken(tokens[1], 'TRIGGER') || (!isMade && !isToken(tokens[0], 'DROP'))) return;
  const at = nameIndex(tokens);
  const name = tokens[at]?.value.toLowerCase() ?? '';
  if (!isMade) triggers.delete(name);
  else if (!triggers.has(name)) triggers.set(name, { owner: ownerOf(tokens), sql: catalogSql(sql, tokens, at) });
}

/** The index of the token after `CREATE TRIGGER IF NOT EXISTS main.`. */
function nameIndex(tokens: readonly Token[]): number {
  let at = 2;
  if (isToken(tokens[at], 'IF')) at += isToken(tokens[at + 1], 'NOT') ? 3 : 2;
  return isToken(tokens[at + 1], '.') ? at + 2 : at;
}

function ownerOf(tokens: readonly Token[]): string {
  const on = tokens.findIndex((token) => isToken(token, 'ON'));
  return tokens[on + 1]?.value.toLowerCase() ?? '';
}

/** The statement as the catalog keeps it: CREATE TRIGGER, then as written from the name to END. */
function catalogSql(sql: string, tokens: readonly Token[], name: number): string {
  const end = tokens.findLast((token) => !isToken(token, ';'))?.end;
  return `CREATE TRIGGER ${sql.slice(tokens[name]?.start, end)}`;
}

/** The name of a trigger. */
export function triggerName(sql: string): string {
  const tokens = tokenize(sql);
  return tokens[nameIndex(tokens)]?.value ?? '';
}

const EVENTS = new Set(['INSERT', 'UPDATE', 'DELETE']);

/** The event of a trigger: `INSERT`, `UPDATE` or `DELETE`. */
export function triggerEvent(sql: string): string {
  const tokens = tokenize(sql);
  const event = tokens.slice(nameIndex(tokens) + 1).find(({ keyword }) => EVENTS.has(keyword));
  return event?.keyword ?? '';
}

/** The statement of a trigger with another name, on another table or view. */
export function renamedTrigger(
  sql: string,
  { name, owner }: { readonly name: string; readonly owner: string },
): string {
  const tokens = tokenize(sql);
  const named = tokens[nameIndex(tokens)];
  const owned = tokens[tokens.findIndex((token) => isToken(token, 'ON')) + 1];
  const behind = sql.slice(named?.end, owned?.start);
  return `CREATE TRIGGER ${quote(name)}${behind}${quote(owner)}${sql.slice(owned?.end)}`;
}
