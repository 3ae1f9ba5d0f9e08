import type { QueryRunner } from 'typeorm';
import { type ForeignKeyViolation, ForeignKeyMismatchError, ForeignKeyViolationError } from '../errors.js';
import { quote } from '../text.js';

/** What a database holds that its foreign keys forbid. */
export interface ForeignKeyState {
  readonly tables: ReadonlySet<string>;
  readonly violations: readonly ForeignKeyViolation[];
  /** Tables with a foreign key that SQLite itself refuses, by what it says. */
  readonly mismatches: ReadonlyMap<string, string>;
}

/** Looks at every foreign key of the database. Works with enforcement switched off, inside a transaction. */
export async function checkForeignKeys(runner: QueryRunner): Promise<ForeignKeyState> {
  const rows = (await runner.query(`SELECT name FROM sqlite_master WHERE type = 'table'`)) as { name: string }[];
  const tables = new Set(rows.map(({ name }) => name));
  try {
    return { tables, violations: await violationsOf(runner), mismatches: new Map() };
  } catch (error) {
    if (!isMismatch(error)) throw error;
    return { tables, ...(await checkTableByTable(runner, tables)) };
  }
}

/**
 * Looks at the foreign keys again, and refuses what is wrong now and was not before.
 *
 * @throws ForeignKeyViolationError, ForeignKeyMismatchError
 */
export async function refuseNewViolations(runner: QueryRunner, before: ForeignKeyState): Promise<void> {
  const after = await checkForeignKeys(runner);
  refuseNewMismatches(before, after);
  const violations = newViolations(before, after);
  if (violations.length > 0) throw new ForeignKeyViolationError(violations);
}

/**
 * What `after` has and `before` did not have: old faults of a database must not stop its migrations. They are told apart
 * by their row ids, and by their number where there are none. A table that is gone may be one that is new now: it may
 * have been renamed.
 */
function newViolations(before: ForeignKeyState, after: ForeignKeyState): readonly ForeignKeyViolation[] {
  const isSame = sameTable(before, after);
  const known = byRowid(before.violations);
  return after.violations.filter(({ rowid, table, parent }) => {
    const candidates = known.get(rowid) ?? [];
    const index = candidates.findIndex((old) => isSame(old.table, table) && isSame(old.parent, parent));
    if (index >= 0) candidates.splice(index, 1);
    return index < 0;
  });
}

/** Whether the table that was and the table that is may be one. */
function sameTable(before: ForeignKeyState, after: ForeignKeyState): (was: string, is: string) => boolean {
  return (was, is) => was === is || (!after.tables.has(was) && !before.tables.has(is));
}

function byRowid(violations: readonly ForeignKeyViolation[]): Map<number | null, ForeignKeyViolation[]> {
  const groups = new Map<number | null, ForeignKeyViolation[]>();
  for (const violation of violations) {
    const group = groups.get(violation.rowid);
    if (group) group.push(violation);
    else groups.set(violation.rowid, [violation]);
  }
  return groups;
}

/** @throws ForeignKeyMismatchError when a foreign key became unusable. */
function refuseNewMismatches(before: ForeignKeyState, after: ForeignKeyState): void {
  const isSame = sameTable(before, after);
  const known = [...before.mismatches.keys()];
  for (const [table, reason] of after.mismatches) {
    if (!known.some((was) => isSame(was, table))) throw new ForeignKeyMismatchError(table, reason);
  }
}

/** One unusable key makes the check of the whole database fail, so the tables are asked one by one. */
async function checkTableByTable(
  runner: QueryRunner,
  tables: Iterable<string>,
): Promise<Pick<ForeignKeyState, 'violations' | 'mismatches'>> {
  const violations: ForeignKeyViolation[] = [];
  const mismatches = new Map<string, string>();
  for (const name of tables) {
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
