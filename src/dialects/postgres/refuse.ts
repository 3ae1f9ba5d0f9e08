import { UnsupportedOperationError } from '../../errors/sqlite.errors.js';
import type { Operation } from '../../operations/operation.js';
import {
  displayName,
  type ColumnModel,
  type IndexModel,
  type SqliteKeyOptions,
  type TableModel,
} from '../../schema/schema.model.js';

/** What PostgreSQL can do. */
export type SupportedOperation = Exclude<Operation, { readonly kind: 'setWithoutRowid' }>;

/**
 * Refuses the options that PostgreSQL has no words for, instead of leaving them out.
 *
 * @throws UnsupportedOperationError
 */
export function refuseUnsupported(operation: Operation): asserts operation is SupportedOperation {
  const found = foreignOption(operation);
  if (found === undefined) return;
  throw new UnsupportedOperationError(
    operation.kind,
    'PostgreSQL',
    `${found} is an option of other databases`,
    'Leave it out, or write it for those databases alone: a file exports `upgrade` as an object with a function for each.',
  );
}

function foreignOption(operation: Operation): string | undefined {
  switch (operation.kind) {
    case 'createTable':
      return inTable(operation.table);
    case 'addColumn':
      return inColumn(operation.column);
    case 'alterColumn':
      return inType(operation.column, operation.to.type);
    case 'createPrimaryKey':
      return inKey('the primary key', operation.primaryKey);
    case 'createUnique':
      return inKey(`the unique constraint '${operation.unique.name}'`, operation.unique);
    case 'createIndex':
      return inIndex(operation.index);
    case 'setWithoutRowid':
      return `'withoutRowid' of the table '${displayName(operation.table)}'`;
    default:
      return undefined;
  }
}

function inTable(table: TableModel): string | undefined {
  const option = (['strict', 'withoutRowid'] as const).find((option) => table[option] !== undefined);
  return (
    (option && `'${option}' of the table '${displayName(table)}'`) ??
    first(table.columns, inColumn) ??
    (table.primaryKey && inKey('the primary key', table.primaryKey)) ??
    first(table.uniques, (unique) => inKey(`the unique constraint '${unique.name}'`, unique)) ??
    first(table.indices, inIndex)
  );
}

function inColumn({ name, type, onConflict }: ColumnModel): string | undefined {
  return inType(name, type) ?? (onConflict && `'onConflict' of the column '${name}'`);
}

function inType(column: string, type: string | undefined): string | undefined {
  return type === '' ? `an empty 'type' of the column '${column}'` : undefined;
}

function inKey(what: string, key: SqliteKeyOptions): string | undefined {
  const option = (['onConflict', 'columnOptions'] as const).find((option) => key[option] !== undefined);
  return option && `'${option}' of ${what}`;
}

function inIndex({ name, isFulltext }: IndexModel): string | undefined {
  return isFulltext && `'isFulltext' of the index '${name}'`;
}

function first<T>(members: readonly T[], find: (member: T) => string | undefined): string | undefined {
  return members.map(find).find((found) => found !== undefined);
}
