import type { TableCheckOptions, TableForeignKeyOptions, TableUniqueOptions } from 'typeorm';
import type { ConflictAction } from '../schema/schema.model.js';

/**
 * What a primary key or a unique constraint may have on SQLite; PostgreSQL refuses it with an UnsupportedOperationError.
 *
 * @example <caption>SQLite</caption>
 *     await op.createPrimaryKey('reader', ['userId', 'postId'], undefined, { onConflict: 'IGNORE' });
 */
export interface KeyOptions {
  /** What SQLite does with a row that breaks it. @default 'ABORT' @example onConflict: 'REPLACE' */
  readonly onConflict?: ConflictAction | 'ABORT';
  /** `COLLATE` and `DESC` by column name. @default {} @example columnOptions: { name: 'COLLATE NOCASE' } */
  readonly columnOptions?: Readonly<Record<string, string>>;
}

/**
 * Where the index of a unique constraint or a primary key comes from.
 *
 * @example <caption>PostgreSQL</caption>
 *     await op.createIndex('post', { name: 'UQ_post_body', columnNames: ['body'], isUnique: true, isConcurrent: true });
 *     await op.createUniqueConstraint('post', { name: 'UQ_post_body', columnNames: ['body'] }, { fromIndex: true });
 */
export interface FromIndexOptions {
  /**
   * PostgreSQL: the unique index that becomes the constraint, and gets its name; `true` for the one that has it already. No row is
   * read then, so that the table is locked for a moment only.
   *
   * @default none: an index is built, while nobody can read the table
   * @example fromIndex: 'IDX_post_body'
   */
  readonly fromIndex?: string | boolean;
}

/**
 * TypeORM's options of a unique constraint, and what one may have on SQLite.
 *
 * @example
 *     await op.createUniqueConstraint('reader', { columnNames: ['userId', 'postId'] });
 */
export interface UniqueOptions extends TableUniqueOptions, KeyOptions {}

/**
 * What checks and foreign keys may have on PostgreSQL; SQLite refuses it with an UnsupportedOperationError.
 *
 * @example <caption>PostgreSQL</caption>
 *     await op.createCheckConstraint('user', { name: 'CHK_adult', expression: '"age" >= 18', isValidated: false });
 */
export interface ValidationOptions {
  /** False for NOT VALID: only new and changed rows are checked, until `op.validateConstraint`. @default true @example isValidated: false */
  readonly isValidated?: boolean;
  /** The same as `isValidated: false`, as it was called before. @default false @example isNotValid: true */
  readonly isNotValid?: boolean;
}

/**
 * TypeORM's options of a check constraint, and what one may have on PostgreSQL.
 *
 * @example
 *     await op.createCheckConstraint('post', { name: 'CHK_post_body', expression: 'length("body") < 10000' });
 */
export interface CheckOptions extends TableCheckOptions, ValidationOptions {}

/**
 * TypeORM's options of a foreign key, and what one may have on PostgreSQL.
 *
 * @example
 *     await op.createForeignKey('reader', {
 *       columnNames: ['postId'],
 *       referencedTableName: 'post',
 *       referencedColumnNames: ['id'],
 *       onDelete: 'CASCADE',
 *     });
 */
export interface ForeignKeyOptions extends TableForeignKeyOptions, ValidationOptions {}

/**
 * A constraint by its columns, where it has no name, as in a SQLite table made by hand.
 *
 * @example
 *     await op.dropUniqueConstraint('post', { columnNames: ['slug'] });
 */
export interface ByColumns {
  /** Its columns, in any order. @example columnNames: ['slug'] */
  readonly columnNames: readonly string[];
}

/**
 * A foreign key by its columns, and by the table that it refers to where these columns have several.
 *
 * @example
 *     await op.dropForeignKey('post', { columnNames: ['userId'] });
 */
export interface ForeignKeyByColumns extends ByColumns {
  /** The table that it refers to. @default any table @example referencedTableName: 'user' */
  readonly referencedTableName?: string;
  /** The schema of that table. @default the data source's own @example referencedSchema: 'archive' */
  readonly referencedSchema?: string;
}

/**
 * A check constraint by its expression, where it has no name.
 *
 * @example
 *     await op.dropCheckConstraint('user', { expression: '"age" >= 0' });
 */
export interface ByExpression {
  /** Its SQL expression; spaces, and quotes and parentheses that a database adds, do not matter. @example expression: '"age" >= 0' */
  readonly expression: string;
}

/**
 * A primary key as a whole, with what `isPrimary` on columns cannot express: an order of its own, options of SQLite.
 *
 * @example
 *     await op.createTable({
 *       name: 'membership',
 *       columns: [
 *         { name: 'userId', type: 'integer' },
 *         { name: 'groupId', type: 'integer' },
 *       ],
 *       primaryKey: { columnNames: ['groupId', 'userId'] },
 *     });
 */
export interface PrimaryKeyOptions extends KeyOptions {
  /** Its name; SQLite keeps none. @default that of the naming strategy @example name: 'PK_membership' */
  readonly name?: string;
  /** Its columns, in their order. @example columnNames: ['groupId', 'userId'] */
  readonly columnNames: readonly string[];
}
