import { KeyConversionError } from '../errors/autogenerate.errors.js';
import type { Operation } from '../operations/operation.js';
import { displayName, qualifiedKey, referencedTable, type SchemaModel } from '../schema/schema.model.js';

const TEXT = /^(text|character varying|character|citext|uuid)$/;

/**
 * Refuses to turn numbers that identify rows into uuids, or back: no value of the one is a value of the other, and new
 * ones would leave the rows that refer to them behind.
 */
export function refuseKeyConversions(actual: SchemaModel, changes: readonly Operation[]): void {
  for (const change of changes) {
    if (change.kind !== 'alterColumn') continue;
    const from = change.existing?.type;
    const to = change.to.type;
    if (from === undefined || to === undefined || from === to || !(from === 'uuid' || to === 'uuid')) continue;
    const table = actual.tables.find((table) => qualifiedKey(table) === qualifiedKey(change.table));
    const isKey = table?.primaryKey?.columnNames.includes(change.column) ?? false;
    if ((TEXT.test(from) && TEXT.test(to)) || !isKey) continue;
    const children = actual.tables.flatMap((other) =>
      other.foreignKeys
        .filter((key) => qualifiedKey(referencedTable(key)) === qualifiedKey(change.table))
        .filter((key) => key.referencedColumnNames.includes(change.column))
        .map((key) => `"${displayName(other)}.${key.columnNames.join(', ')}"`),
    );
    throw new KeyConversionError(`${displayName(change.table)}.${change.column}`, from, to, children);
  }
}
