import type { Dialect } from '../../dialects/dialect.js';
import { VersionTableTakenError } from '../../errors/runtime.errors.js';
import type { Operation } from '../../operations/operation.js';
import { tablesOfRun } from '../../runtime/index.js';
import { displayName, qualifiedKey, type QualifiedName } from '../../schema/schema.model.js';

/**
 * Refuses an entity with the name of such a table: each comparison would find it new.
 *
 * @throws VersionTableTakenError
 */
export function refuseTablesOfRunner(
  operations: readonly Operation[],
  versionTable: QualifiedName,
  { rules }: Pick<Dialect, 'rules'>,
): void {
  const keyOf = (name: QualifiedName): string => rules.fold(qualifiedKey(name));
  const taken = new Set(tablesOfRun(versionTable).map(keyOf));
  for (const operation of operations) {
    if (operation.kind === 'createTable' && taken.has(keyOf(operation.table))) {
      throw new VersionTableTakenError(displayName(operation.table), displayName(versionTable));
    }
  }
}
