import type { QueryRunner } from 'typeorm';
import { isToken, tokenize } from '../parse/tokens.js';
import { quote } from '../text.js';

/** The table that a statement drops; undefined for any other statement. */
export function droppedTable(sql: string): string | undefined {
  const tokens = tokenize(sql);
  if (!isToken(tokens[0], 'DROP') || !isToken(tokens[1], 'TABLE')) return undefined;
  const name = tokens.slice(isToken(tokens[2], 'IF') ? 4 : 2);
  return (isToken(name[1], '.') ? name[2] : name[0])?.value;
}

/** Names of the other tables in which rows refer to a table. */
export async function referringTables(runner: QueryRunner, table: string): Promise<readonly string[]> {
  const keys = (await runner.query(
    `SELECT m.name, f."from" AS "column" FROM sqlite_master m, pragma_foreign_key_list(m.name) f
     WHERE m.type = 'table' AND f.seq = 0 AND lower(f."table") = lower(?) AND lower(m.name) <> lower(?)`,
    [table, table],
  )) as { name: string; column: string }[];
  const referring = new Set<string>();
  for (const { name, column } of keys) {
    const rows = (await runner.query(
      `SELECT EXISTS (SELECT 1 FROM ${quote(name)} WHERE ${quote(column)} IS NOT NULL) AS found`,
    )) as [{ found: number }];
    if (rows[0].found === 1) referring.add(name);
  }
  return [...referring];
}
