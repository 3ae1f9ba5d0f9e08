import type { ExtensionPlace } from '../operations/operation.js';
import type { EnumModel, QualifiedName, SequenceModel, TableModel, ViewModel } from '../schema/schema.model.js';

/** Everything in a database except rows, as a revision would create it in an empty one. */
export interface Inventory {
  /** In no particular order, which follows from `needs`. */
  readonly objects: readonly DatabaseObject[];
  /** What no revision can or should create. */
  readonly leftOut: readonly LeftOut[];
  /** What these need outside of the scope. */
  readonly absent: readonly AbsentObject[];
}

export interface AbsentObject {
  readonly id: string;
  /** For messages. */
  readonly description: string;
}

/** The part of the database to read. */
export interface InventoryScope {
  /** Schemas besides the data source's own. */
  readonly schemas: readonly string[];
  /** Tables to ignore with all that belongs to them: the version and history tables, TypeORM's own. */
  readonly exclude: readonly QualifiedName[];
}

/** Something that is not written into the revision, and why. */
export interface LeftOut {
  /** Absent for what no other object can need: privileges, an owner. */
  readonly id?: string;
  readonly description: string;
  readonly reason: string;
}

/** One object of a database. */
export type DatabaseObject = ObjectPlace &
  (
    | { readonly kind: 'schema'; readonly name: string; readonly isKept?: true }
    | { readonly kind: 'extension'; readonly name: string; readonly place: ExtensionPlace }
    | { readonly kind: 'enum'; readonly enum: EnumModel }
    | { readonly kind: 'sequence'; readonly sequence: SequenceModel }
    | { readonly kind: 'table'; readonly table: TableModel; readonly members: readonly TableMember[] }
    | { readonly kind: 'view'; readonly view: ViewModel }
    | SqlObject
  );

export interface ObjectPlace {
  readonly id: string;
  /** Ids of objects that must exist before this one. */
  readonly needs: readonly string[];
  /** The object that this one is a part of, and is dropped with: the table of a trigger. */
  readonly partOf?: string;
  /** For messages: `trigger touch on table post`. */
  readonly description: string;
  /** The order of objects that do not need each other; smaller numbers come first. */
  readonly rank: number;
}

/** An object that the model of a schema has no fields for, as SQL. */
export interface SqlObject {
  readonly kind: 'sql';
  /** Absent for an object without a schema, or in the data source's own. */
  readonly schema?: string;
  readonly upgrade: readonly string[];
  /** Empty for what is dropped with another object. */
  readonly downgrade: readonly string[];
  /** The table that it creates, if any. */
  readonly table?: QualifiedName;
}

/** A default, a constraint or an index of a table that needs other objects than the table's columns do. */
export interface TableMember {
  readonly id: string;
  readonly kind: MemberKind;
  /** Its name; of a default, that of the column. */
  readonly name: string;
  readonly needs: readonly string[];
}

export type MemberKind = 'default' | 'primaryKey' | 'unique' | 'check' | 'exclusion' | 'foreignKey' | 'index';

/** Values of `rank`: the order that readers expect. */
export const RANKS = {
  /** Settings for the statements that follow. */
  first: -1,
  schema: 0,
  extension: 1,
  type: 2,
  routine: 3,
  sequence: 4,
  table: 5,
  /** Settings of a table, and its constraints and indexes that are written as SQL. */
  tablePart: 6,
  view: 7,
  materializedView: 8,
  /** Triggers, rules and policies. */
  attached: 9,
  comment: 10,
  /** Event triggers, which would fire for all that is created after them. */
  watch: 11,
  /** What resets the settings of `first`. */
  last: 12,
} as const;
