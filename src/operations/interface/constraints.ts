import type { TableExclusionOptions } from 'typeorm';
import type {
  ByColumns,
  ByExpression,
  CheckOptions,
  ForeignKeyByColumns,
  ForeignKeyOptions,
  FromIndexOptions,
  KeyOptions,
  UniqueOptions,
} from '../constraint-options.interface.js';
import type { IfExists, Target, ValidateConstraintOptions } from './options.js';

/** The calls of `op` on the keys and constraints of a table. */
export interface ConstraintCalls {
  /**
   * Creates the primary key of a table that has none; it fails where rows have NULL or the same values.
   *
   * A name that is left out is that of the data source's naming strategy; SQLite keeps none. On PostgreSQL the columns become NOT
   * NULL, and the key may be made from an index (`fromIndex`). `downgrade` needs `op.dropPrimaryKey`.
   *
   * @throws InvalidOperationError for no column; on SQLite DuplicateObjectError when there is a primary key, DuplicateValuesError
   *   when rows have the same values; UnsupportedOperationError for `KeyOptions` on PostgreSQL
   * @example
   *     await op.createPrimaryKey('reader', ['userId', 'postId'], 'PK_reader');
   */
  createPrimaryKey(
    table: Target,
    columnNames: string[],
    name?: string,
    options?: KeyOptions & FromIndexOptions,
  ): Promise<void>;

  /**
   * Drops the primary key of a table; columns and rows stay.
   *
   * The name may be left out: it is looked up, or in a script the one that the earlier revisions gave. Foreign keys that refer
   * to it must be dropped before, and a column of SQLite that is AUTOINCREMENT made a plain one (`generationStrategy: null`).
   * `downgrade` needs `op.createPrimaryKey`.
   *
   * @throws UnknownConstraintError when a constraint of this name is of another kind, on SQLite also when there is no primary key;
   *   UnsupportedOperationError on SQLite for an AUTOINCREMENT column; ScriptConditionError for `ifExists` in a script for SQLite
   * @example
   *     await op.dropPrimaryKey('tag');
   */
  dropPrimaryKey(table: Target, name?: string, options?: IfExists): Promise<void>;

  /**
   * Creates a unique constraint; it fails where rows have the same values.
   *
   * A name that is left out is that of the data source's naming strategy. On PostgreSQL a unique index can become the constraint
   * (`fromIndex`): it may not be partial, of expressions or DESC, and must be valid. Where the constraint is there already, and the
   * index is not, nothing is done. `downgrade` needs `op.dropUniqueConstraint`, which drops the index too.
   *
   * @throws UnsupportedOperationError for `fromIndex` on other databases; on SQLite DuplicateValuesError when rows have the same values, UnknownColumnError when a column does not exist,
   *   UnsupportedOperationError for `deferrable`; on PostgreSQL UnsupportedOperationError for `KeyOptions`
   * @example
   *     await op.createUniqueConstraint('post', { name: 'UQ_post_title', columnNames: ['userId', 'title'] });
   * @example <caption>PostgreSQL</caption>
   *     await op.createIndex('post', { name: 'UQ_post_body', columnNames: ['body'], isUnique: true, isConcurrent: true });
   *     await op.createUniqueConstraint('post', { name: 'UQ_post_body', columnNames: ['body'] }, { fromIndex: true });
   */
  createUniqueConstraint(table: Target, unique: UniqueOptions, options?: FromIndexOptions): Promise<void>;

  /**
   * Drops a unique constraint by its name, or by its columns in any order.
   *
   * Foreign keys that refer to its columns must be dropped before. `downgrade` needs `op.createUniqueConstraint`.
   *
   * @throws UnknownConstraintError when the table has no such constraint; AmbiguousConstraintError when its columns have several;
   *   ScriptConditionError for `ifExists` in a script for SQLite
   * @example
   *     await op.dropUniqueConstraint('user', 'UQ_user_email');
   * @example
   *     await op.dropUniqueConstraint('user', { columnNames: ['email'] });
   */
  dropUniqueConstraint(table: Target, constraint: string | ByColumns, options?: IfExists): Promise<void>;

  /**
   * Creates a check constraint; it fails where a row does not meet it.
   *
   * `isValidated: false` adds it on PostgreSQL without a look at the rows, for `op.validateConstraint` later on. `downgrade`
   * needs `op.dropCheckConstraint`.
   *
   * @throws InvalidOperationError for no expression; UnsupportedOperationError for `isValidated: false` on SQLite; DuplicateObjectError on
   *   SQLite when the name is taken
   * @example
   *     await op.createCheckConstraint('post', { name: 'CHK_post_title', expression: `"title" <> ''` });
   */
  createCheckConstraint(table: Target, check: CheckOptions): Promise<void>;

