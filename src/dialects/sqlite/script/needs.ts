import { isToken, type Token, tokenize } from '../parse/tokens.js';
import { SCRIPT_TABLES } from './tables.js';

/** What a script must check in one of its transactions. */
export interface ScriptNeeds {
  /** Whether rows may be left without a parent: something may be dropped, or rows may be written. */
  readonly foreignKeys: boolean;
  /** Whether a statement records what it begins, so that a transaction in which it failed is rolled back. */
  readonly notes: boolean;
  /** Tables that get foreign keys and are not changed otherwise. */
  readonly referring: readonly string[];
}

/** What statements of revisions need, whether compiled or written by hand; everything in doubt. */
export function needsOf(statements: readonly string[]): ScriptNeeds {
  const read = statements.map(tokenize);
  const revisions = read.filter((tokens) => !isOwn(tokens));
  const referring = new Set(revisions.filter(hasReference).map(tableOf));
  const renames = revisions.some((tokens) => isAlter(tokens) && tokens.some((token) => isToken(token, 'RENAME')));
  const plain = plainTables(revisions, referring);
  const isSafe = (tokens: readonly Token[]): boolean =>
    isOneStatement(tokens) && (keepsRows(tokens) || (isInsert(tokens) && plain.has(tableOf(tokens).toLowerCase())));
  return {
    foreignKeys: (renames && referring.size > 0) || !revisions.every((tokens) => isSafe(withoutEnd(tokens))),
    notes: revisions.length < read.length,
    referring: [...referring],
  };
}

/** New tables, in lower case, without foreign keys and triggers: their rows affect no others. */
function plainTables(statements: readonly (readonly Token[])[], referring: ReadonlySet<string>): ReadonlySet<string> {
  if (statements.some((tokens) => tokens.slice(0, 3).some((token) => isToken(token, 'TRIGGER')))) return new Set();
  const made = statements.filter((tokens) => isToken(tokens[0], 'CREATE') && isToken(tokens[1], 'TABLE'));
  const names = new Set(
    made.filter((tokens) => !isToken(tokens[2], 'IF')).map((tokens) => tableOf(tokens).toLowerCase()),
  );
  for (const name of referring) names.delete(name.toLowerCase());
  return names;
}

/** Whether it creates, writes or drops a table of the script itself: `INSERT INTO temp."nestjs_migrate_unfinished" …`. */
function isOwn(tokens: readonly Token[]): boolean {
  const [verb, ...rest] = tokens.slice(0, 6).map(({ value }) => value.toLowerCase());
  const isTemporary = rest.includes('temp');
  return verb !== 'select' && isTemporary && Object.values<string>(SCRIPT_TABLES).some((name) => rest.includes(name));
}

/** Whether it leaves no row without a parent: it creates or renames something, or drops what has no rows. */
function keepsRows(tokens: readonly Token[]): boolean {
  const [verb, first, second] = tokens;
  if (isToken(verb, 'CREATE')) {
    return isOneOf(isToken(first, 'UNIQUE') ? second : first, ['TABLE', 'INDEX', 'VIEW', 'TRIGGER']);
  }
  if (isToken(verb, 'DROP')) return isOneOf(first, ['VIEW', 'TRIGGER']);
  if (isAlter(tokens)) return isOneOf(tokens[isToken(tokens[3], '.') ? 5 : 3], ['ADD', 'RENAME']);
  return verb === undefined || isOneOf(verb, ['SELECT', 'VACUUM', 'ANALYZE', 'REINDEX']);
}

function withoutEnd(tokens: readonly Token[]): readonly Token[] {
  return isToken(tokens.at(-1), ';') ? tokens.slice(0, -1) : tokens;
}

/** Whether it is one statement. A trigger contains semicolons, and may end at the first one after an END. */
function isOneStatement(tokens: readonly Token[]): boolean {
  const isTrigger = isToken(tokens[0], 'CREATE') && isToken(tokens[1], 'TRIGGER');
  return !tokens.some((token, at) => isToken(token, ';') && (!isTrigger || isToken(tokens[at - 1], 'END')));
}

function isOneOf(token: Token | undefined, words: readonly string[]): boolean {
  return words.some((word) => isToken(token, word));
}

function isInsert(tokens: readonly Token[]): boolean {
  return isToken(tokens[0], 'INSERT') && isToken(tokens[1], 'INTO');
}

function hasReference(tokens: readonly Token[]): boolean {
  return (isAlter(tokens) || isToken(tokens[0], 'CREATE')) && tokens.some((token) => isToken(token, 'REFERENCES'));
}

function isAlter(tokens: readonly Token[]): boolean {
  return isToken(tokens[0], 'ALTER') && isToken(tokens[1], 'TABLE');
}

/** The name in `CREATE TABLE IF NOT EXISTS main."user" …`, `ALTER TABLE "user" …` and `INSERT INTO "user" …`. */
function tableOf(tokens: readonly Token[]): string {
  const start = isToken(tokens[2], 'IF') && isToken(tokens[3], 'NOT') ? 5 : 2;
  return tokens[isToken(tokens[start + 1], '.') ? start + 2 : start]?.value ?? '';
}
