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
  /** A primary key that is a constraint of the table, not of a column. */
  tableKey?: PrimaryKeyModel;
}
