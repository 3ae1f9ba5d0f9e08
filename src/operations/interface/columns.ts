import type { AlterColumnOptions, ColumnOptions, IfExists, IfNotExists, Target } from './options.js';

/** The calls of `op` on the columns of a table. */
export interface ColumnCalls {
  /**
   * Adds a column to a table; rows that exist get its default, or NULL.
   *
   * A column that is NOT NULL needs a default where the table has rows. `isUnique` adds a unique constraint too. With
   * `{ ifNotExists: true }` a column of this name stays as it is, its type included; no script (`--sql`) for SQLite can have
   * that. `downgrade` needs `op.dropColumn`.
   *
   * @throws InvalidOperationError for `isPrimary`, or `isUnique` with `ifNotExists`; UnsupportedOperationError for an option that
   *   the database lacks; on SQLite NullValuesError when rows would have no value, DuplicateObjectError when the column exists,
   *   ScriptConditionError for a condition in a script
   * @example
   *     await op.addColumn('user', { name: 'country', type: 'varchar', length: '2', default: "'NL'" });
   */
  addColumn(table: Target, column: ColumnOptions, options?: IfNotExists): Promise<void>;

  /**
   * Drops a column with its values, and the indexes and constraints that use it.
   *
   * Nothing brings the values back: the `op.addColumn` of `downgrade` fills the column with its default or NULL. Views that
   * read the column, and foreign keys of other tables that refer to it, must be dropped before. An enum type stays.
   *
   * @throws on SQLite UnknownColumnError when the column does not exist, UnreadableObjectsError when a view or a trigger uses it,
   *   ScriptConditionError for `ifExists` in a script
   * @example
   *     await op.dropColumn('user', 'age');
   */
  dropColumn(table: Target, name: string, options?: IfExists): Promise<void>;

  /**
   * Renames a column and keeps its values.
   *
   * Indexes, constraints, views and foreign keys to it follow; their own names stay. `downgrade` needs the same call with the
   * names exchanged.
   *
   * @throws InvalidOperationError when both names are the same; on SQLite UnknownColumnError when the column does not exist,
   *   DuplicateObjectError when the new name is taken
   * @example
   *     await op.renameColumn('user', 'name', 'fullName');
   */
  renameColumn(table: Target, from: string, to: string): Promise<void>;

  /**
   * Changes the type, default, nullability or comment of a column, and keeps its values.
   *
   * Fields that are left out stay as they are, but `type` is the whole type: without `length` it has none. Values are cast to
   * the new type, lists element by element; `using` is a SQL expression for what no cast does. Views, constraints, triggers and
   * indexes that PostgreSQL would refuse to change are dropped before and created again after. `name` renames the column,
   * after the other changes.
   *
   * `existing` is the column as it was, for a script (`--sql`) whose revisions do not create the column, and to tell what a text
   * holds (`simple-array`, `simple-json`). `downgrade` needs the same call with the former fields.
   *
   * @throws InvalidOperationError when nothing is changed; UnknownColumnError when the column does not exist; in a script
   *   ColumnUnknownOfflineError when nothing gives the present type; on PostgreSQL DependentObjectsError when something cannot be
   *   created again; on SQLite NullValuesError when rows have NULL in what becomes NOT NULL, SimpleArrayError when a list cannot be
   *   a `simple-array`
   * @example
   *     await op.alterColumn('user', 'name', { type: 'varchar', length: '200', existing: { type: 'varchar', length: '80' } });
   *     await op.alterColumn('post', 'views', { default: null });
   * @example <caption>PostgreSQL</caption>
   *     await op.alterColumn('post', 'body', { type: 'integer', using: 'length("body")' });
   */
  alterColumn(table: Target, name: string, change: AlterColumnOptions): Promise<void>;
}
