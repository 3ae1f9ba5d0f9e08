import type {
  EntityManager,
  QueryRunner,
  TableColumnOptions,
  TableExclusionOptions,
  TableIndexOptions,
  TableOptions,
  ViewOptions,
} from 'typeorm';
import type { ConflictAction } from '../schema/schema.model.js';
import type {
  ByColumns,
  ByExpression,
  CheckOptions,
  ForeignKeyByColumns,
  ForeignKeyOptions,
  KeyOptions,
  PrimaryKeyOptions,
  UniqueOptions,
} from './constraint-options.interface.js';
import type { ColumnChange, ExtensionPlace } from './operation.js';

export type * from './constraint-options.interface.js';

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

/**
 * TypeORM's table options, with the wider columns, keys and indices of this package.
 *
 * `name: 'sales.order'` is split at the first dot, unless `schema` stands beside it: `schema: ''` is the data source's own.
 */
export interface CreateTableOptions extends Omit<
  TableOptions,
  'columns' | 'indices' | 'uniques' | 'checks' | 'foreignKeys'
> {
  columns?: ColumnOptions[];
  /** Instead of `isPrimary` on columns. */
  primaryKey?: PrimaryKeyOptions;
  uniques?: UniqueOptions[];
  checks?: CheckOptions[];
  foreignKeys?: ForeignKeyOptions[];
  /** SQLite: `STRICT`. @default false */
  strict?: boolean;
  indices?: IndexOptions[];
}

/** Do nothing where it is there already. @default false */
export interface IfNotExists {
  readonly ifNotExists?: boolean;
}

/** Do nothing where it is not there. @default false */
export interface IfExists {
  readonly ifExists?: boolean;
}

/** Numbers as text, or as numbers; absent is what the database takes. */
export interface SequenceOptions {
  readonly start?: string | number | bigint;
  readonly increment?: string | number | bigint;
  readonly minValue?: string | number | bigint;
  readonly maxValue?: string | number | bigint;
  /** Begin again at the end. @default false */
  readonly cycle?: boolean;
}

/** A change of a sequence, and how it was, so that it can be reversed. `null` takes a limit away. */
export interface SequenceChangeOptions extends Omit<SequenceOptions, 'minValue' | 'maxValue'> {
  readonly minValue?: string | number | bigint | null;
  readonly maxValue?: string | number | bigint | null;
  /** The number that comes next. */
  readonly restart?: string | number | bigint;
}

export interface AlterSequenceOptions extends SequenceChangeOptions {
  readonly existing?: SequenceChangeOptions;
}

/** A change of a column; as in `TableColumnOptions`, a default may be written as a number or a boolean. */
export interface ColumnChangeOptions extends Omit<ColumnChange, 'default'> {
  readonly default?: string | number | boolean | null;
}

/** A change of a column, and how it was: `existing` lets it be run where the database cannot be asked. */
export interface AlterColumnOptions extends ColumnChangeOptions {
  /** The column's new name; the other fields are of the column under its old one. */
  readonly name?: string;
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
  addColumn(column: ColumnOptions, options?: IfNotExists): void;
  dropColumn(name: string, options?: IfExists): void;
  renameColumn(from: string, to: string): void;
  alterColumn(name: string, change: AlterColumnOptions): void;
  createPrimaryKey(columnNames: string[], name?: string, options?: KeyOptions): void;
  dropPrimaryKey(name?: string, options?: IfExists): void;
  createUniqueConstraint(unique: UniqueOptions): void;
  dropUniqueConstraint(constraint: string | ByColumns, options?: IfExists): void;
  createCheckConstraint(check: CheckOptions): void;
  dropCheckConstraint(constraint: string | ByExpression, options?: IfExists): void;
  createExclusionConstraint(exclusion: TableExclusionOptions): void;
  dropExclusionConstraint(name: string, options?: IfExists): void;
  createForeignKey(foreignKey: ForeignKeyOptions): void;
  dropForeignKey(foreignKey: string | ForeignKeyByColumns, options?: IfExists): void;
  renameConstraint(from: string, to: string, options?: IfExists): void;
  /** Looks whether all rows meet a constraint that is NOT VALID. PostgreSQL only. */
  validateConstraint(name: string, options?: IfExists): void;
  createIndex(index: IndexOptions, options?: IfNotExists): void;
  dropIndex(name: string, options?: IfExists & { isConcurrent?: boolean }): void;
  renameIndex(from: string, to: string, options?: IfExists): void;
  setTableComment(comment: string | null): void;
  /** Whether the table is WITHOUT ROWID. SQLite only. */
  setWithoutRowid(withoutRowid: boolean): void;
}

