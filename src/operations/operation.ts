import type { EnumModel, QualifiedName, SequenceModel, TableModel, ViewModel } from '../schema/schema.model.js';
import type { ExtensionPlace, SequenceChange } from './operation-changes.js';
import type { TableOperation } from './table-operation.js';

export type * from './operation-changes.js';
export type * from './table-operation.js';

/**
 * Everything that a revision can do to a database, as plain data.
 *
 * Comparing two schemas yields operations; reversing, rendering, applying to a model and compiling to DDL are functions
 * over them. An operation has the previous state of what it removes or changes (`was`, `existing`) where that is known:
 * autogenerate always knows it. Without it, as in a revision written by hand, the operation runs but cannot be reversed.
 */
export type Operation =
  | TableOperation
  | {
      /** Creates a table. */
      readonly kind: 'createTable';
      /** The table that it creates, with its columns, keys and indexes. */
      readonly table: TableModel;
      /** Only where it does not exist. */
      readonly ifNotExists?: true;
    }
  | {
      /** Drops a table with its rows. */
      readonly kind: 'dropTable';
      /** The table. */
      readonly table: QualifiedName;
      /** What it drops, where that is known, for its reverse. */
      readonly was?: TableModel;
      /** Only where it exists. */
      readonly ifExists?: true;
    }
  | {
      /** Renames a table, or moves it to another schema. */
      readonly kind: 'renameTable';
      /** The table. */
      readonly table: QualifiedName;
      /** The new name. */
      readonly to: QualifiedName;
    }
  | {
      /** Runs several changes of one table as one: SQLite rebuilds the table once for all of them. */
      readonly kind: 'batch';
      /** The table. */
      readonly table: QualifiedName;
      /** The changes, in their order. */
      readonly operations: readonly TableOperation[];
      /** MySQL: only in a way that lets others read and write the table meanwhile; else the server refuses. */
      readonly isOnline?: true;
    }
  | {
      /** Creates an enum type. */
      readonly kind: 'createEnum';
      /** The enum type, with its values. */
      readonly enum: EnumModel;
    }
  | {
      /** Drops an enum type. */
      readonly kind: 'dropEnum';
      /** The enum type. */
      readonly enum: QualifiedName;
      /** What it drops, where that is known, for its reverse. */
      readonly was?: EnumModel;
      /** Only where it exists. */
      readonly ifExists?: true;
    }
  | {
      /** Renames an enum type, or moves it to another schema. */
      readonly kind: 'renameEnum';
      /** The enum type. */
      readonly enum: QualifiedName;
      /** The new name. */
      readonly to: QualifiedName;
    }
  | {
      /** Adds a value in place; its reverse is an `alterEnum`. */
      readonly kind: 'addEnumValue';
      /** The enum type. */
      readonly enum: QualifiedName;
      /** The value. */
      readonly value: string;
      /** The label that the new one comes before; absent: at the end. */
      readonly before?: string;
      /** The labels before the operation, where they are known, for its reverse. */
      readonly existing?: readonly string[];
    }
  | {
      /** Renames a value of an enum type. */
      readonly kind: 'renameEnumValue';
      /** The enum type. */
      readonly enum: QualifiedName;
      /** The old name. */
      readonly from: string;
      /** The new name. */
      readonly to: string;
    }
  | {
      /** Renames a label of a column that has its labels itself, and keeps the values. */
      readonly kind: 'renameLabel';
      /** The table. */
      readonly table: QualifiedName;
      /** The column. */
      readonly column: string;
      /** The old name. */
      readonly from: string;
      /** The new name. */
      readonly to: string;
    }
  | {
      /** Creates the type again with exactly these values, and changes every column of it. */
      readonly kind: 'alterEnum';
      /** The enum type. */
      readonly enum: QualifiedName;
      /** All values that it gets, in their order. */
      readonly values: readonly string[];
      /** The values that it has, where that is known, for its reverse. */
      readonly existing?: readonly string[];
    }
  | {
      /** Creates a view. */
      readonly kind: 'createView';
      /** The view. */
      readonly view: ViewModel;
      /** Gives the view what it had when it was dropped with `keep`. */
      readonly restore?: true;
    }
  | {
      /** Drops a view. */
      readonly kind: 'dropView';
      /** The view. */
      readonly view: QualifiedName;
      /** It is a materialized view. */
      readonly materialized?: true;
      /** All that it has besides its query is kept for the `createView` with `restore` that follows in the same revision. */
      readonly keep?: true;
      /** What it drops, where that is known, for its reverse. */
      readonly was?: ViewModel;
      /** Only where it exists. */
      readonly ifExists?: true;
    }
  | {
      /** Renames a view, or moves it to another schema; a materialized one too. */
      readonly kind: 'renameView';
      /** The view. */
      readonly view: QualifiedName;
      /** The new name. */
      readonly to: QualifiedName;
    }
  | {
      /** Gives a view another query; what depends on it, and its other properties, stay. */
      readonly kind: 'alterView';
      /** The view. */
      readonly view: QualifiedName;
      /** The query that it gets. */
      readonly expression: string;
      /** The previous query, where it is known, for its reverse. */
      readonly existing?: string;
    }
  | {
      /** Creates a sequence. */
      readonly kind: 'createSequence';
      /** The sequence. */
      readonly sequence: SequenceModel;
      /** Only where it does not exist. */
      readonly ifNotExists?: true;
    }
  | {
      /** Drops a sequence. */
      readonly kind: 'dropSequence';
      /** The sequence. */
      readonly sequence: QualifiedName;
      /** What it drops, where that is known, for its reverse. */
      readonly was?: SequenceModel;
      /** Only where it exists. */
      readonly ifExists?: true;
    }
  | {
      /** Renames a sequence, or moves it to another schema. */
      readonly kind: 'renameSequence';
      /** The sequence. */
      readonly sequence: QualifiedName;
      /** The new name. */
      readonly to: QualifiedName;
    }
  | {
      /** Changes a sequence. */
      readonly kind: 'alterSequence';
      /** The sequence. */
      readonly sequence: QualifiedName;
      /** The fields that it gets. */
      readonly to: SequenceChange;
      /** The same fields as in `to`, as they were. */
      readonly existing?: SequenceChange;
    }
  | {
      /** Creates a schema. */
      readonly kind: 'createSchema';
      /** The name. */
      readonly name: string;
      /** Only where it does not exist. */
      readonly ifNotExists?: true;
    }
  | {
      /** Drops an empty schema. */
      readonly kind: 'dropSchema';
      /** The name. */
      readonly name: string;
      /** Only where it exists. */
      readonly ifExists?: true;
      /** It stays, with a notice, where something is in it or it belongs to somebody else. */
      readonly ifUnused?: true;
    }
  | {
      /** Renames a schema. */
      readonly kind: 'renameSchema';
      /** The old name. */
      readonly from: string;
      /** The new name. */
      readonly to: string;
    }
  | ({
      /** Installs an extension, where it is not installed yet. */
      readonly kind: 'createExtension';
      /** The name. */
      readonly name: string;
    } & ExtensionPlace)
  | {
      /** Drops an extension, where it is installed. */
      readonly kind: 'dropExtension';
      /** The name. */
      readonly name: string;
      /** What it drops, where that is known, for its reverse. */
      readonly was?: ExtensionPlace;
      /** It stays, with a notice, where something else depends on it or it belongs to somebody else. */
      readonly ifUnused?: true;
    }
  | {
      /** Updates an extension, or moves it to another schema. */
      readonly kind: 'alterExtension';
      /** The name. */
      readonly name: string;
      /** What it becomes. */
      readonly to: ExtensionPlace;
      /** The same fields as in `to`, as they were. */
      readonly existing?: ExtensionPlace;
    }
  | {
      /** Runs a statement as it is written. */
      readonly kind: 'execute';
      /** The statement. */
      readonly sql: string;
      /** Its parameters, in the form of the driver. */
      readonly parameters?: readonly unknown[];
    }
  | {
      /** Inserts rows. */
      readonly kind: 'bulkInsert';
      /** The table. */
      readonly table: QualifiedName;
      /** The rows, keyed by column. */
      readonly rows: readonly Readonly<Record<string, unknown>>[];
    }
  | {
      /** Runs a statement for the rows of a table in batches, each of them committed by itself. */
      readonly kind: 'inBatches';
      /** The table whose rows are counted off. */
      readonly table: QualifiedName;
      /** The statement, for all rows. */
      readonly sql: string;
      /** How many rows a batch has. */
      readonly size: number;
      /** How long to wait between two batches, ms; absent for not at all. */
      readonly pause?: number;
      /** The columns that the rows are ordered by; absent for those of the primary key. */
      readonly key?: readonly string[];
    };

/** The kind of an operation: `createTable`. */
export type OperationKind = Operation['kind'];
/** The operation of a kind, or of several. */
export type OperationOf<K extends OperationKind> = Extract<Operation, { readonly kind: K }>;
/** An operation that changes a column. */
export type AlterColumn = OperationOf<'alterColumn'>;
