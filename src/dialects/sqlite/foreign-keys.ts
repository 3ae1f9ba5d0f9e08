import type { QueryRunner } from 'typeorm';
import { type ForeignKeyViolation, ForeignKeyMismatchError } from '../../errors/sqlite.errors.js';
import { quote } from './text.js';

/** What a database holds that its foreign keys forbid. */
export interface ForeignKeyState {
  readonly violations: readonly ForeignKeyViolation[];
  /** Tables with a foreign key that SQLite itself refuses, by what it says. */
  readonly mismatches: ReadonlyMap<string, string>;
}

/** Looks at every foreign key of the database. Works with enforcement switched off, inside a transaction. */
export async function checkForeignKeys(runner: QueryRunner): Promise<ForeignKeyState> {
  try {
    return { violations: await violationsOf(runner), mismatches: new Map() };
  } catch (error) {
    if (!isMismatch(error)) throw error;
    return checkTableByTable(runner);
  }
}

/** What `after` has and `before` did not have: old faults of a database must not stop its migrations. */
export function newViolations(before: ForeignKeyState, after: ForeignKeyState): readonly ForeignKeyViolation[] {
  const known = new Set(before.violations.map(keyOf));
  return after.violations.filter((violation) => !known.has(keyOf(violation)));
}

/** @throws ForeignKeyMismatchError when a foreign key became unusable. */
export function refuseNewMismatches(before: ForeignKeyState, after: ForeignKeyState): void {
  for (const [table, reason] of after.mismatches) {
    if (!before.mismatches.has(table)) throw new ForeignKeyMismatchError(table, reason);
  }
}

function keyOf({ table, rowid, parent }: ForeignKeyViolation): string {
  return JSON.stringify([table, rowid, parent]);
}

/** One unusable key makes the check of the whole database fail, so the tables are asked one by one. */
async function checkTableByTable(runner: QueryRunner): Promise<ForeignKeyState> {
  const tables = (await runner.query(`SELECT name FROM sqlite_master WHERE type = 'table'`)) as { name: string }[];
  const violations: ForeignKeyViolation[] = [];
  const mismatches = new Map<string, string>();
  for (const { name } of tables) {
    try {
      violations.push(...(await violationsOf(runner, name)));
    } catch (error) {
      if (!isMismatch(error)) throw error;
      mismatches.set(name, (error as Error).message.replace(/^.*?(?=foreign key mismatch)/, ''));
    }
  }
  return { violations, mismatches };
}

async function violationsOf(runner: QueryRunner, table?: string): Promise<ForeignKeyViolation[]> {
  const argument = table === undefined ? '' : `(${quote(table)})`;
  const rows = (await runner.query(`PRAGMA foreign_key_check${argument}`)) as ForeignKeyViolation[];
  return rows.map(({ table, rowid, parent }) => ({ table, rowid, parent }));
}

function isMismatch(error: unknown): boolean {
  return error instanceof Error && error.message.includes('foreign key mismatch');
}
