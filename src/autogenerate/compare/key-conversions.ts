import { KeyConversionError, type RefusedKey } from '../../errors/autogenerate.errors.js';
import type { Operation, OperationOf } from '../../operations/operation.js';
import { displayName, qualifiedKey, referencedTable, type SchemaModel } from '../../schema/schema.model.js';

/** Types, of any database, whose values may be uuids. */
const TEXT = /char|text|clob|blob|uuid/i;

/**
 * Refuses to change a primary key from numbers to uuids, or back: no value of one type is a value of the other, and with new values
 * the rows that refer to the old ones would be orphaned. One error names all such keys.
 *
 * @param wantedAsWritten the wanted schema as the entities write it: a database without uuids has another type for them
 * @throws KeyConversionError
 */
export function refuseKeyConversions(
  actual: SchemaModel,
  changes: readonly Operation[],
  wantedAsWritten: SchemaModel,
): void {
  const refused = changes.flatMap((change): RefusedKey[] => {
    if (change.kind !== 'alterColumn') return [];
    const from = change.existing?.type;
    const to = change.to.type && typeIn(wantedAsWritten, change) === 'uuid' ? 'uuid' : change.to.type;
    if (from === undefined || to === undefined || from === to || !(from === 'uuid' || to === 'uuid')) return [];
    const table = actual.tables.find((table) => qualifiedKey(table) === qualifiedKey(change.table));
    const isKey = table?.primaryKey?.columnNames.includes(change.column) ?? false;
    if ((TEXT.test(from) && TEXT.test(to)) || !isKey) return [];
    const children = actual.tables.flatMap((other) =>
      other.foreignKeys
        .filter((key) => qualifiedKey(referencedTable(key)) === qualifiedKey(change.table))
        .filter((key) => key.referencedColumnNames.includes(change.column))
        .map((key) => `"${displayName(other)}.${key.columnNames.join(', ')}"`),
    );
    return [{ column: `${displayName(change.table)}.${change.column}`, from, to, children }];
  });
  const [first, ...others] = refused;
  if (first !== undefined) throw new KeyConversionError([first, ...others]);
}

function typeIn({ tables }: SchemaModel, { table, column }: OperationOf<'alterColumn'>): string | undefined {
  const owner = tables.find((candidate) => qualifiedKey(candidate) === qualifiedKey(table));
  return owner?.columns.find(({ name }) => name === column)?.type;
}