  /**
   * Drops a check constraint by its name, or by its expression.
   *
   * `downgrade` needs `op.createCheckConstraint`.
   *
   * @throws UnknownConstraintError when the table has no such constraint; AmbiguousConstraintError when several have the expression;
   *   ScriptConditionError for `ifExists` in a script for SQLite
   * @example
   *     await op.dropCheckConstraint('user', 'CHK_user_age');
   */
  dropCheckConstraint(table: Target, constraint: string | ByExpression, options?: IfExists): Promise<void>;

  /**
   * Creates an exclusion constraint, which forbids pairs of rows; PostgreSQL only.
   *
   * `expression` is what follows `EXCLUDE` in SQL. It fails where two rows conflict. `downgrade` needs
   * `op.dropExclusionConstraint`.
   *
   * @throws UnsupportedOperationError on SQLite
   * @example <caption>PostgreSQL</caption>
   *     await op.createExclusionConstraint('post', {
   *       name: 'XCL_post_featured',
   *       expression: 'USING gist (tsrange("featuredFrom", "featuredUntil") WITH &&)',
   *     });
   */
  createExclusionConstraint(table: Target, exclusion: TableExclusionOptions): Promise<void>;

  /**
   * Drops an exclusion constraint; PostgreSQL only.
   *
   * `downgrade` needs `op.createExclusionConstraint`.
   *
   * @throws UnsupportedOperationError on SQLite; UnknownConstraintError when the constraint is of another kind
   * @example <caption>PostgreSQL</caption>
   *     await op.dropExclusionConstraint('post', 'XCL_post_pinned');
   */
  dropExclusionConstraint(table: Target, name: string, options?: IfExists): Promise<void>;

  /**
   * Creates a foreign key; it fails where a row refers to none.
   *
   * `onDelete` and `onUpdate` are NO ACTION unless given. `isValidated: false` adds it on PostgreSQL without a look at the rows,
   * for `op.validateConstraint` later on. SQLite looks at the rows when the run is to be committed. `downgrade` needs
   * `op.dropForeignKey`.
   *
   * @throws InvalidOperationError when the two lists of columns differ in length; on SQLite ForeignKeyViolationError when rows have
   *   no parent, ForeignKeyMismatchError when the columns that it refers to are not unique, UnsupportedOperationError for
   *   `isValidated: false`
   * @example
   *     await op.createForeignKey('post', {
   *       name: 'FK_post_editor',
   *       columnNames: ['editorId'],
   *       referencedTableName: 'user',
   *       referencedColumnNames: ['id'],
   *       onDelete: 'SET NULL',
   *     });
   */
  createForeignKey(table: Target, foreignKey: ForeignKeyOptions): Promise<void>;

  /**
   * Drops a foreign key by its name, or by its columns; columns and rows stay.
   *
   * `downgrade` needs `op.createForeignKey`, which fails where rows have lost their parent since.
   *
   * @throws UnknownConstraintError when the table has no such key; AmbiguousConstraintError when its columns have several, then
   *   `referencedTableName` tells them apart; ScriptConditionError for `ifExists` in a script for SQLite
   * @example
   *     await op.dropForeignKey('post', 'FK_post_user');
   * @example
   *     await op.dropForeignKey('post', { columnNames: ['userId'], referencedTableName: 'user' });
   */
  dropForeignKey(table: Target, foreignKey: string | ForeignKeyByColumns, options?: IfExists): Promise<void>;

  /**
   * Renames a constraint: a primary key, a unique, check or exclusion constraint, or a foreign key.
   *
   * PostgreSQL does so in place; SQLite rebuilds the table. `downgrade` needs the same call with the names exchanged.
   *
   * @throws InvalidOperationError when both names are the same; on SQLite UnknownConstraintError when it does not exist,
   *   DuplicateObjectError when the new name is taken, ScriptConditionError for `ifExists` in a script
   * @example
   *     await op.renameConstraint('user', 'UQ_user_email', 'UQ_email');
   */
  renameConstraint(table: Target, from: string, to: string, options?: IfExists): Promise<void>;

  /**
   * Checks that all rows meet a constraint that is NOT VALID: a check, a foreign key, and on PostgreSQL 18 a NOT NULL.
   *
   * Reads and writes of the table go on meanwhile, unless what came before it in the transaction of the run keeps them waiting: with
   * `isConcurrent` that is committed first, as before an `op.autocommit`. It fails where a row does not meet it. `downgrade` needs
   * nothing: a constraint stays validated. PostgreSQL only.
   *
   * @throws UnsupportedOperationError on SQLite; CallersTransactionError for `isConcurrent` in a transaction of the caller's
   * @example <caption>PostgreSQL</caption>
   *     await op.validateConstraint('post', 'CHK_post_views'); // created with isValidated: false in an earlier revision
   * @example <caption>PostgreSQL</caption>
   *     const check = { name: 'CHK_post_title', expression: `"title" <> ''`, isValidated: false };
   *     await op.createCheckConstraint('post', check);
   *     await op.validateConstraint('post', 'CHK_post_title', { isConcurrent: true });
   */
  validateConstraint(table: Target, name: string, options?: ValidateConstraintOptions): Promise<void>;
}
