import type { QueryRunner } from 'typeorm';
import type { StatementOutcome } from '../../dialect.js';
import { literal } from '../text.js';
import { fingerprintAgain, mayHideItself } from './fingerprint.js';
import { type CatalogView, type Effect, effectsOf } from './statement-effects.js';

/**
 * What became of a statement that was under way when its runner died. One that changes the schema has happened wholly or not at all:
 * what it names is either as it was before, or is not.
 *
 * Where it is not, the objects that the statement creates, drops or renames must be as it leaves them; else something other than the
 * statement has changed them since, and nothing is certain.
 *
 * @param before the fingerprint of the moment before the statement; without one those objects decide
 */
export async function outcomeOf(runner: QueryRunner, sql: string, before?: string): Promise<StatementOutcome> {
  const { effects, isRepeatable } = effectsOf(sql);
  if (isRepeatable) return 'undone';
  if (before === undefined) {
    const [first] = effects;
    return first === undefined || first === 'unknown' ? 'unknown' : (await holds(runner, first)) ? 'done' : 'undone';
  }
  const now = await fingerprintAgain(runner, before);
  if (now === before) return mayHideItself(sql) ? 'unknown' : 'undone';
  for (const effect of lastOf(effects)) if (!(await holds(runner, effect))) return 'unknown';
  return 'done';
}

/** The effects without those that others undo: what is dropped and made in one statement is there. */
function lastOf(effects: readonly (Effect | 'unknown')[]): readonly Effect[] {
  const known = effects.filter((effect) => effect !== 'unknown');
  const keyOf = ({ view, path }: Effect): string => [view, ...path].join('\0').toLowerCase();
  const made = new Set(known.filter(({ isThere }) => isThere).map(keyOf));
  return known.filter((effect) => effect.isThere || !made.has(keyOf(effect)));
}

async function holds(runner: QueryRunner, { view, path, isThere }: Effect): Promise<boolean> {
  return (await exists(runner, view, path)) === isThere;
}

const NAMES: Readonly<Record<CatalogView, string>> = {
  tables: 'table_name',
  columns: 'column_name',
  statistics: 'index_name',
  table_constraints: 'constraint_name',
};

async function exists(runner: QueryRunner, view: CatalogView, path: readonly string[]): Promise<boolean> {
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