/** A migration class of TypeORM. */
export interface TypeormMigration {
  /** What TypeORM's table has for it: its `name` property, or the name of the class. The 13 digits at its end are its time. */
  readonly name: string;
  /**
   * Its file in one of the folders, without extension; read only where the data source does not list the class under
   * `migrations`.
   */
  readonly file?: string;
}

/** Migrations that TypeORM ran until this package took over. */
export interface TypeormMigrations {
  /** TypeORM's table of migrations, in the schema of the data source. @default 'migrations' */
  readonly table?: string;
  /** TypeORM's `migrationsTransactionMode`. @default 'all' */
  readonly transaction?: 'all' | 'each' | 'none';
  /** Where the files are, relative to the folder of the revision; looked at in this order. @default [] */
  readonly folders?: readonly string[];
  /** Run although TypeORM's table has rows of which no class is listed. @default false */
  readonly allowUnknown?: boolean;
  /** All of them, in the order in which they run. */
  readonly classes: readonly TypeormMigration[];
}

/** The `op` of a revision. Each method takes TypeORM's option shapes and resolves when its statements have run. */
export interface Operations {
  readonly context: OperationContext;
  /** TypeORM's query runner of this run: same connection, same transaction. Offline its statements are recorded. */
  readonly queryRunner: QueryRunner;
  /** TypeORM's entity manager on `queryRunner`. */
  readonly manager: EntityManager;

  createTable(table: CreateTableOptions, options?: IfNotExists): Promise<void>;
  dropTable(table: Target, options?: IfExists): Promise<void>;
  /** Renames a table, or moves it: `op.renameTable('user', { schema: 'auth', name: 'user' })`. */
  renameTable(table: Target, to: Target): Promise<void>;

  addColumn(table: Target, column: ColumnOptions, options?: IfNotExists): Promise<void>;
  dropColumn(table: Target, name: string, options?: IfExists): Promise<void>;
  renameColumn(table: Target, from: string, to: string): Promise<void>;
  alterColumn(table: Target, name: string, change: AlterColumnOptions): Promise<void>;

  createPrimaryKey(table: Target, columnNames: string[], name?: string, options?: KeyOptions): Promise<void>;
  dropPrimaryKey(table: Target, name?: string, options?: IfExists): Promise<void>;
  createUniqueConstraint(table: Target, unique: UniqueOptions): Promise<void>;
  dropUniqueConstraint(table: Target, constraint: string | ByColumns, options?: IfExists): Promise<void>;
  createCheckConstraint(table: Target, check: CheckOptions): Promise<void>;
  dropCheckConstraint(table: Target, constraint: string | ByExpression, options?: IfExists): Promise<void>;
  createExclusionConstraint(table: Target, exclusion: TableExclusionOptions): Promise<void>;
  dropExclusionConstraint(table: Target, name: string, options?: IfExists): Promise<void>;
  createForeignKey(table: Target, foreignKey: ForeignKeyOptions): Promise<void>;
  dropForeignKey(table: Target, foreignKey: string | ForeignKeyByColumns, options?: IfExists): Promise<void>;
  renameConstraint(table: Target, from: string, to: string, options?: IfExists): Promise<void>;
  /**
   * Looks whether all rows meet a constraint that is NOT VALID: a check, a foreign key, and on PostgreSQL 18 a NOT NULL.
   *
   * Reads and writes of the table go on meanwhile. It fails where a row does not meet it. PostgreSQL only.
   *
   * @example
   *     await op.createForeignKey('order', { …, name: 'FK_order_user', isNotValid: true }); // in an earlier revision
   *     await op.validateConstraint('order', 'FK_order_user');
   */
  validateConstraint(table: Target, name: string, options?: IfExists): Promise<void>;

