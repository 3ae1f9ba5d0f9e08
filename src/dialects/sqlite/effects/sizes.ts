import type { QueryRunner } from 'typeorm';
import { qualifiedKey, type QualifiedName } from '../../../schema/schema.model.js';
import type { ServerFacts, TableSize } from '../../effects.js';
import { quote, quoteString } from '../text.js';

/** Up to this many rows are counted: SQLite has no estimate, and a count reads the table. */
const MOST = 1_000_000;

/** The rows of tables, counted up to a million. */
export async function sizes(
  runner: QueryRunner,
  tables: readonly QualifiedName[],
): Promise<ReadonlyMap<string, TableSize>> {
  const found = new Map<string, TableSize>();
  for (const table of tables) {
    const known = (await runner.query(
      `SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ${quoteString(table.name)}`,
    )) as unknown[];
    if (known.length === 0) continue;
    const [row] = (await runner.query(
      `SELECT count(*) AS rows FROM (SELECT 1 FROM ${quote(table.name)} LIMIT ${MOST})`,
    )) as { rows: number }[];
    found.set(qualifiedKey(table), { rows: Number(row?.rows ?? 0) });
  }
  return found;
}

/** Newer versions make some changes in place. */
export async function serverFacts(runner: QueryRunner): Promise<ServerFacts> {
  const [row] = (await runner.query('SELECT sqlite_version() AS server')) as { server: string }[];
  return row === undefined ? {} : { server: row.server };
}
