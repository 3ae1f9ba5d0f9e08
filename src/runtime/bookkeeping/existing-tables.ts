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
  const questions = names.map((name) => `(${dialect.bookkeeping.tableExists(tables[name])}) AS ${dialect.quote(name)}`);
  const [row = {}] = (await runner.query(`SELECT ${questions.join(', ')}`)) as Record<string, unknown>[];
  return Object.fromEntries(names.map((name) => [name, Number(row[name]) === 1])) as Record<Name, boolean>;
}
