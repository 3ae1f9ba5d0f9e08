/** A column of a table. */
export interface ColumnModel extends ColumnParts {
  /** Its name. */
  readonly name: string;
  /**
   * The type's name as the catalog prints it, without length, precision and array brackets:
   * `character varying`, `timestamp with time zone`; `enum` for a type of this schema's `enums` (see `enumName`).
   */
  readonly type: string;
  /**
   * What TypeORM keeps in a text: a list with commas, or JSON. No catalog has it: entities and revisions specify it, and it is
   * compared only where both do.
   */
  readonly textKind?: TextKind;
  /** Length of the type, as text; absent where it has none. */
  readonly length?: string;
  /** Digits of the type, or of its fraction of a second. */
  readonly precision?: number;
  /** Digits after the decimal point. */
  readonly scale?: number;
  /** It is an array of the type. */
  readonly isArray?: true;
  /** It may be NULL. */
  readonly isNullable?: true;
  /** The SQL expression of the default, as the database prints it; absent for `increment`. */
  readonly default?: string;
  /** Its comment. */
  readonly comment?: string;
  /** Its collation, where that is not the default. */
  readonly collation?: string;
  /** Labels of an enum that belongs to the column itself: SQLite's `simple-enum`, written as a CHECK of the column. */
  readonly enum?: readonly string[];
  /** The enum type, where the dialect has enum types. */
  readonly enumName?: string;
  /** The schema of the enum type, where it is not that of the data source. */
  readonly enumSchema?: string;
  /** `increment`: serial, AUTOINCREMENT. `identity`: GENERATED … AS IDENTITY. A uuid default is a plain `default`. */
  readonly generationStrategy?: 'increment' | 'identity';
  /** Whether a given value wins over the generated one, for `identity`. */
  readonly generatedIdentity?: 'ALWAYS' | 'BY DEFAULT';
  /** Expression of a generated column, as the database prints it. */
  readonly asExpression?: string;
  /** Whether a generated column is stored, or computed when it is read. */
  readonly generatedType?: 'STORED' | 'VIRTUAL';
  /** The kind of shape of a spatial type: `Point`. */
  readonly spatialFeatureType?: string;
  /** The reference system of a spatial type. */
  readonly srid?: number;
}

/** What a column has on only one database. */
export interface ColumnParts {
  /** What only PostgreSQL has in a column. */
  readonly postgres?: {
    /** The domain, where `type` is the name of one. No entity can specify it, and it is never compared. */
    readonly domain?: DomainModel;
    /** Version 18: the name of its NOT NULL, where that is NOT VALID. No entity can specify it. */
    readonly notValidNotNull?: string;
  };
  /** `ON CONFLICT` of its NOT NULL. No entity can specify it. */
  readonly sqlite?: ConflictPart;
  /** What only MySQL has in a column. */
  readonly mysql?: MysqlColumnPart;
}

/** What only MySQL has in a column. */
export interface MysqlColumnPart {
  /** A number without a sign. */
  readonly unsigned?: true;
  /** A number that is shown with zeros before it. */
  readonly zerofill?: true;
  /** Display width of a number. */
  readonly width?: number;
  /** Its character set. */
  readonly charset?: string;
  /** Expression of `ON UPDATE`. */
  readonly onUpdate?: string;
  /** `SELECT *` leaves it out. */
  readonly invisible?: true;
  /** MariaDB: the check that a hand-made definition of the column has in it; a json column's own is left out. */
  readonly check?: string;
}

/** A domain of PostgreSQL: a type with rules of its own. */
export interface DomainModel {
  /** The type that it is made of. */
  readonly base: Pick<ColumnModel, 'type' | 'length' | 'precision' | 'scale'> & { readonly isArray?: true };
  /** Its checks, NOT NULL and DEFAULT, as the catalog prints them. */
  readonly rules: readonly string[];
}

/** What TypeORM keeps in a text: a list with commas, or JSON. */
export type TextKind = 'simple-array' | 'simple-json';

/** What only SQLite has in a constraint: its conflict clause. */
export interface ConflictPart {
  /** What SQLite does with a row that breaks it, where that is not ABORT. */
  readonly onConflict?: ConflictAction;
}

/** What SQLite does with a row that breaks a rule, where that is not ABORT. */
export type ConflictAction = 'ROLLBACK' | 'FAIL' | 'IGNORE' | 'REPLACE';
