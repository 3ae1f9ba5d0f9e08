import { isToken, type Token, tokenize } from '../parse/tokens.js';
import { noted } from './transaction.js';
import { quote, quoteString } from '../text.js';

/**
 * A statement with what a script adds to detect its failure. Statements come from users, from `--sql-body`, or alter a
 * table in place. Guarded are a unique index, which existing rows may violate, and two steps of a rebuild: the copy of
 * the rows, after which the old table is dropped, and the rename of the new one.
 */
export function guardedStatement(sql: string): readonly string[] {
  const tokens = tokenize(sql);
  if (isToken(tokens.at(-1), ';')) tokens.pop();
  const copied = copyIn(tokens);
  if (copied) {
    const rows = (name: string): string => `SELECT count(*) FROM ${quote(name)}`;
    return noted({ name: copied.fresh, rows: rows(copied.old) }, [sql], `"rows" = (${rows(copied.fresh)})`);
  }
  const index = uniqueIndexIn(tokens);
  if (index !== undefined)
    return noted({ name: index, rows: 'SELECT 0' }, [sql], `EXISTS (${objectOf('index', index)})`);
  const renamed = renameIn(tokens);
  if (renamed === undefined) return [sql];
  const isThere = `EXISTS (${objectOf('table', renamed.old)}) AND NOT EXISTS (${objectOf('table', renamed.fresh)})`;
  return noted({ name: renamed.old, rows: 'SELECT 0' }, [sql], isThere);
}

interface Recreated {
  readonly old: string;
  /** The name of the new table until the old one is dropped. */
  readonly fresh: string;
}

/** `INSERT INTO "temporary_user" (…) SELECT … FROM "user"`, all rows. */
function copyIn(tokens: readonly Token[]): Recreated | undefined {
  const into = isToken(tokens[1], 'OR') && isToken(tokens[2], 'ABORT') ? 3 : 1;
  const isCopy =
    isToken(tokens[0], 'INSERT') &&
    isToken(tokens[into], 'INTO') &&
    isToken(tokens[into + 2], '(') &&
    tokens.some((token) => isToken(token, 'SELECT')) &&
    isToken(tokens.at(-2), 'FROM');
  return isCopy ? tableStep(tokens.at(-1), tokens[into + 1]) : undefined;
}

/** The name in `CREATE UNIQUE INDEX IF NOT EXISTS "main"."once" ON …`. */
function uniqueIndexIn(tokens: readonly Token[]): string | undefined {
  const isUniqueIndex = ['CREATE', 'UNIQUE', 'INDEX'].every((word, at) => isToken(tokens[at], word));
  return isUniqueIndex ? tokens[tokens.findIndex((token) => isToken(token, 'ON')) - 1]?.value : undefined;
}

/** `ALTER TABLE "temporary_user" RENAME TO "user"`. */
function renameIn(tokens: readonly Token[]): Recreated | undefined {
  const words = [tokens[0], tokens[1], tokens[3], tokens[4]];
  const isRename =
    tokens.length === 6 && ['ALTER', 'TABLE', 'RENAME', 'TO'].every((word, at) => isToken(words[at], word));
  return isRename ? tableStep(tokens[5], tokens[2]) : undefined;
}

function tableStep(old: Token | undefined, fresh: Token | undefined): Recreated | undefined {
  if (old === undefined || fresh?.value.replace(/(?<=.)_\d+$/, '') !== `temporary_${old.value}`) return undefined;
  return { old: old.value, fresh: fresh.value };
}

function objectOf(type: 'table' | 'index', name: string): string {
  return `SELECT 1 FROM sqlite_master WHERE type = '${type}' AND name = ${quoteString(name)} COLLATE NOCASE`;
}
