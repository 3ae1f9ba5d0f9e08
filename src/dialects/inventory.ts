import type { ExtensionPlace } from '../operations/operation.js';
import type { EnumModel, QualifiedName, SequenceModel, TableModel, ViewModel } from '../schema/schema.model.js';

/** Everything that a database holds, as a revision would make it in an empty one; rows are no part of it. */
export interface Inventory {
  /** In no order: `needs` gives it. */
  readonly objects: readonly DatabaseObject[];
  /** What no revision can make, or should. */
  readonly leftOut: readonly LeftOut[];
  /** What is needed, but outside of the part that is taken up. */
  readonly absent: readonly AbsentObject[];
}

export interface AbsentObject {
  readonly id: string;
  /** As a person would name it. */
  readonly description: string;
}

/** Which part of the database to take up. */
export interface InventoryScope {
  /** Schemas beside the data source's own. */
  readonly schemas: readonly string[];
  /** Tables that are passed over with all that belongs to them: the version and history tables, TypeORM's own. */
  readonly exclude: readonly QualifiedName[];
}

/** Something that is not written, as a person would name it, and why. */
export interface LeftOut {
  /** Absent for what is no object that another one can need: privileges, an owner. */
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
  /** Objects that must be there before this one. */
  readonly needs: readonly string[];
  /** The object that this one is a part of, and goes with: the table of a trigger. */
  readonly partOf?: string;
  /** As a person would name it: `trigger touch on table post`. */
  readonly description: string;
  /** Among objects that need nothing of each other, the one with the smaller number comes first. */
  readonly rank: number;
}

/** What the model of a schema has no fields for. */
export interface SqlObject {
  readonly kind: 'sql';
  /** Absent for an object without a schema, or in the data source's own. */
  readonly schema?: string;
  readonly upgrade: readonly string[];
  /** Empty for what goes with another object. */
  readonly downgrade: readonly string[];
  /** The table that it makes, if it makes one. */
  readonly table?: QualifiedName;
}

/** A default, a constraint or an index of a table that needs other objects than the table's columns do. */
export interface TableMember {
  readonly id: string;
  readonly kind: MemberKind;
  /** Of a default, the column's. */
  readonly name: string;
  readonly needs: readonly string[];
}

export type MemberKind = 'default' | 'primaryKey' | 'unique' | 'check' | 'exclusion' | 'foreignKey' | 'index';

/** Ranks of objects, for `rank`: the order in which people expect them. */
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
  /** Event triggers: they would see all that is made after them. */
  watch: 11,
  /** What takes such settings back. */
  last: 12,
} as const;
