import type { AlterViewOptions, CreateViewOptions, DropViewOptions, RestoreOptions, Target } from './options.js';

/** The calls of `op` on views. */
export interface ViewCalls {
  /**
   * Creates a view; a materialized one is filled.
   *
   * With `restore` it gets back what it had when this revision dropped it with `keep`: owner, privileges, options, comments,
   * triggers, rules and, when it is materialized, indexes and statistics. `downgrade` needs `op.dropView`.
   *
   * @throws InvalidOperationError for no expression; UnsupportedOperationError for a materialized view or a schema on SQLite
   * @example
   *     await op.createView({ name: 'adult', expression: 'SELECT "id", "name" FROM "user" WHERE "age" >= 18' });
   * @example <caption>PostgreSQL</caption>
   *     await op.createView({ name: 'title', expression: 'SELECT "title" FROM "post"', materialized: true });
   */
  createView(view: CreateViewOptions, options?: RestoreOptions): Promise<void>;

  /**
   * Drops a view; a materialized one with its rows.
   *
   * With `keep`, an `op.createView` with `restore` later in the same revision gives back what it had. `downgrade` needs
   * `op.createView`.
   *
   * @throws UnsupportedOperationError for a schema on SQLite, UnreadableObjectsError on SQLite when another view reads it
   * @example
   *     await op.dropView('post_count', { keep: true });
   *     await op.renameColumn('post', 'userId', 'authorId');
   *     await op.createView(
   *       { name: 'post_count', expression: 'SELECT "authorId", count(*) AS "posts" FROM "post" GROUP BY "authorId"' },
   *       { restore: true },
   *     );
   */
  dropView(view: Target, options?: DropViewOptions): Promise<void>;

  /**
   * Renames a view, or moves it to another schema; PostgreSQL only, materialized views too.
   *
   * Views on it follow. `downgrade` needs the same call with the names exchanged.
   *
   * @throws InvalidOperationError when both names are the same; UnsupportedOperationError on SQLite
   * @example <caption>PostgreSQL</caption>
   *     await op.renameView('post_count', 'posts_by_user');
   */
  renameView(view: Target, to: Target): Promise<void>;

  /**
   * Gives a view another query, and keeps what it has and the views on it.
   *
   * The view is dropped and created with its owner, privileges, comments, triggers and indexes; on SQLite with its triggers. A
   * materialized view is filled again. `downgrade` needs the same call with the former query.
   *
   * @throws UnknownObjectError on PostgreSQL when the view does not exist; UnsupportedOperationError for a schema on SQLite
   * @example
   *     await op.alterView('post_count', {
   *       expression: 'SELECT "userId", count(*) AS "posts", sum("views") AS "views" FROM "post" GROUP BY "userId"',
   *     });
   */
  alterView(view: Target, change: AlterViewOptions): Promise<void>;
}
