import { UnsupportedOperationError } from '../../errors/operations.errors.js';
import type { Operation } from '../../operations/operation.js';
import type { IndexModel, KeyParts, TableModel } from '../../schema/schema.model.js';
import { foreign, foreignOption, type ForeignOption } from '../common/foreign-options.js';

/** What PostgreSQL can do. */
export type SupportedOperation = Exclude<Operation, { readonly kind: 'setWithoutRowid' }>;

/**
 * Refuses the options that PostgreSQL lacks, instead of leaving them out.
 *
 * @throws UnsupportedOperationError
 */
export function refuseUnsupported(operation: Operation): asserts operation is SupportedOperation {
  const found = foreignOption(operation, 'postgres') ?? lacking(operation);
  if (found !== undefined) {
    throw new UnsupportedOperationError(operation.kind, 'PostgreSQL', found.subject, found.hint);
  }
}

/** An option that several databases have, though not this one. */
function lacking(operation: Operation): ForeignOption | undefined {
  switch (operation.kind) {
    case 'createTable':
      return inTable(operation.table);
    case 'addColumn':
      return inType(operation.column.name, operation.column.type);
    case 'alterColumn':
      return inType(operation.column, operation.to.type);
    case 'createPrimaryKey':
      return inKey('the primary key', operation.primaryKey);
    case 'createUnique':
      return inKey(`the unique constraint '${operation.unique.name}'`, operation.unique);
    case 'createIndex':
      return inIndex(operation.index);
    default:
      return undefined;
  }
}

function inTable(table: TableModel): ForeignOption | undefined {
  return (
    first(table.columns, ({ name, type }) => inType(name, type)) ??
    (table.primaryKey && inKey('the primary key', table.primaryKey)) ??
    first(table.uniques, (unique) => inKey(`the unique constraint '${unique.name}'`, unique)) ??
    first(table.indices, inIndex)
  );
}

function inType(column: string, type: string | undefined): ForeignOption | undefined {
  if (type !== '') return undefined;
  const { subject, hint } = foreign('type', `the column '${column}'`);
  return { subject: `an empty ${subject}`, hint };
}

function inKey(what: string, { columnOptions }: KeyParts): ForeignOption | undefined {
  return columnOptions && foreign('columnOptions', what);
}

function inIndex({ name, isFulltext }: IndexModel): ForeignOption | undefined {
  return isFulltext && foreign('isFulltext', `the index '${name}'`);
}

function first<T>(members: readonly T[], find: (member: T) => ForeignOption | undefined): ForeignOption | undefined {
  return members.map(find).find((found) => found !== undefined);
}
