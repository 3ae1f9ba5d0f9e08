import type {
  CheckModel,
  ColumnModel,
  EnumModel,
  ExclusionModel,
  ForeignKeyModel,
  IndexModel,
  MysqlColumnPart,
  PrimaryKeyModel,
  QualifiedName,
  SequenceModel,
  TableModel,
  UniqueModel,
  ViewModel,
} from '../schema/schema.model.js';

/**
 * Everything that a revision can do to a database, as plain data.
 *
 * Comparing two schemas yields operations; reversing, rendering, applying to a model and compiling to DDL are functions
 * over them. What an operation removes or changes it carries along (`was`, `existing`) where that is known:
 * autogenerate always knows it, a revision written by hand need not, and then the operation runs but cannot be reversed.
 */
export type Operation =
  | TableOperation
  | { readonly kind: 'createTable'; readonly table: TableModel; readonly ifNotExists?: true }
  | { readonly kind: 'dropTable'; readonly table: QualifiedName; readonly was?: TableModel; readonly ifExists?: true }
  /** Also moves a table to another schema: `to.schema`. */
  | { readonly kind: 'renameTable'; readonly table: QualifiedName; readonly to: QualifiedName }
  /** Several changes of one table as one: SQLite rebuilds the table once for all of them. */
  | { readonly kind: 'batch'; readonly table: QualifiedName; readonly operations: readonly TableOperation[] }
  | { readonly kind: 'createEnum'; readonly enum: EnumModel }
  | { readonly kind: 'dropEnum'; readonly enum: QualifiedName; readonly was?: EnumModel; readonly ifExists?: true }
  | { readonly kind: 'renameEnum'; readonly enum: QualifiedName; readonly to: QualifiedName }
  /** Adds a value in place. Cannot be undone in place: its reverse is an `alterEnum`. */
  | {
      readonly kind: 'addEnumValue';
      readonly enum: QualifiedName;
      readonly value: string;
      /** Label that the new one stands before; absent: at the end. */
      readonly before?: string;
      /** All labels as they were. */
      readonly existing?: readonly string[];
    }
  | { readonly kind: 'renameEnumValue'; readonly enum: QualifiedName; readonly from: string; readonly to: string }
  /** Makes the type anew with exactly these labels, and moves every column that uses it (removed, reordered labels). */
  | {
      readonly kind: 'alterEnum';
      readonly enum: QualifiedName;
      readonly values: readonly string[];
      readonly existing?: readonly string[];
    }
  | {
      readonly kind: 'createView';
      readonly view: ViewModel;
      /** Gives the view what it had when it was dropped with `keep`. */
      readonly restore?: true;
    }
  | {
      readonly kind: 'dropView';
      readonly view: QualifiedName;
      readonly materialized?: true;
      /** What it has beside its query is kept for the `createView` with `restore` that follows in the same revision. */
      readonly keep?: true;
      readonly was?: ViewModel;
      readonly ifExists?: true;
    }
  /** Also moves a view to another schema. It may be a materialised one. */
  | { readonly kind: 'renameView'; readonly view: QualifiedName; readonly to: QualifiedName }
  /** Gives a view, which may be a materialised one, another text; all that stands on it stays. */
  | {
      readonly kind: 'alterView';
      readonly view: QualifiedName;
      readonly expression: string;
      /** The text as it was. */
      readonly existing?: string;
    }
  | { readonly kind: 'createSequence'; readonly sequence: SequenceModel; readonly ifNotExists?: true }
  | {
      readonly kind: 'dropSequence';
      readonly sequence: QualifiedName;
      readonly was?: SequenceModel;
      readonly ifExists?: true;
    }
  /** Also moves a sequence to another schema. */
  | { readonly kind: 'renameSequence'; readonly sequence: QualifiedName; readonly to: QualifiedName }
  | {
      readonly kind: 'alterSequence';
      readonly sequence: QualifiedName;
      readonly to: SequenceChange;
      /** The same fields as in `to`, as they were. */
      readonly existing?: SequenceChange;
    }
  | { readonly kind: 'createSchema'; readonly name: string; readonly ifNotExists?: true }
  | {
      readonly kind: 'dropSchema';
      readonly name: string;
      readonly ifExists?: true;
      /** It stays, with a notice, where something is in it. */
      readonly ifUnused?: true;
    }
  | { readonly kind: 'renameSchema'; readonly from: string; readonly to: string }
  | ({ readonly kind: 'createExtension'; readonly name: string } & ExtensionPlace)
  | {
      readonly kind: 'dropExtension';
      readonly name: string;
      readonly was?: ExtensionPlace;
      /** It stays, with a notice, where something else depends on it. */
      readonly ifUnused?: true;
    }
  | {
      readonly kind: 'alterExtension';
      readonly name: string;
      readonly to: ExtensionPlace;
      /** The same fields as in `to`, as they were. */
      readonly existing?: ExtensionPlace;
    }
  | { readonly kind: 'execute'; readonly sql: string; readonly parameters?: readonly unknown[] }
  | {
      readonly kind: 'bulkInsert';
      readonly table: QualifiedName;
      readonly rows: readonly Readonly<Record<string, unknown>>[];
    };

