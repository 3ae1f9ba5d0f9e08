/**
 * A migration class of TypeORM.
 *
 * @example
 *     const first: TypeormMigration = { name: 'AddRoles1700000000001', file: '1700000000001-AddRoles' };
 */
export interface TypeormMigration {
  /** Its name in TypeORM's table: its `name` property, or the name of the class. The 13 digits at the end are its time. @example name: 'AddRoles1700000000001' */
  readonly name: string;
  /**
   * Its file in one of the folders, without extension; read only where the data source does not list the class under
   * `migrations`.
   *
   * @default none: it must be listed there
   * @example file: '1700000000001-AddRoles'
   */
  readonly file?: string;
}

/**
 * Migrations that TypeORM ran until this package took over.
 *
 * @example
 *     const old: TypeormMigrations = { folders: ['../../dist/migrations'], classes: [{ name: 'AddRoles1700000000001' }] };
 */
export interface TypeormMigrations {
  /** TypeORM's table of migrations, in the schema of the data source. @default 'migrations' @example table: 'typeorm_migrations' */
  readonly table?: string;
  /** TypeORM's `migrationsTransactionMode`; `each` and `none` leave the transaction of the run. @default 'all' @example transaction: 'each' */
  readonly transaction?: 'all' | 'each' | 'none';
  /** Where the files are, relative to the folder of the revision; searched in this order. @default [] @example folders: ['../../src/migrations'] */
  readonly folders?: readonly string[];
  /** Run although TypeORM's table has rows of which no class is listed. @default false @example allowUnknown: true */
  readonly allowUnknown?: boolean;
  /** All of them, in the order in which they run. @example classes: [{ name: 'AddRoles1700000000001' }] */
  readonly classes: readonly TypeormMigration[];
}

/** The calls of `op` that run migration classes of TypeORM: `db adopt` writes them. */
export interface TypeormCalls {
  /**
   * Runs those migration classes of TypeORM that its table does not have yet, as TypeORM itself would, and notes them there.
   *
   * With `transaction: 'all'` they are part of the transaction of the run; with `each` and `none` it is committed first, and
   * TypeORM commits its own. They cannot be written as a script (`--sql`). `downgrade` needs `op.revertTypeormMigrations`.
   *
   * @throws TypeormMigrationError when a class fails; TypeormMigrationMissingError or TypeormFileError when a class cannot be loaded;
   *   TypeormUnknownRowsError when TypeORM's table has others; TypeormScriptError offline
   * @example
   *     await op.runTypeormMigrations({
   *       folders: ['../../src/migrations', '../../dist/migrations'],
   *       classes: [
   *         { name: 'AddRoles1700000000001', file: '1700000000001-AddRoles' },
   *         { name: 'AddLikes1700000000002', file: '1700000000002-AddLikes' },
   *       ],
   *     });
   */
  runTypeormMigrations(migrations: TypeormMigrations): Promise<void>;

  /**
   * Undoes those migration classes that TypeORM's table has, the last one first, and removes them from it.
   *
   * It runs their `down()`. A table of TypeORM that is empty afterwards is dropped.
   *
   * @throws TypeormTableAheadError when the table has a later migration than these, and nothing is changed; TypeormMigrationError,
   *   TypeormMigrationMissingError, TypeormFileError and TypeormScriptError as `op.runTypeormMigrations`
   * @example
   *     await op.revertTypeormMigrations({
   *       folders: ['../../src/migrations', '../../dist/migrations'],
   *       classes: [
   *         { name: 'AddRoles1700000000001', file: '1700000000001-AddRoles' },
   *         { name: 'AddLikes1700000000002', file: '1700000000002-AddLikes' },
   *       ],
   *     });
   */
  revertTypeormMigrations(migrations: TypeormMigrations): Promise<void>;
}
