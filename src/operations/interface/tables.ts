import type { BatchedChangeOptions, CreateTableOptions, IfExists, IfNotExists, Target } from './options.js';
import type { TableOperations } from './table-operations.js';

/** The calls of `op` on tables as a whole. */
export interface TableCalls {
  /**
   * Creates a table with its columns, keys, constraints and indexes.
   *
   * Names of constraints and indexes that are left out are those of the data source's naming strategy. With
   * `{ ifNotExists: true }` a table of this name stays as it is, whatever its columns are. `downgrade` needs `op.dropTable`.
   *
   * On PostgreSQL a column with `enum: [ … ]` and no `enumName` creates a type, `<table>_<column>_enum`, which `op.dropTable`
   * leaves: `op.dropEnum` drops it.
   *
   * @throws InvalidOperationError for an unknown option, or a key that names a column which the table does not have;
   *   UnsupportedOperationError for an option that the database lacks; ServerTooOldError for a column that is generated
   *   VIRTUAL before PostgreSQL 18, or an index with `nullsNotDistinct` before PostgreSQL 15
   * @example
   *     await op.createTable({
   *       name: 'comment',
   *       columns: [
   *         { name: 'id', type: 'integer', isPrimary: true, generationStrategy: 'increment' },
   *         { name: 'postId', type: 'integer' },
   *         { name: 'text', type: 'varchar', length: '500', default: "''" },
   *       ],
   *       foreignKeys: [
   *         { columnNames: ['postId'], referencedTableName: 'post', referencedColumnNames: ['id'], onDelete: 'CASCADE' },
   *       ],
   *       indices: [{ name: 'IDX_comment_post', columnNames: ['postId'] }],
   *     });
   */
  createTable(table: CreateTableOptions, options?: IfNotExists): Promise<void>;

  /**
   * Drops a table with all its rows, indexes, constraints and triggers.
   *
   * Nothing brings the rows back: `downgrade` creates the table without them. What else depends on the table, as a foreign key
   * of another table or a view, is dropped before it. On SQLite foreign keys are looked at when the run is to be committed.
   *
   * @throws DependentObjectsError on PostgreSQL when something depends on the table; on SQLite ForeignKeyViolationError when
   *   rows of other tables refer to it, UnreadableObjectsError when a view reads it, CallersForeignKeysError when rows refer to
   *   it in a transaction of the caller's
   * @example
   *     await op.dropTable('tag', { ifExists: true });
   */
  dropTable(table: Target, options?: IfExists): Promise<void>;

  /**
   * Renames a table, or moves it to another schema, and keeps its rows.
   *
   * Foreign keys, views and indexes follow; names of constraints stay. On PostgreSQL the sequences that PostgreSQL named after
   * the table get the new name too. A new name without a schema stays in the schema of the old one. `downgrade` needs the same
   * call with the names exchanged.
   *
   * @throws InvalidOperationError when both names are the same; UnsupportedOperationError for a schema on SQLite
   * @example
   *     await op.renameTable('post', 'article');
   * @example <caption>PostgreSQL</caption>
   *     await op.renameTable('post', { schema: 'archive', name: 'post' });
   */
  renameTable(table: Target, to: Target): Promise<void>;

  /**
   * Sets the comment of a table; null removes it.
   *
   * SQLite has no comments: there it does nothing. `downgrade` needs the comment as it was before.
   *
   * @example
   *     await op.setTableComment('post', 'What users publish');
   */
  setTableComment(table: Target, comment: string | null): Promise<void>;

  /**
   * Sets the storage engine of a table; MySQL and MariaDB only.
   *
   * The table is copied. Only InnoDB has transactions and foreign keys: of a table of another engine what a run has changed stays,
   * also where it fails. `downgrade` needs the engine as it was before.
   *
   * @throws UnsupportedOperationError on PostgreSQL and SQLite
   * @example <caption>MySQL</caption>
   *     await op.setTableEngine('post', 'InnoDB');
   */
  setTableEngine(table: Target, engine: string): Promise<void>;

  /**
   * Makes a table WITHOUT ROWID, or one with row ids; SQLite only.
   *
   * The table is rebuilt with its rows. Such a table stores its rows by the primary key, which cannot be AUTOINCREMENT.
   * `downgrade` needs the opposite value.
   *
   * @throws UnsupportedOperationError on PostgreSQL, and for a table that cannot be WITHOUT ROWID
   * @example <caption>SQLite</caption>
   *     await op.setWithoutRowid('tag', true);
   */
  setWithoutRowid(table: Target, withoutRowid: boolean): Promise<void>;

  /**
   * Runs several changes of one table as one operation: all of them, or none.
   *
   * SQLite rebuilds the table once for all of them, instead of once for each. On PostgreSQL they run one after the other.
   * `changes` records the calls, and must not be async; without calls nothing is run. MySQL and MariaDB are asked for a way that
   * keeps nobody waiting with `isOnline` (`ALGORITHM`, `LOCK=NONE`), and refuse the change where there is none.
   *
   * @throws InvalidOperationError when `changes` is not a function, or an async one; UnsupportedOperationError for `isOnline` on
   *   PostgreSQL and SQLite; otherwise what the calls throw
   * @example
   *     await op.batch('user', (table) => {
   *       table.addColumn({ name: 'givenName', type: 'varchar', isNullable: true });
   *       table.alterColumn('name', { length: '200' });
   *       table.dropColumn('age');
   *     });
   */
  batch(table: Target, changes: (table: TableOperations) => void, options?: BatchedChangeOptions): Promise<void>;
}