  createIndex(table: Target, index: IndexOptions, options?: IfNotExists): Promise<void>;
  dropIndex(table: Target, name: string, options?: IfExists & { isConcurrent?: boolean }): Promise<void>;
  renameIndex(table: Target, from: string, to: string, options?: IfExists): Promise<void>;
  setTableComment(table: Target, comment: string | null): Promise<void>;
  /** Whether the table is WITHOUT ROWID: its rows are kept by the primary key. SQLite only. */
  setWithoutRowid(table: Target, withoutRowid: boolean): Promise<void>;

  /** Several changes of one table as one. SQLite rebuilds the table once for all of them. */
  batch(table: Target, changes: (table: TableOperations) => void): Promise<void>;

  createEnum(name: Target, values: string[]): Promise<void>;
  dropEnum(name: Target, options?: IfExists): Promise<void>;
  renameEnum(name: Target, to: Target): Promise<void>;
  addEnumValue(name: Target, value: string, options?: { before?: string }): Promise<void>;
  renameEnumValue(name: Target, from: string, to: string): Promise<void>;
  /** Gives an enum exactly these values. Fails while a row holds a value that is no longer there. */
  alterEnum(name: Target, values: string[]): Promise<void>;

  /**
   * Creates a view. With `restore` it gets back what it had when this revision dropped it with `keep`: owner, privileges,
   * options, comments, triggers, rules and, when it is materialised, indexes and statistics.
   *
   * @example
   *     await op.dropView('adult', { keep: true });
   *     await op.dropColumn('person', 'nickname');
   *     await op.createView({ name: 'adult', expression: 'SELECT id FROM person' }, { restore: true });
   */
  createView(
    view: ViewOptions & { expression: string; indices?: IndexOptions[] },
    options?: { restore?: boolean },
  ): Promise<void>;
  /** Drops a view. With `keep`, a `createView` with `restore` in the same revision gives back what it had. */
  dropView(view: Target, options?: IfExists & { materialized?: boolean; keep?: boolean }): Promise<void>;
  /** Renames a view, or moves it, a materialised one too. PostgreSQL only. */
  renameView(view: Target, to: Target): Promise<void>;
  /** Gives a view, a materialised one too, another text. What it has, and the views on it, stay. */
  alterView(view: Target, change: { expression: string; existing?: string }): Promise<void>;
  createSequence(sequence: Target, options?: SequenceOptions & IfNotExists): Promise<void>;
  dropSequence(sequence: Target, options?: IfExists): Promise<void>;
  renameSequence(sequence: Target, to: Target): Promise<void>;
  alterSequence(sequence: Target, change: AlterSequenceOptions): Promise<void>;
  createSchema(name: string, options?: IfNotExists): Promise<void>;
  /** Drops an empty schema. With `ifUnused` it stays, with a notice, where something is in it. */
  dropSchema(name: string, options?: IfExists & { ifUnused?: boolean }): Promise<void>;
  renameSchema(name: string, to: string): Promise<void>;
  /** Installs an extension where it is not installed yet. */
  createExtension(name: string, options?: ExtensionPlace): Promise<void>;
  /** Drops an extension, if it is installed. With `ifUnused` it stays, with a notice, where something depends on it. */
  dropExtension(name: string, options?: { ifUnused?: boolean }): Promise<void>;
  /** Updates an extension to a version, or moves its objects to another schema. */
  alterExtension(name: string, change: ExtensionPlace & { existing?: ExtensionPlace }): Promise<void>;

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
   * Runs those migration classes of TypeORM that its table does not have yet, as TypeORM itself would, and notes them in
   * that table. `db adopt` writes the call. It cannot be part of a script (`--sql`).
   */
  runTypeormMigrations(migrations: TypeormMigrations): Promise<void>;
  /**
   * Undoes those migration classes that TypeORM's table has, the last one first, and takes them out of it.
   *
   * It fails, and changes nothing, where the table has a later migration that is none of these.
   */
  revertTypeormMigrations(migrations: TypeormMigrations): Promise<void>;
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
