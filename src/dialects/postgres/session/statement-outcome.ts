import type { QueryRunner } from 'typeorm';
import { POSTGRES_SQL } from '../../../sql/rules.js';
import { codeTokens } from '../../../sql/scanner.js';
import { beginsWith } from '../../../sql/statements.js';
import type { StatementOutcome } from '../../dialect.js';
import { type ChosenName, type LoneStatement, loneStatement } from './lone-statement.js';
import { CHOSEN_AS } from './run-alone.js';

/** Statements that may run again whatever became of them. */
const REPEATABLE = [
  ...['VACUUM', 'ANALYZE', 'REINDEX', 'CLUSTER', 'REFRESH', 'CHECKPOINT'].map((verb) => [verb]),
  ['ALTER', 'SYSTEM'],
  ['ALTER', 'DATABASE'],
];

/** What became of a statement outside a transaction that was sent when an earlier run ended. */
export async function statementOutcome(runner: QueryRunner, sql: string): Promise<StatementOutcome> {
  const lone = loneStatement(sql);
  if (lone !== undefined) return loneOutcome(runner, lone);
  if (REPEATABLE.some((words) => beginsWith(sql, POSTGRES_SQL, ...words))) return 'undone';
  const code = codeTokens(sql, POSTGRES_SQL, 6).map(({ keyword }) => keyword);
  const [verb = '', object, ...rest] = code;
  if (
    ['CREATE', 'DROP'].includes(verb) &&
    rest.join(' ').startsWith(verb === 'CREATE' ? 'IF NOT EXISTS' : 'IF EXISTS')
  ) {
    return 'undone';
  }
  return object === 'DATABASE' ? databaseOutcome(runner, sql, verb) : 'unknown';
}

async function loneOutcome(runner: QueryRunner, lone: LoneStatement): Promise<StatementOutcome> {
  switch (lone.kind) {
    case 'build': {
      if (lone.name !== undefined) return found(runner, VALID, lone.table, lone.name);
      const outcome = await found(runner, VALID_CHOSEN, lone.table, lone.chosen?.pattern ?? '');
      return chosenOutcome(lone.chosen, outcome);
    }
    case 'drop':
      return found(runner, DROPPED, lone.name);
    case 'detach':
      return found(runner, DETACHED, lone.table, lone.partition);
    default:
      return 'undone';
  }
}

async function found(runner: QueryRunner, query: string, ...parameters: string[]): Promise<'done' | 'undone'> {
  return ((await runner.query(query, parameters)) as unknown[]).length > 0 ? 'done' : 'undone';
}

/** An index whose name is not certain may be another one. */
function chosenOutcome(chosen: ChosenName | undefined, outcome: 'done' | 'undone'): StatementOutcome {
  return outcome === 'done' && chosen?.isCertain !== true ? 'unknown' : outcome;
}

const OF_TABLE = `
  SELECT 1 FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
  WHERE i.indrelid = to_regclass($1)`;
const VALID = `${OF_TABLE} AND i.indisvalid AND c.relname = (parse_ident($2))[1]::name`;
/** Valid, and no INVALID one, which is the younger. */
const VALID_CHOSEN = `${OF_TABLE} AND i.indisvalid AND ${CHOSEN_AS}
  AND NOT EXISTS (${OF_TABLE} AND NOT i.indisvalid AND ${CHOSEN_AS})`;
const DROPPED = 'SELECT 1 WHERE to_regclass($1) IS NULL';
const DETACHED = `
  SELECT 1 WHERE NOT EXISTS (
    SELECT FROM pg_catalog.pg_inherits WHERE inhparent = to_regclass($1) AND inhrelid = to_regclass($2))`;

async function databaseOutcome(runner: QueryRunner, sql: string, verb: string): Promise<StatementOutcome> {
  const name = codeTokens(sql, POSTGRES_SQL, 3)[2];
  if (name?.isName !== true || !['CREATE', 'DROP'].includes(verb)) return 'unknown';
  const wanted = name.kind === 'quoted' ? name.value : name.value.toLowerCase();
  const exists = await found(runner, 'SELECT 1 FROM pg_catalog.pg_database WHERE datname = $1::text', wanted);
  return (exists === 'done') === (verb === 'CREATE') ? 'done' : 'undone';
}
