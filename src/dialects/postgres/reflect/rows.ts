/* The rows of the catalog queries. */

export interface RelationRow {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  /** Table, partitioned table, view, materialised view, sequence. */
  readonly kind: 'r' | 'p' | 'v' | 'm' | 'S';
  readonly comment: string | null;
  /** Schemas and names of the tables that a table inherits from, however far up. */
  readonly inherits: readonly (readonly [string, string])[] | null;
  /** Of a partitioned table: `RANGE (at)`. */
  readonly partitionedBy: string | null;
}

export interface ColumnRow {
  readonly relation: number;
  readonly name: string;
  readonly nullable: boolean;
  readonly isArray: boolean;
  readonly isEnum: boolean;
  readonly typeName: string;
  readonly typeSchema: string;
  readonly type: string;
  /** Whether the type belongs to an extension; null for a type of PostgreSQL itself. */
  readonly isExtension: boolean | null;
  readonly expression: string | null;
  readonly generated: '' | 's' | 'v';
  readonly identity: '' | 'a' | 'd';
  readonly serial: boolean | null;
  readonly collation: string | null;
  readonly comment: string | null;
  /** Null when the type is not a domain. */
  readonly domain: { readonly base: string; readonly rules: readonly string[] } | null;
}

export interface ConstraintRow {
  readonly relation: number;
  readonly name: string;
  readonly kind: 'p' | 'u' | 'c' | 'x' | 'f' | 'n';
  readonly columns: readonly string[];
  readonly definition: string | null;
  readonly notValid: boolean;
  readonly deferrable: boolean;
  readonly deferred: boolean;
  readonly onDelete: string;
  readonly onUpdate: string;
  readonly targetName: string | null;
  readonly targetSchema: string | null;
  readonly targetColumns: readonly string[] | null;
}

export interface IndexRow {
  readonly relation: number;
  readonly name: string;
  readonly unique: boolean;
  readonly method: string;
  readonly predicate: string | null;
  readonly hasExpressions: boolean;
  readonly names: readonly string[];
  readonly options: readonly string[];
  readonly include: readonly string[] | null;
  readonly nullsNotDistinct: boolean;
}

export interface ViewRow {
  readonly relation: number;
  readonly definition: string;
  /** Schemas and names of the relations that it reads. */
  readonly uses: readonly (readonly [string, string])[] | null;
}

export interface SequenceRow {
  readonly relation: number;
  readonly increment: string;
  /** Null, like the limits, when it is the default. */
  readonly start: string | null;
  readonly min: string | null;
  readonly max: string | null;
  readonly cycle: boolean;
}

export interface EnumRow {
  readonly schema: string;
  readonly name: string;
  readonly values: readonly string[];
}

export interface SurroundingsRow {
  readonly extensions: readonly string[];
  readonly schemas: readonly string[];
}
