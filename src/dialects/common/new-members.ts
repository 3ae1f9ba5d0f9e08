import type { ColumnChange, Operation } from '../../operations/operation.js';
import type {
  CheckModel,
  ColumnParts,
  ForeignKeyModel,
  IndexModel,
  PrimaryKeyModel,
  TableModel,
  UniqueModel,
} from '../../schema/schema.model.js';

/** What an operation creates, or what a column becomes; dialects look there for what their database lacks. */
export interface NewMembers {
  readonly tables: readonly TableModel[];
  readonly columns: readonly (ColumnChange & Omit<ColumnParts, 'mysql'> & { readonly name: string })[];
  readonly primaryKeys: readonly PrimaryKeyModel[];
  readonly uniques: readonly UniqueModel[];
  readonly checks: readonly CheckModel[];
  readonly foreignKeys: readonly ForeignKeyModel[];
  readonly indices: readonly IndexModel[];
}

const NONE: NewMembers = {
  tables: [],
  columns: [],
  primaryKeys: [],
  uniques: [],
  checks: [],
  foreignKeys: [],
  indices: [],
};

export function newMembersOf(operation: Operation): NewMembers {
  switch (operation.kind) {
    case 'createTable': {
      const { table } = operation;
      const { columns, primaryKey, uniques, checks, foreignKeys, indices } = table;
      const primaryKeys = primaryKey === undefined ? [] : [primaryKey];
      return { tables: [table], columns, primaryKeys, uniques, checks, foreignKeys, indices };
    }
    case 'addColumn':
      return { ...NONE, columns: [operation.column] };
    case 'alterColumn':
      return { ...NONE, columns: [{ ...operation.to, name: operation.column }] };
    case 'createPrimaryKey':
      return { ...NONE, primaryKeys: [operation.primaryKey] };
    case 'createUnique':
      return { ...NONE, uniques: [operation.unique] };
    case 'createCheck':
      return { ...NONE, checks: [operation.check] };
    case 'createForeignKey':
      return { ...NONE, foreignKeys: [operation.foreignKey] };
    case 'createIndex':
      return { ...NONE, indices: [operation.index] };
    case 'createView':
      return { ...NONE, indices: operation.view.indices };
    default:
      return NONE;
  }
}
