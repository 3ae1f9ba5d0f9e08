import type {
  EntityManager,
  QueryRunner,
  TableCheckOptions,
  TableColumnOptions,
  TableExclusionOptions,
  TableForeignKeyOptions,
  TableIndexOptions,
  TableOptions,
  TableUniqueOptions,
  ViewOptions,
} from 'typeorm';
import type { ConflictAction } from '../schema/schema.model.js';
import type { ColumnChange } from './operation.js';

/** A table, view, enum or sequence: `'user'`, `'sales.user'`, or `{ schema, name }` for a name with a dot in it. */
export type Target = string | { readonly schema?: string; readonly name: string };

/** TypeORM's index options, and what PostgreSQL has beyond them. */
export interface IndexOptions extends Omit<TableIndexOptions, 'type'> {
  /** Access method: `gin`, or one that an extension brings, such as `hnsw`. */
  readonly type?: string;
  readonly include?: string[];
  readonly columnOptions?: Record<string, string>;
  readonly nullsNotDistinct?: boolean;
  /** What stands in the parentheses, for an index on expressions; `columnNames` is then `[]`. */
  readonly expression?: string;
}

/** TypeORM's column options; `enumSchema` names the schema of an enum type that stands in another one. */
export interface ColumnOptions extends TableColumnOptions {
  readonly enumSchema?: string;
  /** SQLite: what becomes of a row that has NULL in a column that is NOT NULL. @default 'ABORT' */
  readonly onConflict?: ConflictAction | 'ABORT';
}

/** What a key may have on SQLite. */
export interface KeyOptions {
  /** What becomes of a row that breaks it. @default 'ABORT' */
  readonly onConflict?: ConflictAction | 'ABORT';
  /** `COLLATE` and `DESC` by column name. */
  readonly columnOptions?: Readonly<Record<string, string>>;
}

/** TypeORM's options of a unique constraint, and what one may have on SQLite. */
export interface UniqueOptions extends TableUniqueOptions, KeyOptions {}

/** A primary key as a whole, for one that marks on the columns cannot say. */
export interface PrimaryKeyOptions extends KeyOptions {
  readonly name?: string;
  readonly columnNames: readonly string[];
}

/**
 * TypeORM's table options, with the wider columns, keys and indices of this package.
 *
 * `name: 'sales.order'` is split at the first dot, unless `schema` stands beside it: `schema: ''` is the data source's own.
 */
export interface CreateTableOptions extends Omit<TableOptions, 'columns' | 'indices' | 'uniques'> {
  columns?: ColumnOptions[];
  /** Instead of `isPrimary` on columns. */
  primaryKey?: PrimaryKeyOptions;
  uniques?: UniqueOptions[];
  /** SQLite: `STRICT`. @default false */
  strict?: boolean;
  indices?: IndexOptions[];
}

/** A change of a column; as in `TableColumnOptions`, a default may be written as a number or a boolean. */
export interface ColumnChangeOptions extends Omit<ColumnChange, 'default'> {
  readonly default?: string | number | boolean | null;
}

/** A change of a column, and how it was: `existing` lets it be run where the database cannot be asked. */
export interface AlterColumnOptions extends ColumnChangeOptions {
  readonly existing?: ColumnChangeOptions;
}

/** What a revision is told about the run. */
export interface OperationContext {
  /** Name of the data source. */
  readonly dataSource: string;
  readonly dialect: string;
  /** Values of `-x key=value`; a value without `=` has the empty string. */
  readonly xArgs: Readonly<Record<string, string>>;
  /** True while a script is written instead of statements being run (`--sql`). */
  readonly offline: boolean;
  /** Value of `--tag`. */
  readonly tag?: string;
}

/** The operations that change one table: the argument of `op.batch`. */
export interface TableOperations {
  addColumn(column: ColumnOptions): void;
  dropColumn(name: string): void;
  renameColumn(from: string, to: string): void;
  alterColumn(name: string, change: AlterColumnOptions): void;
  createPrimaryKey(columnNames: string[], name?: string, options?: KeyOptions): void;
  dropPrimaryKey(name?: string): void;
  createUniqueConstraint(unique: UniqueOptions): void;
  dropUniqueConstraint(name: string): void;
  createCheckConstraint(check: TableCheckOptions): void;
  dropCheckConstraint(name: string): void;
  createExclusionConstraint(exclusion: TableExclusionOptions): void;
  dropExclusionConstraint(name: string): void;
  createForeignKey(foreignKey: TableForeignKeyOptions): void;
  dropForeignKey(name: string): void;
  renameConstraint(from: string, to: string): void;
  createIndex(index: IndexOptions): void;
  dropIndex(name: string, options?: { isConcurrent?: boolean }): void;
  renameIndex(from: string, to: string): void;
  setTableComment(comment: string | null): void;
}

