import { isDeepStrictEqual } from 'node:util';
import type { DialectRules } from '../../dialects/dialect.js';
import { dropForeignKey } from '../../operations/call/drop-operations.js';
import type { Operation, OperationOf } from '../../operations/operation.js';
import {
  type ForeignKeyModel,
  qualifiedKey,
  qualifiedNameOf,
  type QualifiedName,
  referencedTable,
  type SchemaModel,
  type TableModel,
} from '../../schema/schema.model.js';
import { isSameButName } from './compare-constraints.js';
import { columnKey } from './column-key.js';
import { pairByName } from './matching.js';

/**
 * The changes, with the drop and the creation of foreign keys that they require although the keys do not change: because the
 * primary or unique key that one refers to is re-created, or because a column of one changes to a type that cannot be
 * compared with that of the other table.
 */
export function withForeignKeyDetours(
  actual: SchemaModel,
  wanted: SchemaModel,
  changes: readonly Operation[],
  rules: Pick<DialectRules, 'mayChangeUnderForeignKey'>,
): readonly Operation[] {
  if (changes.length === 0) return changes;
  const isAffected = affectedBy(changes, rules);
  const recreated = new Set(
    changes.flatMap((change) => (change.kind === 'dropForeignKey' ? [columnKey(change.table, change.name ?? '')] : [])),
  );
  const dropped = new Set<string>();
  const created = new Set<string>();
  const detours = pairByName(actual.tables, wanted.tables).pairs.flatMap(({ actual: before, wanted: after }) =>
    before.foreignKeys.flatMap((key): Operation[] => {
      const table = qualifiedNameOf(after);
      const kept = after.foreignKeys.find((other) => isSameButName(key, other));
      if (key.name === undefined || kept === undefined || recreated.has(columnKey(table, key.name))) return [];
      if (!isAffected(before, key)) return [];
      dropped.add(columnKey(table, key.name));
      if (kept.name !== undefined) created.add(columnKey(table, kept.name));
      return [dropForeignKey(table, key), { kind: 'createForeignKey', table, foreignKey: kept }];
    }),
  );
  // A key that is dropped and created again has its new name from the start, and creating it checks its rows.
  const isStillNeeded = (change: Operation): boolean => {
    if (change.kind === 'validateConstraint') return !created.has(columnKey(change.table, change.name));
    return change.kind !== 'renameConstraint' || !dropped.has(columnKey(change.table, change.from));
  };
  return detours.length === 0 ? changes : [...changes.filter(isStillNeeded), ...detours];
}

function affectedBy(
  changes: readonly Operation[],
  rules: Pick<DialectRules, 'mayChangeUnderForeignKey'>,
): (table: TableModel, key: ForeignKeyModel) => boolean {
  const droppedKeys = changes.flatMap((change) =>
    change.kind === 'dropPrimaryKey' ||
    change.kind === 'dropUnique' ||
    (change.kind === 'dropIndex' && change.was?.isUnique)
      ? [{ table: qualifiedKey(change.table), columns: new Set(change.was?.columnNames) }]
      : [],
  );
  const converted = new Set(
    changes.flatMap((change) => (isConversion(change, rules) ? [columnKey(change.table, change.column)] : [])),
  );
  const isConverted = (table: QualifiedName, columns: readonly string[]): boolean =>
    columns.some((column) => converted.has(columnKey(table, column)));
  return (table, key) => {
    const target = referencedTable(key);
    const columns = new Set(key.referencedColumnNames);
    return (
      droppedKeys.some((one) => one.table === qualifiedKey(target) && isDeepStrictEqual(one.columns, columns)) ||
      isConverted(table, key.columnNames) ||
      isConverted(target, key.referencedColumnNames)
    );
  };
}

function isConversion(
  change: Operation,
  { mayChangeUnderForeignKey }: Pick<DialectRules, 'mayChangeUnderForeignKey'>,
): change is OperationOf<'alterColumn'> {
  if (change.kind !== 'alterColumn') return false;
  const from = change.existing?.type;
  const to = change.to.type;
  return from !== undefined && to !== undefined && !mayChangeUnderForeignKey(from, to, change);
}
