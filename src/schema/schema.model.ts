/**
 * The one model of a database schema, whichever side it was read from.
 *
 * The shapes are TypeORM's option shapes (`TableOptions`, `TableColumnOptions`, …) made readonly and canonical, so a
 * model can be handed to `op.createTable` and read back from a catalog without translation. Canonical means:
 * a field that has its default is absent (never `false`, `undefined`, `''` or `[]` for an optional field),
 * names in the data source's own schema carry no `schema`, and expressions are written as the database prints them.
 */
export interface SchemaModel {
  readonly tables: readonly TableModel[];
  readonly views: readonly ViewModel[];
  readonly enums: readonly EnumModel[];
  readonly sequences: readonly SequenceModel[];
  readonly extensions: readonly string[];
  /** Schemas beside the data source's own one. */
  readonly schemas: readonly string[];
}

/** A name, and the schema it stands in when that is not the data source's own. */
export interface QualifiedName {
  readonly schema?: string;
  readonly name: string;
}

export interface TableModel extends QualifiedName, TableParts {
  readonly columns: readonly ColumnModel[];
  readonly primaryKey?: PrimaryKeyModel;
  readonly uniques: readonly UniqueModel[];
  readonly checks: readonly CheckModel[];
  readonly exclusions: readonly ExclusionModel[];
  readonly foreignKeys: readonly ForeignKeyModel[];
  readonly indices: readonly IndexModel[];
  readonly comment?: string;
}

/** What a table has on one database alone, by the name of that; a part with nothing in it is absent. */
export interface TableParts {
  readonly postgres?: {
    /** The tables that a hand-made one inherits from, however far up. No entity can specify it. */
    readonly inherits?: readonly QualifiedName[];
    /** What the rows of a hand-made table are spread over its partitions by, `RANGE (at)`. No entity can specify it. */
    readonly partitionedBy?: string;
  };
  readonly sqlite?: {
    readonly withoutRowid?: true;
    /** No entity can specify it. */
    readonly strict?: true;
  };
  readonly mysql?: { readonly engine?: string };
}

export interface ColumnModel extends ColumnParts {
  readonly name: string;
  /**
   * The type's name as the catalog prints it, without length, precision and array brackets:
   * `character varying`, `timestamp with time zone`; `enum` for a type of this schema's `enums` (see `enumName`).
   */
  readonly type: string;
  /**
   * What TypeORM keeps in a text: a list with commas, or JSON. No catalog has a word for it: entities and revisions give it,
   * and it is compared only where both do.
   */
  readonly textKind?: TextKind;
  readonly length?: string;
  readonly precision?: number;
  readonly scale?: number;
  readonly isArray?: true;
  readonly isNullable?: true;
  /** SQL text of the default expression, as the database prints it; for `increment` absent. */
  readonly default?: string;
  readonly comment?: string;
  readonly collation?: string;
  /** Labels of an enum that belongs to the column itself: SQLite's `simple-enum`, written as a CHECK beside the column. */
  readonly enum?: readonly string[];
  /** The enum type, where the dialect has enum types. */
  readonly enumName?: string;
  readonly enumSchema?: string;
  /** `increment`: serial, AUTOINCREMENT. `identity`: GENERATED … AS IDENTITY. A uuid default is a plain `default`. */
  readonly generationStrategy?: 'increment' | 'identity';
  readonly generatedIdentity?: 'ALWAYS' | 'BY DEFAULT';
  /** Expression of a generated column, as the database prints it. */
  readonly asExpression?: string;
  readonly generatedType?: 'STORED' | 'VIRTUAL';
  readonly spatialFeatureType?: string;
  readonly srid?: number;
}

/** What a column has on one database alone. */
export interface ColumnParts {
  readonly postgres?: {
    /** What a domain adds, where `type` is one that somebody made. No entity can specify it, and it is never compared. */
    readonly domain?: DomainModel;
    /** Version 18: the name of its NOT NULL, where that is NOT VALID. No entity can specify it. */
    readonly notValidNotNull?: string;
  };
  /** `ON CONFLICT` of its NOT NULL. No entity can specify it. */
  readonly sqlite?: ConflictPart;
  readonly mysql?: MysqlColumnPart;
}

export interface MysqlColumnPart {
  readonly unsigned?: true;
  readonly zerofill?: true;
  /** Display width of a number. */
  readonly width?: number;
  readonly charset?: string;
  /** Expression of `ON UPDATE`. */
  readonly onUpdate?: string;
}

