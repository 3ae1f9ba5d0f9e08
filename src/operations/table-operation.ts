import type {
  CheckModel,
  ColumnModel,
  ExclusionModel,
  ForeignKeyModel,
  IndexModel,
  PrimaryKeyModel,
  QualifiedName,
  UniqueModel,
} from '../schema/schema.model.js';
import type { ColumnChange } from './operation-changes.js';

/** A change of one table. */
export type TableOperation =
  | {
      /** Adds a column. */
      readonly kind: 'addColumn';
      /** The table. */
      readonly table: QualifiedName;
      /** The column. */
      readonly column: ColumnModel;
      /** Only where it does not exist. */
      readonly ifNotExists?: true;
    }
  | {
      /** Drops a column with its values. */
      readonly kind: 'dropColumn';
      /** The table. */
      readonly table: QualifiedName;
      /** The column. */
      readonly column: string;
      /** What it drops, where that is known, for its reverse. */
      readonly was?: ColumnModel;
      /** The operations that re-create the unnamed constraints dropped with the column, since no other operation drops them. */
      readonly taken?: readonly CreateConstraint[];
      /** Only where it exists. */
      readonly ifExists?: true;
    }
  | {
      /** Renames a column. */
      readonly kind: 'renameColumn';
      /** The table. */
      readonly table: QualifiedName;
      /** The old name. */
      readonly from: string;
      /** The new name. */
      readonly to: string;
    }
  | {
      /** Changes a column, and keeps its values. */
      readonly kind: 'alterColumn';
      /** The table. */
      readonly table: QualifiedName;
      /** The column. */
      readonly column: string;
      /** The fields that it gets. */
      readonly to: ColumnChange;
      /** The same fields as in `to`, as they were. */
      readonly existing?: ColumnChange;
    }
  | {
      /** Creates the primary key. */
      readonly kind: 'createPrimaryKey';
      /** The table. */
      readonly table: QualifiedName;
      /** The primary key. */
      readonly primaryKey: PrimaryKeyModel;
      /** The unique index that becomes the key, by its name; absent where one is built. */
      readonly fromIndex?: string;
    }
  | {
      /** Drops the primary key. */
      readonly kind: 'dropPrimaryKey';
      /** The table. */
      readonly table: QualifiedName;
      /** The name. */
      readonly name?: string;
      /** What it drops, where that is known, for its reverse. */
      readonly was?: PrimaryKeyModel;
      /** Only where it exists. */
      readonly ifExists?: true;
    }
  | {
      /** Creates a unique constraint. */
      readonly kind: 'createUnique';
      /** The table. */
      readonly table: QualifiedName;
      /** The unique constraint. */
      readonly unique: UniqueModel;
      /** The unique index that becomes the constraint, by its name; absent where one is built. */
      readonly fromIndex?: string;
    }
  | {
      /** Drops a unique constraint. */
      readonly kind: 'dropUnique';
      /** The table. */
      readonly table: QualifiedName;
      /** Its name; absent for one that has none, which its columns identify. */
      readonly name?: string;
      /** Its columns, where it has no name. */
      readonly columnNames?: readonly string[];
      /** What it drops, where that is known, for its reverse. */
      readonly was?: UniqueModel;
      /** Only where it exists. */
      readonly ifExists?: true;
    }
  | {
      /** Creates a check constraint. */
      readonly kind: 'createCheck';
      /** The table. */
      readonly table: QualifiedName;
      /** The check constraint. */
      readonly check: CheckModel;
    }
  | {
      /** Drops a check constraint. */
      readonly kind: 'dropCheck';
      /** The table. */
      readonly table: QualifiedName;
      /** Its name; absent for one that has none, which its expression identifies. */
      readonly name?: string;
      /** Its expression, where it has no name. */
      readonly expression?: string;
      /** What it drops, where that is known, for its reverse. */
      readonly was?: CheckModel;
      /** Only where it exists. */
      readonly ifExists?: true;
    }
  | {
      /** Creates an exclusion constraint. */
      readonly kind: 'createExclusion';
      /** The table. */
      readonly table: QualifiedName;
      /** The exclusion constraint. */
      readonly exclusion: ExclusionModel;
    }
  | {
      /** Drops an exclusion constraint. */
      readonly kind: 'dropExclusion';
      /** The table. */
      readonly table: QualifiedName;
      /** The name. */
      readonly name: string;
      /** What it drops, where that is known, for its reverse. */
      readonly was?: ExclusionModel;
      /** Only where it exists. */
      readonly ifExists?: true;
    }
  | {
      /** Creates a foreign key. */
      readonly kind: 'createForeignKey';
      /** The table. */
      readonly table: QualifiedName;
      /** The foreign key. */
      readonly foreignKey: ForeignKeyModel;
    }
  | {
      /** Drops a foreign key. */
      readonly kind: 'dropForeignKey';
      /** The table. */
      readonly table: QualifiedName;
      /** Its name; absent for one that has none, which its columns identify, with the table that it refers to where that is given. */
      readonly name?: string;
      /** Its columns, where it has no name. */
      readonly columnNames?: readonly string[];
      /** The table that it refers to, where it has no name. */
      readonly referencedTable?: QualifiedName;
      /** What it drops, where that is known, for its reverse. */
      readonly was?: ForeignKeyModel;
      /** Only where it exists. */
      readonly ifExists?: true;
    }
  | {
      /** Renames a constraint. */
      readonly kind: 'renameConstraint';
      /** The table. */
      readonly table: QualifiedName;
      /** The old name. */
      readonly from: string;
      /** The new name. */
      readonly to: string;
      /** Only where it exists. */
      readonly ifExists?: true;
    }
  | {
      /** Checks that all rows meet a constraint that is NOT VALID; nothing undoes it. */
      readonly kind: 'validateConstraint';
      /** The table. */
      readonly table: QualifiedName;
      /** The name. */
      readonly name: string;
      /** In a transaction of its own, so that no lock of the run keeps others waiting meanwhile. */
      readonly isConcurrent?: true;
      /** Only where it exists. */
      readonly ifExists?: true;
    }
  | {
      /** Creates an index of a table or a materialized view. */
      readonly kind: 'createIndex';
      /** The table. */
      readonly table: QualifiedName;
      /** The index. */
      readonly index: IndexModel;
      /** Only where it does not exist. */
      readonly ifNotExists?: true;
    }
  | {
      /** Drops an index. */
      readonly kind: 'dropIndex';
      /** The table. */
      readonly table: QualifiedName;
      /** The name. */
      readonly name: string;
      /** With CONCURRENTLY, outside the transaction. */
      readonly isConcurrent?: true;
      /** What it drops, where that is known, for its reverse. */
      readonly was?: IndexModel;
      /** Only where it exists. */
      readonly ifExists?: true;
    }
  | {
      /** Renames an index. */
      readonly kind: 'renameIndex';
      /** The table. */
      readonly table: QualifiedName;
      /** The old name. */
      readonly from: string;
      /** The new name. */
      readonly to: string;
      /** Only where it exists. */
      readonly ifExists?: true;
    }
  | {
      /** Sets the comment of a table. */
      readonly kind: 'setTableComment';
      /** The table. */
      readonly table: QualifiedName;
      /** The comment; null removes it. */
      readonly comment: string | null;
      /** The comment that it has, where that is known, for its reverse. */
      readonly existing?: string | null;
    }
  | {
      /** Sets the storage engine of a MySQL table. */
      readonly kind: 'setTableEngine';
      /** The table. */
      readonly table: QualifiedName;
      /** Its name, as the server has it: `InnoDB`. */
      readonly engine: string;
      /** The engine that it has, where that is known, for its reverse. */
      readonly existing?: string;
    }
  | {
      /** Makes a SQLite table WITHOUT ROWID, or one with row ids. */
      readonly kind: 'setWithoutRowid';
      /** The table. */
      readonly table: QualifiedName;
      /** True for WITHOUT ROWID. */
      readonly withoutRowid: boolean;
    };

/** Creates a constraint that may have no name in a SQLite table made by hand. */
export type CreateConstraint = Extract<
  TableOperation,
  { readonly kind: 'createUnique' | 'createCheck' | 'createForeignKey' }
>;
