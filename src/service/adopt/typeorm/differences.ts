import { NotAtLastTypeormMigrationError, type TypeormDifference } from '../../../errors/adopt.errors.js';
import type { OldHistory } from './old-history.js';

/**
 * Migrations in the order in which the database ran them, which need not be that of the digits in their names: one may
 * have been merged late. Those that it has not run come last, in the order of their digits.
 *
 * @param executed names in TypeORM's table, the last one first
 */
export function asExecuted(
  migrations: OldHistory['migrations'],
  executed: readonly string[],
): OldHistory['migrations'] {
  const ran = executed.toReversed();
  const rank = ({ name }: { readonly name: string }): number => (ran.includes(name) ? ran.indexOf(name) : ran.length);
  return migrations.toSorted((one, other) => rank(one) - rank(other) || one.timestamp - other.timestamp);
}

/** The first migration that ran after one with later digits, and that one. */
export function firstOutOfOrder(migrations: OldHistory['migrations']): readonly [string, string] | undefined {
  for (const [index, { name, timestamp }] of migrations.entries()) {
    const later = migrations.slice(0, index).find((before) => before.timestamp > timestamp);
    if (later !== undefined) return [name, later.name];
  }
  return undefined;
}

/** @param executed names in TypeORM's table, the last one first; undefined where there is no such table; @param entityTables those that exist */
export function differenceOf(
  dataSource: string,
  table: string,
  names: readonly string[],
  executed: readonly string[] | undefined,
  entityTables: readonly string[],
): TypeormDifference {
  return {
    dataSource,
    table,
    hasTable: executed !== undefined,
    pending: names.filter((name) => executed?.includes(name) !== true),
    entityTables: executed === undefined ? entityTables : [],
    unknown: executed?.filter((name) => !names.includes(name)).toReversed() ?? [],
  };
}

/** @throws NotAtLastTypeormMigrationError */
export function refuseDifferences(
  differences: readonly TypeormDifference[],
  allowUnknown: boolean,
  revision: string | undefined,
): void {
  const wrong = differences.filter(
    ({ pending, unknown }) => pending.length > 0 || (!allowUnknown && unknown.length > 0),
  );
  if (wrong.length > 0) throw new NotAtLastTypeormMigrationError(wrong, revision);
}
