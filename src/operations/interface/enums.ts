import type { AddEnumValueOptions, IfExists, Target } from './options.js';

/** The calls of `op` on enum types, which only PostgreSQL has: a column of SQLite lists its values itself. */
export interface EnumCalls {
  /**
   * Creates an enum type; PostgreSQL only.
   *
   * A column uses it with `{ type: 'enum', enumName: 'post_kind' }`. `downgrade` needs `op.dropEnum`.
   *
   * @throws InvalidOperationError for no value, or one that occurs twice; UnsupportedOperationError on SQLite
   * @example <caption>PostgreSQL</caption>
   *     await op.createEnum('post_kind', ['article', 'note']);
   *     await op.addColumn('post', { name: 'kind', type: 'enum', enumName: 'post_kind', default: "'note'" });
   */
  createEnum(name: Target, values: string[]): Promise<void>;

  /**
   * Drops an enum type that no column uses any more; PostgreSQL only.
   *
   * `downgrade` needs `op.createEnum`.
   *
   * @throws UnsupportedOperationError on SQLite
   * @example <caption>PostgreSQL</caption>
   *     await op.dropColumn('post', 'status');
   *     await op.dropEnum('post_status_enum');
   */
  dropEnum(name: Target, options?: IfExists): Promise<void>;

  /**
   * Renames an enum type, or moves it to another schema; PostgreSQL only.
   *
   * Columns of it follow, and no row is touched. `downgrade` needs the same call with the names exchanged.
   *
   * @throws InvalidOperationError when both names are the same; UnsupportedOperationError on SQLite
   * @example <caption>PostgreSQL</caption>
   *     await op.renameEnum('post_status_enum', 'post_state');
   */
  renameEnum(name: Target, to: Target): Promise<void>;

  /**
   * Adds a value to an enum type, at its end or before another value; PostgreSQL only.
   *
   * No row is touched. The value can be used after a commit, so the run commits behind this revision. Where the same revision
   * uses it, the type is created again in its place, which rewrites the tables with columns of it; a notice reports that.
   * `downgrade` needs `op.alterEnum` with the former values, after rows with the new one are gone.
   *
   * @throws UnsupportedOperationError on SQLite; UncommittedEnumValueError when the revision uses the value and the type cannot be
   *   created again
   * @example <caption>PostgreSQL</caption>
   *     await op.addEnumValue('post_status_enum', 'review', { before: 'published' });
   */
  addEnumValue(name: Target, value: string, options?: AddEnumValueOptions): Promise<void>;

  /**
   * Renames a value of an enum type; PostgreSQL only.
   *
   * Rows with the value have it under its new name at once. `downgrade` needs the same call with the names exchanged.
   *
   * @throws UnsupportedOperationError on SQLite
   * @example <caption>PostgreSQL</caption>
   *     await op.renameEnumValue('post_status_enum', 'draft', 'unpublished');
   */
  renameEnumValue(name: Target, from: string, to: string): Promise<void>;

  /**
   * Renames a label of an `enum` or a `set`, whose labels are the column's own; MySQL and MariaDB only.
   *
   * The new label is added, rows change to it, and the old one is taken away: three statements, of which the last copies the table, so
   * that a row which gets the old label meanwhile makes it fail. A label that is another one only to a stricter collation, as `Open` and
   * `open`, is one statement. The default follows, and so do checks that compare the column with the label. Columns with `onUpdate` keep
   * their values. `downgrade` needs the same call with the names exchanged.
   *
   * @throws UnsupportedOperationError on PostgreSQL and SQLite, for a computed column, and for a `set` with 64 labels; EnumValueError when the column
   *   lacks the old label or has the new one
   * @example <caption>MySQL</caption>
   *     await op.renameLabel('post', 'status', 'draft', 'unpublished');
   */
  renameLabel(table: Target, column: string, from: string, to: string): Promise<void>;

  /**
   * Gives an enum type exactly these values, in this order; PostgreSQL only.
   *
   * The type is created again and each column of it changed, which rewrites their tables. Rows keep their values. A default that
   * is a removed value is dropped. With the values that it has nothing is run. `downgrade` needs the same call with the former
   * values.
   *
   * @throws EnumValueInUseError when a row holds a removed value; DependentObjectsError when a function or the like uses the type;
   *   UnsupportedOperationError on SQLite
   * @example <caption>PostgreSQL</caption>
   *     await op.execute(`UPDATE "post" SET "status" = 'draft' WHERE "status" = 'archived'`);
   *     await op.alterEnum('post_status_enum', ['draft', 'published']);
   */
  alterEnum(name: Target, values: string[]): Promise<void>;
}
