import type { TableColumnOptions, TableIndexOptions, TableOptions, ViewOptions } from 'typeorm';
import type { ConflictAction } from '../../schema/schema.model.js';
import type {
  CheckOptions,
  ForeignKeyOptions,
  PrimaryKeyOptions,
  UniqueOptions,
} from '../constraint-options.interface.js';
import type { ColumnChange, ExtensionPlace } from '../operation.js';

/**
 * A table, view, enum or sequence: `'user'`, `'archive.user'`, or `{ schema, name }` for a name with a dot in it.
 *
 * Without a schema it is in the schema of the data source.
 *
 * @example
 *     await op.addColumn({ name: 'post' }, { name: 'summary', type: 'text', isNullable: true });
 */
export type Target =
  | string
  | {
      /** The schema; absent for that of the data source. @example schema: 'archive' */
      readonly schema?: string;
      /** The name, as it is written. @example name: 'post' */
      readonly name: string;
    };

/**
 * TypeORM's index options, and what PostgreSQL has beyond them.
 *
 * @example <caption>PostgreSQL</caption>
 *     await op.createIndex('post', { name: 'IDX_post_user', columnNames: ['userId'], include: ['title'], type: 'btree' });
 */
export interface IndexOptions extends Omit<TableIndexOptions, 'type'> {
  /** PostgreSQL: the access method: `gin`, or one that an extension brings, such as `hnsw`. @default 'btree' @example type: 'gin' */
  readonly type?: string;
  /** PostgreSQL: columns that the index stores and does not search by. @default [] @example include: ['title'] */
  readonly include?: string[];
  /** What follows a column in the definition, by column name. @default {} @example columnOptions: { views: 'DESC' } */
  readonly columnOptions?: Record<string, string>;
  /** PostgreSQL 15: a unique index takes NULL for equal to NULL. @default false @example nullsNotDistinct: true */
  readonly nullsNotDistinct?: boolean;
  /** The text in the parentheses of an index on expressions; `columnNames` is then `[]`. @example expression: 'lower("name")' */
  readonly expression?: string;
}

/**
 * TypeORM's column options, and what enum types in other schemas and SQLite have beyond them.
 *
 * @example
 *     await op.addColumn('post', { name: 'rating', type: 'decimal', precision: 3, scale: 1, isNullable: true });
 */
export interface ColumnOptions extends TableColumnOptions {
  /** PostgreSQL: the schema of the enum type `enumName`. @default the data source's own @example enumSchema: 'archive' */
  readonly enumSchema?: string;
  /** SQLite: what it does with a row that has NULL in a NOT NULL column. @default 'ABORT' @example onConflict: 'IGNORE' */
  readonly onConflict?: ConflictAction | 'ABORT';
  /** MySQL: a number that is shown with zeros before it. @default false @example zerofill: true */
  readonly zerofill?: boolean;
  /** MySQL: the width of such a number. @default that of the type @example width: 6 */
  readonly width?: number;
  /** MySQL: `SELECT *` leaves the column out. @default false @example invisible: true */
  readonly invisible?: boolean;
  /** MariaDB: a check in the definition of the column. @default none @example check: '`age` > 0' */
  readonly check?: string;
}

/**
 * TypeORM's table options, with the wider columns, keys and indexes of this package.
 *
 * `name: 'archive.post'` is split at the first dot, unless `schema` is given: `schema: ''` is the data source's own.
 *
 * @example
 *     await op.createTable({ name: 'label', columns: [{ name: 'name', type: 'varchar', isPrimary: true }] });
 */
export interface CreateTableOptions extends Omit<
  TableOptions,
  'columns' | 'indices' | 'uniques' | 'checks' | 'foreignKeys'