/** An operation on one table that stays. */
export type TableOperation =
  | {
      readonly kind: 'addColumn';
      readonly table: QualifiedName;
      readonly column: ColumnModel;
      readonly ifNotExists?: true;
    }
  | {
      readonly kind: 'dropColumn';
      readonly table: QualifiedName;
      readonly column: string;
      readonly was?: ColumnModel;
      /** What makes the nameless constraints anew that go with it: nothing else can say that they go. */
      readonly taken?: readonly CreateConstraint[];
      readonly ifExists?: true;
    }
  | { readonly kind: 'renameColumn'; readonly table: QualifiedName; readonly from: string; readonly to: string }
  | {
      readonly kind: 'alterColumn';
      readonly table: QualifiedName;
      readonly column: string;
      readonly to: ColumnChange;
      /** The same fields as in `to`, as they were. */
      readonly existing?: ColumnChange;
    }
  | { readonly kind: 'createPrimaryKey'; readonly table: QualifiedName; readonly primaryKey: PrimaryKeyModel }
  | {
      readonly kind: 'dropPrimaryKey';
      readonly table: QualifiedName;
      readonly name?: string;
      readonly was?: PrimaryKeyModel;
      readonly ifExists?: true;
    }
  | { readonly kind: 'createUnique'; readonly table: QualifiedName; readonly unique: UniqueModel }
  | {
      readonly kind: 'dropUnique';
      readonly table: QualifiedName;
      /** Absent for one that has none: then the columns say which it is. */
      readonly name?: string;
      readonly columnNames?: readonly string[];
      readonly was?: UniqueModel;
      readonly ifExists?: true;
    }
  | { readonly kind: 'createCheck'; readonly table: QualifiedName; readonly check: CheckModel }
  | {
      readonly kind: 'dropCheck';
      readonly table: QualifiedName;
      /** Absent for one that has none: then the expression says which it is. */
      readonly name?: string;
      readonly expression?: string;
      readonly was?: CheckModel;
      readonly ifExists?: true;
    }
  | { readonly kind: 'createExclusion'; readonly table: QualifiedName; readonly exclusion: ExclusionModel }
  | {
      readonly kind: 'dropExclusion';
      readonly table: QualifiedName;
      readonly name: string;
      readonly was?: ExclusionModel;
      readonly ifExists?: true;
    }
  | { readonly kind: 'createForeignKey'; readonly table: QualifiedName; readonly foreignKey: ForeignKeyModel }
  | {
      readonly kind: 'dropForeignKey';
      readonly table: QualifiedName;
      /** Absent for one that has none: then the columns say which it is, and the table that it refers to where that is given. */
      readonly name?: string;
      readonly columnNames?: readonly string[];
      readonly referencedTable?: QualifiedName;
      readonly was?: ForeignKeyModel;
      readonly ifExists?: true;
    }
  | {
      readonly kind: 'renameConstraint';
      readonly table: QualifiedName;
      readonly from: string;
      readonly to: string;
      readonly ifExists?: true;
    }
  /** Looks whether all rows meet a constraint that is NOT VALID. Nothing undoes it: what is valid stays so. */
  | {
      readonly kind: 'validateConstraint';
      readonly table: QualifiedName;
      readonly name: string;
      readonly ifExists?: true;
    }
  /** `table` may be a materialised view. */
  | {
      readonly kind: 'createIndex';
      readonly table: QualifiedName;
      readonly index: IndexModel;
      readonly ifNotExists?: true;
    }
  | {
      readonly kind: 'dropIndex';
      readonly table: QualifiedName;
      readonly name: string;
      readonly isConcurrent?: true;
      readonly was?: IndexModel;
      readonly ifExists?: true;
    }
  | {
      readonly kind: 'renameIndex';
      readonly table: QualifiedName;
      readonly from: string;
      readonly to: string;
      readonly ifExists?: true;
    }
  | {
      readonly kind: 'setTableComment';
      readonly table: QualifiedName;
      /** null takes the comment away. */
      readonly comment: string | null;
      readonly existing?: string | null;
    }
  /** SQLite alone: whether the table's rows are kept by the primary key instead of a row id. */
  | { readonly kind: 'setWithoutRowid'; readonly table: QualifiedName; readonly withoutRowid: boolean };

export type OperationKind = Operation['kind'];
export type OperationOf<K extends OperationKind> = Extract<Operation, { readonly kind: K }>;
/** Makes a constraint that may have no name in a SQLite table made by hand. */
export type CreateConstraint = OperationOf<'createUnique' | 'createCheck' | 'createForeignKey'>;

/**
 * The fields of a column that change; an absent field stays as it is.
 *
 * `type` stands for the whole type: giving it sets length, precision, scale, array-ness, enum and collation to what
 * stands beside it. `null` takes a property away.
 */
export interface ColumnChange {
  readonly type?: string;
  readonly length?: string;
  readonly precision?: number;
  readonly scale?: number;
  readonly isArray?: boolean;
  readonly enum?: readonly string[];
  readonly enumName?: string;
  readonly enumSchema?: string;
  readonly spatialFeatureType?: string;
  readonly srid?: number;
  readonly collation?: string | null;
  readonly isNullable?: boolean;
  readonly default?: string | null;
  readonly comment?: string | null;
  readonly generationStrategy?: 'increment' | 'identity' | null;
  readonly generatedIdentity?: 'ALWAYS' | 'BY DEFAULT';
  readonly asExpression?: string | null;
  readonly generatedType?: 'STORED' | 'VIRTUAL';
  readonly mysql?: MysqlColumnPart;
  /** SQL that turns the old value into the new one where no cast does it by itself (PostgreSQL `USING`). */
  readonly using?: string;
}

/** The fields of a sequence that change; an absent field stays as it is. `null` gives the smallest or largest value that there is. */
export interface SequenceChange {
  readonly start?: string;
  readonly increment?: string;
  readonly minValue?: string | null;
  readonly maxValue?: string | null;
  readonly cycle?: boolean;
  /** The number that comes next. A model has no such thing: it is a part of what the sequence has done. */
  readonly restart?: string;
}

/** Which version of an extension is installed, and where its objects stand; absent: what the server takes. */
export interface ExtensionPlace {
  readonly schema?: string;
  readonly version?: string;
}