/** The `op` of a revision. Each method takes TypeORM's option shapes and resolves when its statements have run. */
export interface Operations {
  readonly context: OperationContext;
  /** TypeORM's query runner of this run: same connection, same transaction. Offline its statements are recorded. */
  readonly queryRunner: QueryRunner;
  /** TypeORM's entity manager on `queryRunner`. */
  readonly manager: EntityManager;

  createTable(table: CreateTableOptions, options?: { ifNotExists?: boolean }): Promise<void>;
  dropTable(table: Target, options?: { ifExists?: boolean }): Promise<void>;
  /** Renames a table, or moves it: `op.renameTable('user', { schema: 'auth', name: 'user' })`. */
  renameTable(table: Target, to: Target): Promise<void>;

  addColumn(table: Target, column: ColumnOptions): Promise<void>;
  dropColumn(table: Target, name: string): Promise<void>;
  renameColumn(table: Target, from: string, to: string): Promise<void>;
  alterColumn(table: Target, name: string, change: AlterColumnOptions): Promise<void>;

  createPrimaryKey(table: Target, columnNames: string[], name?: string, options?: KeyOptions): Promise<void>;
  dropPrimaryKey(table: Target, name?: string): Promise<void>;
  createUniqueConstraint(table: Target, unique: UniqueOptions): Promise<void>;
  dropUniqueConstraint(table: Target, name: string): Promise<void>;
  createCheckConstraint(table: Target, check: TableCheckOptions): Promise<void>;
  dropCheckConstraint(table: Target, name: string): Promise<void>;
  createExclusionConstraint(table: Target, exclusion: TableExclusionOptions): Promise<void>;
  dropExclusionConstraint(table: Target, name: string): Promise<void>;
  createForeignKey(table: Target, foreignKey: TableForeignKeyOptions): Promise<void>;
  dropForeignKey(table: Target, name: string): Promise<void>;
  renameConstraint(table: Target, from: string, to: string): Promise<void>;

  createIndex(table: Target, index: IndexOptions): Promise<void>;
  dropIndex(table: Target, name: string, options?: { isConcurrent?: boolean }): Promise<void>;
  renameIndex(table: Target, from: string, to: string): Promise<void>;
  setTableComment(table: Target, comment: string | null): Promise<void>;

  /** Several changes of one table as one. SQLite rebuilds the table once for all of them. */
  batch(table: Target, changes: (table: TableOperations) => void): Promise<void>;

  createEnum(name: Target, values: string[]): Promise<void>;
  dropEnum(name: Target): Promise<void>;
  renameEnum(name: Target, to: Target): Promise<void>;
  addEnumValue(name: Target, value: string, options?: { before?: string }): Promise<void>;
  renameEnumValue(name: Target, from: string, to: string): Promise<void>;
  /** Gives an enum exactly these values. Fails while a row holds a value that is no longer there. */
  alterEnum(name: Target, values: string[]): Promise<void>;

  createView(view: ViewOptions & { expression: string; indices?: IndexOptions[] }): Promise<void>;
  dropView(view: Target, options?: { materialized?: boolean }): Promise<void>;
  createSequence(sequence: Target, options?: { start?: string; increment?: string }): Promise<void>;
  dropSequence(sequence: Target): Promise<void>;
  createSchema(name: string): Promise<void>;
  dropSchema(name: string): Promise<void>;
  createExtension(name: string): Promise<void>;
  dropExtension(name: string): Promise<void>;

  /** Runs a statement as it is written, with parameters in the driver's own form (`$1`, `?`). */
  execute(sql: string, parameters?: unknown[]): Promise<void>;
  /** Inserts rows, in batches; keys are column names. */
  bulkInsert(table: Target, rows: Record<string, unknown>[]): Promise<void>;
  /**
   * Runs `fn` outside the transaction, for what a database refuses inside one (`VACUUM`, `CREATE DATABASE`).
   * What the run did before it is committed first.
   */
  autocommit(fn: () => Promise<void>): Promise<void>;
  /**
   * A provider of the application, by class, string or symbol.
   *
   * A promise, because `nest-cmd` makes only the providers that somebody asks for.
   *
   * @example
   *     const hasher = await op.get(PasswordHasher);
   */
  get<T>(token: string | symbol | (abstract new (...args: never[]) => T)): Promise<T>;
}

/** A direction of a revision: its `upgrade` or `downgrade`. */
export type RevisionFunction = (op: Operations) => void | Promise<void>;