> {
  /** The columns, in their order. @default [] @example columns: [{ name: 'id', type: 'integer', isPrimary: true }] */
  columns?: ColumnOptions[];
  /** The primary key as a whole, instead of `isPrimary` on columns. @example primaryKey: { columnNames: ['userId', 'postId'] } */
  primaryKey?: PrimaryKeyOptions;
  /** Unique constraints. @default [] @example uniques: [{ name: 'UQ_user_email', columnNames: ['email'] }] */
  uniques?: UniqueOptions[];
  /** Check constraints. @default [] @example checks: [{ name: 'CHK_user_age', expression: '"age" >= 0' }] */
  checks?: CheckOptions[];
  /**
   * Foreign keys.
   *
   * @default []
   * @example foreignKeys: [{ columnNames: ['userId'], referencedTableName: 'user', referencedColumnNames: ['id'] }]
   */
  foreignKeys?: ForeignKeyOptions[];
  /** SQLite: a STRICT table, which takes values of the columns' types only. @default false @example strict: true */
  strict?: boolean;
  /** MySQL: the collation of the table, and of its columns without one. @default that of the database @example collation: 'utf8mb4_bin' */
  collation?: string;
  /** Indexes. @default [] @example indices: [{ name: 'IDX_post_title', columnNames: ['title'] }] */
  indices?: IndexOptions[];
}

/**
 * For a call that creates something only where it does not exist.
 *
 * @example
 *     await op.createTable({ name: 'tag', columns: [{ name: 'name', type: 'varchar' }] }, { ifNotExists: true });
 */
export interface IfNotExists {
  /** Do nothing where something of this name exists, whatever it is like. @default false @example ifNotExists: true */
  readonly ifNotExists?: boolean;
}

/**
 * For a call that drops or renames something only where it exists.
 *
 * @example
 *     await op.dropIndex('post', 'IDX_post_views', { ifExists: true });
 */
export interface IfExists {
  /** Do nothing where nothing of this name exists. @default false @example ifExists: true */
  readonly ifExists?: boolean;
}

/**
 * How a constraint is validated.
 *
 * @example <caption>PostgreSQL</caption>
 *     await op.validateConstraint('post', 'CHK_post_views', { isConcurrent: true });
 */
export interface ValidateConstraintOptions extends IfExists {
  /** In a transaction of its own, behind a commit of the run. @default false @example isConcurrent: true */
  isConcurrent?: boolean;
}

/**
 * How the changes of an `op.batch` are made.
 *
 * @example <caption>MySQL</caption>
 *     await op.batch('post', (table) => table.createIndex({ name: 'IDX_status', columnNames: ['status'] }), { isOnline: true });
 */
export interface BatchedChangeOptions {
  /** MySQL: only while others read and write the table; else it fails, and nothing is done. @default false @example isOnline: true */
  isOnline?: boolean;
}

/**
 * How the rows of a table are divided into batches.
 *
 * @example
 *     await op.inBatches({ table: 'post', size: 5000, pause: 50 }, `UPDATE "post" SET "views" = 0 WHERE "views" IS NULL`);
 */
export interface BatchOptions {
  /** The table whose rows are counted off. @example table: 'post' */
  readonly table: Target;
  /** How many rows a batch has. @default 1000 @example size: 5000 */
  readonly size?: number;
  /** How long to wait between two batches, in ms. @default 0 @example pause: 100 */
  readonly pause?: number;
  /** Columns to count the rows off by: NOT NULL, and unique together. @default the primary key @example key: ['id'] */
  readonly key?: readonly string[];
}

/**
 * How an index is dropped.
 *
 * @example <caption>PostgreSQL</caption>
 *     await op.dropIndex('post', 'IDX_post_title', { isConcurrent: true, ifExists: true });
 */
export interface DropIndexOptions extends IfExists {
  /** PostgreSQL: CONCURRENTLY, outside the transaction of the run. @default false @example isConcurrent: true */
  isConcurrent?: boolean;
}

/**
 * A change of a column; as in `TableColumnOptions`, a default may be written as a number or a boolean.
 *
 * @example
 *     await op.alterColumn('post', 'views', { default: 1, existing: { default: 0 } });
 */
export interface ColumnChangeOptions extends Omit<ColumnChange, 'default' | 'mysql'> {
  /** SQL of the default, a number or a boolean; null removes the default. @example default: "'draft'" */
  readonly default?: string | number | boolean | null;
  /** MySQL: a number without a sign; a change of `type` without it makes it one with a sign. @example unsigned: true */
  readonly unsigned?: boolean;
  /** MySQL: a number that is shown with zeros before it. @example zerofill: false */
  readonly zerofill?: boolean;
  /** MySQL: the width of such a number. @example width: 6 */
  readonly width?: number | null;
  /** MySQL: the character set. @example charset: 'utf8mb4' */
  readonly charset?: string | null;
  /** MySQL: the expression of ON UPDATE; null removes it. @example onUpdate: 'CURRENT_TIMESTAMP(6)' */
  readonly onUpdate?: string | null;
  /** MySQL: `SELECT *` leaves the column out. @example invisible: true */
  readonly invisible?: boolean;
  /** MariaDB: the check that is in the definition of the column; null removes it. @example check: '`age` > 0' */
  readonly check?: string | null;
}

