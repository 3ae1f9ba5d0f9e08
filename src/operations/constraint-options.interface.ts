import type { TableCheckOptions, TableForeignKeyOptions, TableUniqueOptions } from 'typeorm';
import type { ConflictAction } from '../schema/schema.model.js';

/** What a key may have on SQLite. */
export interface KeyOptions {
  /** What becomes of a row that breaks it. @default 'ABORT' */
  readonly onConflict?: ConflictAction | 'ABORT';
  /** `COLLATE` and `DESC` by column name. */
  readonly columnOptions?: Readonly<Record<string, string>>;
}

/** TypeORM's options of a unique constraint, and what one may have on SQLite. */
export interface UniqueOptions extends TableUniqueOptions, KeyOptions {}

/** What constraints may have on PostgreSQL. */
export interface ValidationOptions {
  /** NOT VALID: rows that are there are not looked at until `op.validateConstraint`. @default false */
  readonly isNotValid?: boolean;
}

/** TypeORM's options of a check constraint, and what one may have on PostgreSQL. */
export interface CheckOptions extends TableCheckOptions, ValidationOptions {}

/** TypeORM's options of a foreign key, and what one may have on PostgreSQL. */
export interface ForeignKeyOptions extends TableForeignKeyOptions, ValidationOptions {}

/** A constraint by its columns, where it has no name, as in a SQLite table made by hand. */
export interface ByColumns {
  readonly columnNames: readonly string[];
}

/** A foreign key by its columns, and by what it refers to where these have more than one. */
export interface ForeignKeyByColumns extends ByColumns {
  readonly referencedTableName?: string;
  readonly referencedSchema?: string;
}

/** A check constraint by its expression, where it has no name. */
export interface ByExpression {
  readonly expression: string;
}

/** A primary key as a whole, for one that marks on the columns cannot say. */
export interface PrimaryKeyOptions extends KeyOptions {
  readonly name?: string;
  readonly columnNames: readonly string[];
}
