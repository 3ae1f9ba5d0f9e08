import type { ColumnModel, ConflictPart } from './column.model.js';

export type * from './column.model.js';

/**
 * The one model of a database schema, whichever side it was read from.
 *
 * The shapes are TypeORM's option shapes (`TableOptions`, `TableColumnOptions`, …) made readonly and canonical, so a
 * model can be handed to `op.createTable` and read back from a catalog without translation. Canonical means:
 * a field that has its default is absent (never `false`, `undefined`, `''` or `[]` for an optional field),
 * names in the data source's own schema carry no `schema`, and expressions are written as the database prints them.
 */
export interface SchemaModel {
  /** The tables, with what belongs to them. */
  readonly tables: readonly TableModel[];
  /** The views, materialized ones too. */
  readonly views: readonly ViewModel[];
  /** The enum types; none where the database has no such types. */
  readonly enums: readonly EnumModel[];
  /** The sequences that belong to no column. */
  readonly sequences: readonly SequenceModel[];
  /** Names of the installed extensions. */
  readonly extensions: readonly string[];
  /** Schemas other than the data source's own. */
  readonly schemas: readonly string[];
  /** Domains of PostgreSQL that statements by hand have made, as far as effects depend on them. Never reflected or compared. */
  readonly domains?: readonly KnownDomain[];
  /** Functions of PostgreSQL that statements by hand have made, likewise. */
  readonly functions?: readonly KnownFunction[];
  /** Partitions of PostgreSQL, which are no tables of their own for entities, likewise. */
  readonly partitions?: readonly KnownPartition[];
}

/** What effects depend on of a domain of PostgreSQL. */
export interface KnownDomain extends QualifiedName {
  /** It has a check, or is NOT NULL: values have to be tried. */
  readonly hasRules: boolean;
  /** The type that it is made of; absent where that is not known. */
  readonly base?: string;
  /** The default of its columns. */
  readonly default?: string;
}

/** What effects depend on of a function of PostgreSQL. */
export interface KnownFunction extends QualifiedName {
  /** It may give another value for each row: it is declared neither STABLE nor IMMUTABLE. */
  readonly isVolatile: boolean;
}

/** A partition of a table of PostgreSQL. */
export interface KnownPartition extends QualifiedName {
  /** The table that it is a part of. */
  readonly parent: QualifiedName;
  /** It has the rows that no other partition takes. */
  readonly isDefault?: true;
  /** It has a check that is validated, as far as the database was asked. */
  readonly hasCheck?: true;
}

/** A name, and its schema where that is not the data source's own. */
export interface QualifiedName {
  /** The schema; absent for that of the data source. */
  readonly schema?: string;
  /** The name within the schema. */
  readonly name: string;
}

/** A table, with its columns, keys, constraints and indexes. */
export interface TableModel extends QualifiedName, TableParts {
  /** Its columns, in their order. */
  readonly columns: readonly ColumnModel[];
  /** Its primary key; absent where it has none. */
  readonly primaryKey?: PrimaryKeyModel;
  /** Its unique constraints. */
  readonly uniques: readonly UniqueModel[];
  /** Its check constraints. */
  readonly checks: readonly CheckModel[];
  /** Its exclusion constraints. */
  readonly exclusions: readonly ExclusionModel[];
  /** Its foreign keys. */
  readonly foreignKeys: readonly ForeignKeyModel[];
  /** Its indexes, without those of constraints. */
  readonly indices: readonly IndexModel[];
  /** Its comment. */
  readonly comment?: string;
}

/** What a table has on only one database, keyed by that database; a part with nothing in it is absent. */
export interface TableParts {
  /** What only PostgreSQL has in a table. */
  readonly postgres?: {
    /** The tables that a hand-made one inherits from, however far up. No entity can specify it. */
    readonly inherits?: readonly QualifiedName[];
    /** The partition key of a hand-made table, `RANGE (at)`. No entity can specify it. */
    readonly partitionedBy?: string;
  };
  /** What only SQLite has in a table. */
  readonly sqlite?: {
    readonly withoutRowid?: true;
    /** No entity can specify it. */
    readonly strict?: true;
  };
  /** What only MySQL has in a table. */
  readonly mysql?: {
    /** The storage engine; absent for InnoDB. */
    readonly engine?: string;
    /** The collation of new columns, and with it their character set; absent for that of the database. */
    readonly collation?: string;
  };
}

/** The storage engine of a MySQL table that has no `engine`. */
export const INNODB = 'InnoDB';

/** A primary key. */
export interface PrimaryKeyModel extends KeyParts {
  /** Absent where the dialect does not keep the name. */
  readonly name?: string;
  /** Its columns, in their order. */
  readonly columnNames: readonly string[];
}

/** What a hand-made key may have. No entity can specify it; a rebuild of the table keeps it. */
export interface KeyParts {
  /** `COLLATE` and `DESC` by column name. */
  readonly columnOptions?: Readonly<Record<string, string>>;
  /** What only SQLite has in a key. */
  readonly sqlite?: ConflictPart;
}

/** A unique constraint. */
export interface UniqueModel extends KeyParts {
  /** Absent only for a unique constraint that a hand-made SQLite table left unnamed. */
  readonly name?: string;
  /** Its columns, in their order. */
  readonly columnNames: readonly string[];
  /** When it is checked, where that can wait for the commit. */
  readonly deferrable?: Deferrable;
}

