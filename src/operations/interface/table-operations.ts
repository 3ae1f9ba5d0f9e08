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
import type {
  AlterColumnOptions,
  ColumnOptions,
  DropIndexOptions,
  IfExists,
  IfNotExists,
  IndexOptions,
  ValidateConstraintOptions,
} from './options.js';

/**
 * The operations that change one table: the argument of the function in `op.batch`.
 *
 * Each does what the method of this name of `op` does, on the table of the batch, and throws what that throws. A call is
 * recorded, and run with the others when the function has returned.
 *
 * @example
 *     table.addColumn({ name: 'summary', type: 'text', isNullable: true });
 *     table.dropIndex('IDX_post_title');
 */
export interface TableOperations {
  /**
   * Adds a column; rows that exist get its default, or NULL: see `op.addColumn`.
   *
   * @example
   *     table.addColumn({ name: 'likes', type: 'integer', default: 0 });
   */
  addColumn(column: ColumnOptions, options?: IfNotExists): void;

  /**
   * Drops a column with its values, indexes and constraints: see `op.dropColumn`.
   *
   * @example
   *     table.dropColumn('body');
   */
  dropColumn(name: string, options?: IfExists): void;

  /**
   * Renames a column and keeps its values: see `op.renameColumn`.
   *
   * @example
   *     table.renameColumn('body', 'text');
   */
  renameColumn(from: string, to: string): void;

  /**
   * Changes the type, default, nullability or comment of a column, and keeps its values: see `op.alterColumn`.
   *
   * @example
   *     table.alterColumn('title', { type: 'varchar', length: '300' });
   */
  alterColumn(name: string, change: AlterColumnOptions): void;

  /**
   * Creates the primary key: see `op.createPrimaryKey`.
   *
   * @example
   *     table.alterColumn('id', { generationStrategy: null });
   *     table.dropPrimaryKey();
   *     table.createPrimaryKey(['userId', 'id'], 'PK_post');
   */
  createPrimaryKey(columnNames: string[], name?: string, options?: KeyOptions & FromIndexOptions): void;

  /**
   * Drops the primary key; columns and rows stay: see `op.dropPrimaryKey`.
   *
   * @example
   *     table.alterColumn('id', { generationStrategy: null });
   *     table.dropPrimaryKey();
   */
  dropPrimaryKey(name?: string, options?: IfExists): void;

  /**
   * Creates a unique constraint: see `op.createUniqueConstraint`.
   *
   * @example
   *     table.createUniqueConstraint({ name: 'UQ_post_title', columnNames: ['title'] });
   */
  createUniqueConstraint(unique: UniqueOptions, options?: FromIndexOptions): void;

  /**
   * Drops a unique constraint by its name or its columns: see `op.dropUniqueConstraint`.
   *
   * @example
   *     table.dropUniqueConstraint('UQ_post_slug');
   */
  dropUniqueConstraint(constraint: string | ByColumns, options?: IfExists): void;

  /**
   * Creates a check constraint: see `op.createCheckConstraint`.
   *
   * @example
   *     table.createCheckConstraint({ name: 'CHK_post_title', expression: `"title" <> ''` });
   */
  createCheckConstraint(check: CheckOptions): void;

  /**
   * Drops a check constraint by its name or its expression: see `op.dropCheckConstraint`.
   *
   * @example
   *     table.dropCheckConstraint('CHK_post_slug');
   */
  dropCheckConstraint(constraint: string | ByExpression, options?: IfExists): void;

  /**
   * Creates an exclusion constraint; PostgreSQL only: see `op.createExclusionConstraint`.
   *
   * @example <caption>PostgreSQL</caption>
   *     table.createExclusionConstraint({ name: 'XCL_post_title', expression: 'USING btree ("title" WITH =)' });
   */
  createExclusionConstraint(exclusion: TableExclusionOptions): void;

  /**
   * Drops an exclusion constraint; PostgreSQL only: see `op.dropExclusionConstraint`.
   *
   * @example <caption>PostgreSQL</caption>
   *     table.dropExclusionConstraint('XCL_post_pinned');
   */
  dropExclusionConstraint(name: string, options?: IfExists): void;

  /**
   * Creates a foreign key: see `op.createForeignKey`.
   *
   * @example
   *     table.createForeignKey({ columnNames: ['editorId'], referencedTableName: 'user', referencedColumnNames: ['id'] });
   */
  createForeignKey(foreignKey: ForeignKeyOptions): void;

  /**
   * Drops a foreign key by its name or its columns: see `op.dropForeignKey`.
   *
   * @example
   *     table.dropForeignKey('FK_post_user');
   */
  dropForeignKey(foreignKey: string | ForeignKeyByColumns, options?: IfExists): void;

  /**
   * Renames a constraint: see `op.renameConstraint`.
   *
   * @example
   *     table.renameConstraint('FK_post_user', 'FK_post_author');
   */
  renameConstraint(from: string, to: string, options?: IfExists): void;

  /**
   * Checks that all rows meet a constraint that is NOT VALID; PostgreSQL only: see `op.validateConstraint`.
   *
   * @example <caption>PostgreSQL</caption>
   *     table.validateConstraint('CHK_post_views');
   */
  validateConstraint(name: string, options?: ValidateConstraintOptions): void;

  /**
   * Creates an index: see `op.createIndex`.
   *
   * @example
   *     table.createIndex({ name: 'IDX_post_views', columnNames: ['views'] });
   */
  createIndex(index: IndexOptions, options?: IfNotExists): void;

  /**
   * Drops an index: see `op.dropIndex`.
   *
   * @example
   *     table.dropIndex('IDX_post_title');
   */
  dropIndex(name: string, options?: DropIndexOptions): void;

  /**
   * Renames an index: see `op.renameIndex`.
   *
   * @example
   *     table.renameIndex('IDX_post_title', 'IDX_title');
   */
  renameIndex(from: string, to: string, options?: IfExists): void;

  /**
   * Sets the comment of the table; null removes it: see `op.setTableComment`.
   *
   * @example
   *     table.setTableComment('What users publish');
   */
  setTableComment(comment: string | null): void;

  /**
   * Sets the storage engine of the table; MySQL and MariaDB only: see `op.setTableEngine`.
   *
   * @example <caption>MySQL</caption>
   *     table.setTableEngine('InnoDB');
   */
  setTableEngine(engine: string): void;

  /**
   * Makes the table WITHOUT ROWID, or one with row ids; SQLite only: see `op.setWithoutRowid`.
   *
   * @example <caption>SQLite</caption>
   *     table.alterColumn('id', { generationStrategy: null });
   *     table.setWithoutRowid(true);
   */
  setWithoutRowid(withoutRowid: boolean): void;
}