/**
 * A change of a column, and how it was: `existing` lets it run where the database cannot be asked.
 *
 * @example
 *     await op.alterColumn('user', 'email', { type: 'text', existing: { type: 'varchar', length: '120' } });
 */
export interface AlterColumnOptions extends ColumnChangeOptions {
  /** The column's new name; the other fields are of the column under its old one. @example name: 'fullName' */
  readonly name?: string;
  /** The column as it was, for a script and for lists that are kept as text. @example existing: { type: 'simple-array' } */
  readonly existing?: ColumnChangeOptions;
}

/**
 * Where a new enum value goes.
 *
 * @example <caption>PostgreSQL</caption>
 *     await op.addEnumValue('post_status_enum', 'planned', { before: 'published' });
 */
export interface AddEnumValueOptions {
  /** The value that the new one precedes. @default none: it is the last @example before: 'published' */
  before?: string;
}

/**
 * TypeORM's view options, with the query as SQL.
 *
 * @example
 *     await op.createView({ name: 'draft', expression: `SELECT "id" FROM "post" WHERE "status" = 'draft'` });
 */
export interface CreateViewOptions extends ViewOptions {
  /** The query of the view. @example expression: 'SELECT "id", "title" FROM "post"' */
  expression: string;
  /** PostgreSQL: indexes of a materialized view. @default [] @example indices: [{ name: 'IDX_title', columnNames: ['title'] }] */
  indices?: IndexOptions[];
}

/**
 * Whether a view gets back what an earlier one of its name had.
 *
 * @example
 *     await op.dropView('post_count', { keep: true });
 *     await op.createView({ name: 'post_count', expression: 'SELECT count(*) AS "posts" FROM "post"' }, { restore: true });
 */
export interface RestoreOptions {
  /** Give it what an `op.dropView` with `keep` has kept in this revision. @default false @example restore: true */
  restore?: boolean;
}

/**
 * How a view is dropped.
 *
 * @example <caption>PostgreSQL</caption>
 *     await op.dropView('post_title', { materialized: true });
 */
export interface DropViewOptions extends IfExists {
  /** PostgreSQL: it is a materialized view. @default false @example materialized: true */
  materialized?: boolean;
  /** Keep what it has for an `op.createView` with `restore`. @default false @example keep: true */
  keep?: boolean;
}

/**
 * The new query of a view, and the one it had.
 *
 * @example
 *     await op.alterView('post_count', { expression: 'SELECT count(*) AS "posts" FROM "post"' });
 */
export interface AlterViewOptions {
  /** The query that it gets. @example expression: 'SELECT "id" FROM "post"' */
  expression: string;
  /** The query that it has, as the operation carries it to be reversed. @example existing: 'SELECT "title" FROM "post"' */
  existing?: string;
}

/**
 * How a schema is dropped.
 *
 * @example <caption>PostgreSQL</caption>
 *     await op.dropSchema('archive', { ifExists: true, ifUnused: true });
 */
export interface DropSchemaOptions extends IfExists {
  /** Leave it, with a notice, where something is in it or it belongs to somebody else. @default false @example ifUnused: true */
  ifUnused?: boolean;
}

/**
 * How an extension is dropped.
 *
 * @example <caption>PostgreSQL</caption>
 *     await op.dropExtension('citext', { ifUnused: true });
 */
export interface DropExtensionOptions {
  /** Leave it, with a notice, where something depends on it or it belongs to somebody else. @default false @example ifUnused: true */
  ifUnused?: boolean;
}

/**
 * The version or schema that an extension gets, and what it had.
 *
 * @example <caption>PostgreSQL</caption>
 *     await op.createExtension('citext');
 *     await op.alterExtension('citext', { schema: 'archive', existing: { schema: 'public' } });
 */
export interface AlterExtensionOptions extends ExtensionPlace {
  /** The same fields as they were, as the operation carries them to be reversed. @example existing: { schema: 'public' } */
  existing?: ExtensionPlace;
}