/** A check constraint. */
export interface CheckModel extends Validation {
  /** Its name; absent for one that a hand-made SQLite table left unnamed. */
  readonly name?: string;
  /** Its SQL expression, as the database prints it. */
  readonly expression: string;
}

/** Whether the rows older than a constraint are known to meet it. */
export interface Validation {
  /** PostgreSQL: it is NOT VALID, so that only new and changed rows were checked. No entity can specify it. */
  readonly isNotValid?: true;
}

/** An exclusion constraint of PostgreSQL. */
export interface ExclusionModel {
  /** Its name; absent where it has none. */
  readonly name?: string;
  /** What follows EXCLUDE in SQL. */
  readonly expression: string;
  /** When it is checked, where that can wait for the commit. */
  readonly deferrable?: Deferrable;
}

/** A foreign key. */
export interface ForeignKeyModel extends Validation {
  /** Its name; absent for one that a hand-made SQLite table left unnamed. */
  readonly name?: string;
  /** Its columns, in the order of those that they refer to. */
  readonly columnNames: readonly string[];
  /** Schema of the table that it refers to, where it is not that of the data source. */
  readonly referencedSchema?: string;
  /** The table that it refers to. */
  readonly referencedTableName: string;
  /** The columns that it refers to. */
  readonly referencedColumnNames: readonly string[];
  /** Absent for NO ACTION. */
  readonly onDelete?: ReferentialAction;
  /** What happens when the row that it refers to gets another key; absent for NO ACTION. */
  readonly onUpdate?: ReferentialAction;
  /** When it is checked, where that can wait for the commit. */
  readonly deferrable?: Deferrable;
}

/** An index of a table or of a materialized view. */
export interface IndexModel {
  /** Its name. */
  readonly name: string;
  /** Its columns, in their order; empty for an index on expressions, which has `expression` instead. */
  readonly columnNames: readonly string[];
  /** No two rows may have the same values. */
  readonly isUnique?: true;
  /** It is for spatial values: GiST on PostgreSQL. */
  readonly isSpatial?: true;
  /** It is for full-text search, which only MySQL has as an index. */
  readonly isFulltext?: true;
  /** Built with CONCURRENTLY: how it is built, not a property of the index. Never compared. */
  readonly isConcurrent?: true;
  /** Access method when it is not the dialect's own choice (`btree`). */
  readonly type?: string;
  /** The condition of a partial index. */
  readonly where?: string;
  /** Columns of INCLUDE (…). */
  readonly include?: readonly string[];
  /** Column options by column name: `DESC`, `NULLS FIRST`, an operator class; as the database prints them. */
  readonly columnOptions?: Readonly<Record<string, string>>;
  /** NULL counts as equal to NULL, in a unique index of PostgreSQL 15. */
  readonly nullsNotDistinct?: true;
  /** The SQL in the parentheses of a hand-made expression index. */
  readonly expression?: string;
  /** The full-text parser. */
  readonly mysql?: { readonly parser?: string };
}

/** A view. */
export interface ViewModel extends QualifiedName {
  /** Its query. */
  readonly expression: string;
  /** It keeps its rows. */
  readonly materialized?: true;
  /** Indexes of a materialized view. */
  readonly indices: readonly IndexModel[];
  /** Views and tables that must exist before this one. Orders operations; never compared. */
  readonly dependsOn: readonly QualifiedName[];
}

/** An enum type. */
export interface EnumModel extends QualifiedName {
  /** Its values, in their order. */
  readonly values: readonly string[];
}

/** A sequence that belongs to no column; a field is absent where it has the default. */
export interface SequenceModel extends QualifiedName {
  /** The first number. */
  readonly start?: string;
  /** What is added each time. */
  readonly increment?: string;
  /** The smallest number. */
  readonly minValue?: string;
  /** The largest number. */
  readonly maxValue?: string;
  /** Begins again when it has come to its end. */
  readonly cycle?: true;
}

/** When a constraint that can wait is checked, unless a transaction sets it otherwise. */
export type Deferrable = 'INITIALLY DEFERRED' | 'INITIALLY IMMEDIATE';
/** What happens to a row when the one that it refers to is deleted or gets another key. */
export type ReferentialAction = 'CASCADE' | 'SET NULL' | 'SET DEFAULT' | 'RESTRICT';

/** A schema with nothing in it. */
export const emptySchema: SchemaModel = {
  tables: [],
  views: [],
  enums: [],
  sequences: [],
  extensions: [],
  schemas: [],
};

/** A string that is equal for equal qualified names and different for different ones; for maps, never for people. */
export function qualifiedKey(name: QualifiedName): string {
  return `${name.schema ?? ''}\u0000${name.name}`;
}

/** The name as a person reads it: `schema.name`, or only the name in the data source's own schema. */
export function displayName(name: QualifiedName): string {
  return name.schema === undefined ? name.name : `${name.schema}.${name.name}`;
}

/** Only the schema and the name of an object. */
export function qualifiedNameOf({ schema, name }: QualifiedName): QualifiedName {
  return schema === undefined ? { name } : { schema, name };
}

/** The table that a foreign key refers to. */
export function referencedTable({ referencedSchema, referencedTableName }: ForeignKeyModel): QualifiedName {
  return qualifiedNameOf({ schema: referencedSchema, name: referencedTableName });
}
