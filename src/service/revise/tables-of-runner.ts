import type { Dialect } from '../../dialects/dialect.js';
import { lockTableOf } from '../../dialects/lock.js';
import { VersionTableTakenError } from '../../errors/runtime.errors.js';
import type { Operation } from '../../operations/operation.js';
import { decisionTableOf, historyTableOf } from '../../runtime/index.js';
import { displayName, qualifiedKey, type QualifiedName } from '../../schema/schema.model.js';

/** The tables that the runner keeps: they are not compared. */
export function tablesOfRunner(versionTable: QualifiedName): readonly QualifiedName[] {
  return [versionTable, historyTableOf(versionTable), decisionTableOf(versionTable), lockTableOf(versionTable)];
}

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
  const taken = new Set(tablesOfRunner(versionTable).map(keyOf));
  for (const operation of operations) {
    if (operation.kind === 'createTable' && taken.has(keyOf(operation.table))) {
      throw new VersionTableTakenError(displayName(operation.table), displayName(versionTable));
    }
  }
}
