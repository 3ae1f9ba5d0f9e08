import { KeyConversionError, type RefusedKey } from '../../errors/autogenerate.errors.js';
import type { Operation, OperationOf } from '../../operations/operation.js';
import { displayName, qualifiedKey, referencedTable, type SchemaModel } from '../../schema/schema.model.js';

/** Types, of any database, whose values may be uuids. */
const TEXT = /char|text|clob|blob|uuid/i;

/**
 * Refuses to turn numbers that identify rows into uuids, or back: no value of the one is a value of the other, and new
 * ones would leave the rows that refer to them behind. All that are refused are in one error.
 *
 * @param described the wanted schema in the entities' words: a database without uuids calls them something else.
 */
export function refuseKeyConversions(actual: SchemaModel, changes: readonly Operation[], described: SchemaModel): void {
  const refused = changes.flatMap((change): RefusedKey[] => {
    if (change.kind !== 'alterColumn') return [];
    const from = change.existing?.type;
    const to = change.to.type && typeIn(described, change) === 'uuid' ? 'uuid' : change.to.type;
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
