import type { MysqlColumnPart } from '../schema/schema.model.js';

/**
 * The fields of a column that change; an absent field stays as it is.
 *
 * `type` is the whole type: a length, precision or array that it is to have is given with it. `null` removes a property.
 *
 * @example
 *     const change: ColumnChange = { type: 'varchar', length: '200', isNullable: false };
 */
export interface ColumnChange {
  /** The whole type: length, precision, scale, enum and collation are then what is given with it. @example type: 'varchar' */
  readonly type?: string;
  /** Length of the type, as text. @example length: '200' */
  readonly length?: string;
  /** Digits of the type, or of its fraction of a second. @example precision: 10 */
  readonly precision?: number;
  /** Digits after the decimal point; needs `precision`. @example scale: 2 */
  readonly scale?: number;
  /** PostgreSQL: an array of the type. @example isArray: true */
  readonly isArray?: boolean;
  /** Values of an enum that belongs to the column. @example enum: ['open', 'paid'] */
  readonly enum?: readonly string[];
  /** PostgreSQL: the enum type; `type` is then `enum`. @example enumName: 'post_status_enum' */
  readonly enumName?: string;
  /** PostgreSQL: the schema of that type. @example enumSchema: 'archive' */
  readonly enumSchema?: string;
  /** PostgreSQL: the kind of shape of a spatial type. @example spatialFeatureType: 'Point' */
  readonly spatialFeatureType?: string;
  /** PostgreSQL: the reference system of a spatial type. @example srid: 4326 */
  readonly srid?: number;
  /** The collation; null removes it. @example collation: 'C' */
  readonly collation?: string | null;
  /** Whether it may be NULL; false fails while a row has NULL. @example isNullable: false */
  readonly isNullable?: boolean;
  /** SQL of the default; null removes it. @example default: 'now()' */
  readonly default?: string | null;
  /** The comment; null removes it, and SQLite keeps none. @example comment: 'As on the passport' */
  readonly comment?: string | null;
  /** How numbers are generated; null makes it a plain column. @example generationStrategy: 'identity' */
  readonly generationStrategy?: 'increment' | 'identity' | null;
  /** PostgreSQL: whether a given value wins, for `identity`. @example generatedIdentity: 'BY DEFAULT' */
  readonly generatedIdentity?: 'ALWAYS' | 'BY DEFAULT';
  /** Expression of a generated column; null makes it a plain column that keeps its values. @example asExpression: '"price" * "amount"' */
  readonly asExpression?: string | null;
  /** Whether a generated column is stored, or computed when it is read. @example generatedType: 'STORED' */
  readonly generatedType?: 'STORED' | 'VIRTUAL';
  /** What only MySQL has in a column. @example mysql: { unsigned: true } */
  readonly mysql?: MysqlColumnChange;
  /** SQL that turns the old value into the new one where no cast does it by itself (PostgreSQL `USING`). @example using: '"age"::integer' */
  readonly using?: string;
}

/**
 * What changes of that which only MySQL has in a column. `false` and `null` remove a field. `unsigned`, `zerofill`, `width` and
 * `charset` belong to the type: a change that gives `type` removes those that it does not give.
 */
export type MysqlColumnChange = {
  readonly [F in keyof MysqlColumnPart]?:
    MysqlColumnPart[F] | (NonNullable<MysqlColumnPart[F]> extends true ? false : null);
};

/** The fields of a sequence that change; an absent field stays as it is. `null` gives the smallest or largest value that there is. */
export interface SequenceChange {
  /** The first number. */
  readonly start?: string;
  /** What is added each time. */
  readonly increment?: string;
  /** The smallest number; null removes the limit. */
  readonly minValue?: string | null;
  /** The largest number; null removes the limit. */
  readonly maxValue?: string | null;
  /** Begins again at the end. */
  readonly cycle?: boolean;
  /** The number that comes next; it is no part of the model of a sequence. */
  readonly restart?: string;
}

/**
 * Which version of an extension is installed, and in which schema.
 *
 * @example
 *     const place: ExtensionPlace = { schema: 'public', version: '1.6' };
 */
export interface ExtensionPlace {
  /** The schema of its objects. @default what the server takes @example schema: 'public' */
  readonly schema?: string;
  /** Its version. @default the newest that the server has @example version: '1.6' */
  readonly version?: string;
}
