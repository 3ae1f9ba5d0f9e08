import type {
  CheckModel,
  ColumnModel,
  ForeignKeyModel,
  PrimaryKeyModel,
  UniqueModel,
} from '../../../schema/schema.model.js';

/** What has been read of a table so far. */
export interface TableParts {
  readonly columns: ColumnModel[];
  readonly uniques: UniqueModel[];
  readonly checks: CheckModel[];
  readonly foreignKeys: ForeignKeyModel[];
  primaryKey?: PrimaryKeyModel;
  /** A key that stands apart from its columns. */
  tableKey?: PrimaryKeyModel;
}
