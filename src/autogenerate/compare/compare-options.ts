import type {
  CheckModel,
  ColumnModel,
  EnumModel,
  ExclusionModel,
  ForeignKeyModel,
  IndexModel,
  PrimaryKeyModel,
  QualifiedName,
  TableModel,
  UniqueModel,
  ViewModel,
} from '../../schema/schema.model.js';

/** The objects that a filter of autogenerate may be called with, by the names of their types. */
export interface ComparedObjects {
  readonly table: TableModel;
  readonly view: ViewModel;
  readonly enum: EnumModel;
  readonly column: ColumnModel;
  readonly index: IndexModel;
  readonly primaryKey: PrimaryKeyModel;
  readonly uniqueConstraint: UniqueModel;
  readonly checkConstraint: CheckModel;
  readonly exclusionConstraint: ExclusionModel;
  readonly foreignKeyConstraint: ForeignKeyModel;
}

export type ComparedType = keyof ComparedObjects;
export type ComparedObject = ComparedObjects[ComparedType];

/** The schema and the table of a name; what does not apply is absent. */
export interface ParentNames {
  /** Absent in the data source's own schema. */
  readonly schemaName?: string;
  readonly tableName?: string;
  /** `schema.table`, or just `table` in the data source's own schema. */
  readonly schemaQualifiedTableName?: string;
}

/** The two sides of a column, for `compareType` and `compareServerDefault`. */
export interface ComparedColumn {
  readonly table: QualifiedName;
  /** The column in the database. */
  readonly actual: ColumnModel;
  /** The column of the entity, as the database would print it. */
  readonly wanted: ColumnModel;
}

/** True when the two differ, false when they are the same, undefined to leave it to the built-in comparison. */
export type ColumnComparison = (column: ComparedColumn) => boolean | undefined;

/** What autogenerate compares. */
export interface CompareOptions {
  /** Report columns whose type differs. @default true @example compareType: ({ wanted }) => (wanted.type === 'citext' ? false : undefined) */
  readonly compareType?: boolean | ColumnComparison;
  /** Report columns whose default differs. @default true @example compareServerDefault: false */
  readonly compareServerDefault?: boolean | ColumnComparison;
  /**
   * Whether to read an object of the database at all; called before the comparison, only for the database's side, with the name
   * alone. What is not read counts as absent: an entity of that name is then created. The name of the data source's own
   * schema is null.
   *
   * @example
   *     includeName: (name, type) => type !== 'table' || !name?.startsWith('legacy_')
   */
  readonly includeName?: (name: string | null, type: 'schema' | ComparedType, parents: ParentNames) => boolean;
  /**
   * Whether to compare an object. `reflected` is true for what only the database has; `compareTo` is the database's
   * counterpart of an entity's object, null when there is none. What is left out appears in no operation.
   *
   * @example
   *     includeObject: (object, name, type, reflected) => !(type === 'index' && reflected)
   */
  readonly includeObject?: (
    object: ComparedObject,
    name: string | null,
    type: ComparedType,
    reflected: boolean,
    compareTo: ComparedObject | null,
  ) => boolean;
}