export interface DomainModel {
  /** The type that it is made of. */
  readonly base: Pick<ColumnModel, 'type' | 'length' | 'precision' | 'scale'> & { readonly isArray?: true };
  /** Its checks, NOT NULL and DEFAULT, as the catalog prints them. */
  readonly rules: readonly string[];
}

export type TextKind = 'simple-array' | 'simple-json';

export interface PrimaryKeyModel extends KeyParts {
  /** Absent where the dialect does not keep the name. */
  readonly name?: string;
  readonly columnNames: readonly string[];
}

/** What a hand-made key may have. No entity can specify it; a rebuild of the table keeps it. */
export interface KeyParts {
  /** `COLLATE` and `DESC` by column name. */
  readonly columnOptions?: Readonly<Record<string, string>>;
  readonly sqlite?: ConflictPart;
}

/** What SQLite does with a row that breaks a constraint; absent for ABORT. */
export interface ConflictPart {
  readonly onConflict?: ConflictAction;
}

export interface UniqueModel extends KeyParts {
  /** Absent only for a unique constraint that a hand-made SQLite table left unnamed. */
  readonly name?: string;
  readonly columnNames: readonly string[];
  readonly deferrable?: Deferrable;
}

export interface CheckModel extends Validation {
  readonly name?: string;
  readonly expression: string;
}

/** Whether the rows that were there before a constraint are known to meet it. */
export interface Validation {
  /** PostgreSQL: it is NOT VALID, so that only new and changed rows were checked. No entity can say it. */
  readonly isNotValid?: true;
}

export interface ExclusionModel {
  readonly name?: string;
  readonly expression: string;
  readonly deferrable?: Deferrable;
}

export interface ForeignKeyModel extends Validation {
  readonly name?: string;
  readonly columnNames: readonly string[];
  readonly referencedSchema?: string;
  readonly referencedTableName: string;
  readonly referencedColumnNames: readonly string[];
  /** Absent for NO ACTION. */
  readonly onDelete?: ReferentialAction;
  readonly onUpdate?: ReferentialAction;
  readonly deferrable?: Deferrable;
}

export interface IndexModel {
  readonly name: string;
  /** Empty for an index on expressions; then `expression` says what it indexes. */
  readonly columnNames: readonly string[];
  readonly isUnique?: true;
  readonly isSpatial?: true;
  readonly isFulltext?: true;
  /** Built with CONCURRENTLY. A wish for the build, not a property of the index: never compared. */
  readonly isConcurrent?: true;
  /** Access method when it is not the dialect's own choice (`btree`). */
  readonly type?: string;
  readonly where?: string;
  /** Columns of INCLUDE (…). */
  readonly include?: readonly string[];
  /** Column options by column name: `DESC`, `NULLS FIRST`, an operator class; as the database prints them. */
  readonly columnOptions?: Readonly<Record<string, string>>;
  readonly nullsNotDistinct?: true;
  /** What stands in the parentheses of a hand-made expression index. */
  readonly expression?: string;
  /** The full-text parser. */
  readonly mysql?: { readonly parser?: string };
}

export interface ViewModel extends QualifiedName {
  readonly expression: string;
  readonly materialized?: true;
  readonly indices: readonly IndexModel[];
  /** Views and tables that must stand before this one. Orders operations; never compared. */
  readonly dependsOn: readonly QualifiedName[];
}

export interface EnumModel extends QualifiedName {
  readonly values: readonly string[];
}

export interface SequenceModel extends QualifiedName {
  readonly start?: string;
  readonly increment?: string;
  readonly minValue?: string;
  readonly maxValue?: string;
  /** Begins again when it has come to its end. */
  readonly cycle?: true;
}

export type Deferrable = 'INITIALLY DEFERRED' | 'INITIALLY IMMEDIATE';
export type ConflictAction = 'ROLLBACK' | 'FAIL' | 'IGNORE' | 'REPLACE';
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

/** The name as a person reads it: `schema.name`, or the name alone in the data source's own schema. */
export function displayName(name: QualifiedName): string {
  return name.schema === undefined ? name.name : `${name.schema}.${name.name}`;
}

/** The qualified name alone of something that has one. */
export function qualifiedNameOf({ schema, name }: QualifiedName): QualifiedName {
  return schema === undefined ? { name } : { schema, name };
}

/** The table that a foreign key refers to. */
export function referencedTable({ referencedSchema, referencedTableName }: ForeignKeyModel): QualifiedName {
  return qualifiedNameOf({ schema: referencedSchema, name: referencedTableName });
}
