import type { QueryRunner } from 'typeorm';
import type { Dialect } from '../../dialects/dialect.js';
import type { QualifiedName } from '../../schema/schema.model.js';

/** Which of several tables exist, asked in one query. */
export async function existingTables<Name extends string>(
  runner: QueryRunner,
  dialect: Dialect,
  tables: Readonly<Record<Name, QualifiedName>>,
): Promise<Readonly<Record<Name, boolean>>> {
  const names = Object.keys(tables) as Name[];
  const [row = {}] = (await runner.query(questionOf(dialect, tables))) as Record<string, unknown>[];
  return Object.fromEntries(names.map((name) => [name, Number(row[name]) === 1])) as Record<Name, boolean>;
}

function questionOf({ bookkeeping, quote }: Dialect, tables: Readonly<Record<string, QualifiedName>>): string {
  const all = Object.entries(tables);
  const schemas = new Set(all.map(([, { schema }]) => schema));
  if (bookkeeping.tablesExist !== undefined && schemas.size === 1) return bookkeeping.tablesExist(tables);
  const questions = all.map(([key, table]) => `(${bookkeeping.tableExists(table)}) AS ${quote(key)}`);
  return `SELECT ${questions.join(', ')}`;
}
