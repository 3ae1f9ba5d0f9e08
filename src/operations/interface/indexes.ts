import type { DropIndexOptions, IfExists, IfNotExists, IndexOptions, Target } from './options.js';

/** The calls of `op` on the indexes of a table or of a materialized view. */
export interface IndexCalls {
  /**
   * Creates an index; a unique one fails where rows have the same values.
   *
   * A name that is left out is that of the data source's naming strategy. `isConcurrent` builds it on PostgreSQL while the
   * application writes, outside the transaction: what ran before is committed, so give it a revision of its own, with
   * `{ ifNotExists: true }`. An index that a failed build left INVALID is replaced. `downgrade` needs `op.dropIndex`.
   *
   * @throws InvalidOperationError for a name that is missing, or `columnNames` with `expression`; UnsupportedOperationError for an
   *   option that the database lacks; ServerTooOldError for `nullsNotDistinct` before PostgreSQL 15; CallersTransactionError for
   *   `isConcurrent` in a transaction of the caller's; on SQLite UnknownColumnError when a column does not exist
   * @example
   *     await op.createIndex('post', { name: 'IDX_post_views', columnNames: ['views'], where: '"views" > 0' });
   * @example
   *     await op.createIndex('user', { name: 'IDX_user_lower', columnNames: [], expression: 'lower("name")' });
   * @example <caption>PostgreSQL</caption>
   *     await op.createIndex('post', { name: 'IDX_post_body', columnNames: ['body'], isConcurrent: true }, { ifNotExists: true });
   */
  createIndex(table: Target, index: IndexOptions, options?: IfNotExists): Promise<void>;

  /**
   * Drops an index.
   *
   * `isConcurrent` drops it on PostgreSQL while the application writes, outside the transaction: what ran before is committed.
   * The index of a constraint is dropped with the constraint. `downgrade` needs the `op.createIndex` that created it.
   *
   * @throws UnknownConstraintError when the index is of another table, on SQLite also when it does not exist;
   *   CallersTransactionError for `isConcurrent` in a transaction of the caller's
   * @example
   *     await op.dropIndex('post', 'IDX_post_title', { ifExists: true });
   */
  dropIndex(table: Target, name: string, options?: DropIndexOptions): Promise<void>;

  /**
   * Renames an index.
   *
   * PostgreSQL does so in place. SQLite drops and creates it. `downgrade` needs the same call with the names exchanged.
   *
   * @throws InvalidOperationError when both names are the same; UnknownConstraintError when the index is of another table, on SQLite
   *   also when it does not exist
   * @example
   *     await op.renameIndex('post', 'IDX_post_title', 'IDX_title');
   */
  renameIndex(table: Target, from: string, to: string, options?: IfExists): Promise<void>;
}
