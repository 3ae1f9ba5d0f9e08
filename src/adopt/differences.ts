import { NotAtLastTypeormMigrationError, type TypeormDifference } from '../errors/adopt.errors.js';
import type { OldHistory } from './old-history.js';

/** Where two have the same time, TypeORM's order is that of the files; the database tells which one that was. */
export function asExecuted(
  migrations: OldHistory['migrations'],
  executed: readonly string[],
): OldHistory['migrations'] {
  const place = ({ name }: { readonly name: string }): number => -executed.indexOf(name);
  return migrations.toSorted((one, other) => one.timestamp - other.timestamp || place(one) - place(other));
}

/** @param executed names in TypeORM's table, the last one first; undefined where there is no such table */
export function differenceOf(
  dataSource: string,
  table: string,
  names: readonly string[],
  executed: readonly string[] | undefined,
): TypeormDifference {
  return {
    dataSource,
    table,
    hasTable: executed !== undefined,
    pending: names.filter((name) => executed?.includes(name) !== true),
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
