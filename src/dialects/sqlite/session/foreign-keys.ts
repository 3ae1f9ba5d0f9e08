import type { QueryRunner } from 'typeorm';
import { type ForeignKeyViolation, ForeignKeyMismatchError, ForeignKeyViolationError } from '../errors.js';
import { quote } from '../text.js';

/** The violations of foreign keys in a database. */
export interface ForeignKeyState {
  readonly tables: ReadonlySet<string>;
  readonly violations: readonly ForeignKeyViolation[];
  /** Tables with a foreign key that SQLite cannot use, and its message about that. */
  readonly mismatches: ReadonlyMap<string, string>;
}

/** Checks every foreign key of the database; also inside a transaction, and when they are not enforced. */
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
 * Checks the foreign keys again, and refuses new violations.
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
 * The violations in `after` that `before` lacks: old ones must not prevent migrations. They are identified by row ids, or
 * counted where there are none. A table that no longer exists may be a new one: it may have been renamed.
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

/** Whether a previous and a present table may be the same. */
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

/** Checks the tables one by one: one unusable key makes the check of the whole database fail. */
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
