import type { EntityManager, QueryRunner } from 'typeorm';
import type { DialectName } from '../../schema/parts.js';
import type { BatchOptions, Target } from './options.js';

/**
 * What a revision can read about its run.
 *
 * @example
 *     const { dialect, offline } = op.context;
 *     if (dialect === 'postgres' && !offline) await op.execute('ANALYZE "post"');
 */
export interface OperationContext {
  /** Name of the data source, as in `TypeOrmModule.forRoot({ name })`. @example if (op.context.dataSource === 'analytics') return; */
  readonly dataSource: string;
  /** Kind of the database; `mysql` is MariaDB too, whatever the `type` of the data source. @example if (op.context.dialect === 'sqlite') return; */
  readonly dialect: DialectName;
  /**
   * Values of `-x key=value`, over those of the option `xArgs`; one without `=` is an empty text.
   *
   * @default {}
   * @example
   *     const name = op.context.xArgs['seed'];
   *     if (name !== undefined) await op.bulkInsert('tag', [{ name }]);
   */
  readonly xArgs: Readonly<Record<string, string>>;
  /**
   * True while a script is written (`--sql`), or revisions before it are read for their tables: no statement is run then.
   *
   * @example
   *     if (op.context.offline) return;
   *     const [{ count }] = await op.queryRunner.query('SELECT count(*) AS "count" FROM "post"');
   */
  readonly offline: boolean;
  /** Value of `--tag`; absent without it. @example if (op.context.tag === 'without data') return; */
  readonly tag?: string;
  /** The tenant that is migrated, in a run of a fleet; absent in other runs. @example if (op.context.tenant?.tags.includes('eu')) return; */
  readonly tenant?: TenantContext;
}

/**
 * A tenant of a fleet, as its revisions know it.
 *
 * @example
 *     if (op.context.tenant?.tags.includes('eu')) await op.execute(`UPDATE setting SET region = 'eu'`);
 */
export interface TenantContext {
  /** Its id in the directory. @example const id = op.context.tenant?.id; */
  readonly id: string;
  /** Its tags there. @example const isCanary = op.context.tenant?.tags.includes('canary') === true; */
  readonly tags: readonly string[];
}

/** What `op` has for rows, raw SQL and the application. */
export interface DataCalls {
  /**
   * The run as the revision may read it: its data source, kind of database, arguments and mode.
   *
   * @example
   *     if (op.context.dialect === 'postgres') await op.execute(`CREATE INDEX "IDX_tags" ON "post" USING hash ("tags")`);
   *     if (op.context.xArgs.seed !== undefined) await op.bulkInsert('tag', [{ name: op.context.xArgs.seed }]);
   */
  readonly context: OperationContext;

  /**
   * TypeORM's query runner of this run: the same connection, the same transaction.
   *
   * For what `op` lacks, above all for reading. Await earlier calls of `op` first: statements of the query runner do not queue
   * behind them. The transaction is the run's: leave `startTransaction` and `commitTransaction` to it.
   *
   * Offline (`--sql`) there is no connection: statements that write are recorded into the script and answered with no rows, and
   * one that reads fails. A revision before the range of the script gets no rows for its reads.
   *
   * @throws OfflineReadError offline for a statement that reads; TransactionEndedError when the revision has ended the
   *   transaction, TransactionLeftOpenError when it leaves one open; RevisionEndedError when it is used after the revision's end
   * @example
   *     const users: { id: number }[] = await op.queryRunner.query(`SELECT "id" FROM "user" WHERE "email" IS NULL`);
   *     for (const { id } of users) {
   *       await op.execute(`UPDATE "user" SET "email" = 'user-${id}@example.com' WHERE "id" = ${id}`);
   *     }
   */
  readonly queryRunner: QueryRunner;

  /**
   * TypeORM's entity manager on `op.queryRunner`, with the same rules.
   *
   * Name tables rather than entity classes: the entities of today may not fit the tables of this revision.
   *
   * @throws what `op.queryRunner` throws
   * @example
   *     await op.manager.createQueryBuilder().update('user').set({ age: null }).where('"age" > 120').execute();
   */
  readonly manager: EntityManager;

  /**
   * Runs one statement as it is written, and returns nothing.
   *
   * Parameters are in the driver's own form: `$1` on PostgreSQL, `?` on SQLite. To read rows use `op.queryRunner` or
   * `op.manager`. What a database refuses inside a transaction goes into `op.autocommit`. Nothing knows its reverse: `downgrade`
   * needs a statement of its own.
   *
   * Offline (`--sql`) the statement is written with its parameters as literals, a SELECT too. What it changes of a table is
   * unknown to the rest of the script: on SQLite a later change of that table may be refused.
   *
   * @throws InvalidOperationError for no statement; in a script ScriptParameterError for a placeholder without a value, and
   *   ScriptTableError from a later call that depends on a table which this one changes
   * @example
   *     await op.execute(`UPDATE "post" SET "title" = 'Untitled' WHERE "title" = ''`);
   * @example <caption>PostgreSQL</caption>
   *     await op.execute('UPDATE "user" SET "age" = $1 WHERE "email" = $2', [36, 'ada@example.com']);
   * @example <caption>SQLite</caption>
   *     await op.execute('UPDATE "user" SET "age" = ? WHERE "email" = ?', [36, 'ada@example.com']);
   */
  execute(sql: string, parameters?: unknown[]): Promise<void>;

  /**
   * Inserts rows in their order, up to 1000 of them with one statement on PostgreSQL and 500 on SQLite; keys are column names.
   *
   * A key that a row lacks, or has as `undefined`, takes the default of the column. Dates, booleans, lists and objects are
   * written as the database stores them. Either all rows are inserted, or none. An empty list inserts nothing. Offline
   * (`--sql`) the rows become literals of the script. `downgrade` needs an `op.execute('DELETE …')`.
   *
   * @throws InvalidOperationError for a row that is not an object, or a value that no database can hold, such as a promise
   * @example
   *     await op.bulkInsert('user', [
   *       { name: 'Grace', email: 'grace@example.com', age: 41 },
   *       { name: 'Linus', email: null },
   *     ]);
   */
  bulkInsert(table: Target, rows: Record<string, unknown>[]): Promise<void>;

  /**
   * Runs an UPDATE or DELETE for all rows of a table in batches, each in a transaction of its own that is committed at once.
   *
   * So no row is locked for longer than its batch takes, whatever the size of the table. The condition that makes the batch is
   * added to the WHERE of the statement; for other statements, and those with several tables, `{batch}` is where it belongs:
   * `INSERT INTO "archive" SELECT * FROM "post" WHERE {batch}`. The batches go through the table by its primary key. How far they
   * have come is committed with each of them: a run that was stopped or killed goes on behind its last batch.
   *
   * What the run has done so far is committed first, as with `op.autocommit`. A batch that ends in a deadlock is tried again.
   * Rows that others add meanwhile may be behind the batches already: give new rows their values first, by a default.
   * Nothing knows its reverse. Offline (`--sql`) it is a block that commits by itself on PostgreSQL, and elsewhere one statement.
   *
   * @throws InvalidOperationError for options that do not fit; UnsupportedOperationError where the table has no primary key and
   *   `key` is not given, and for a statement that has no place for the condition; CallersTransactionError in a transaction of the
   *   caller's
   * @example
   *     await op.inBatches({ table: 'user', size: 2000, pause: 20 }, `UPDATE "user" SET "age" = 0 WHERE "age" IS NULL`);
   */
  inBatches(options: BatchOptions, sql: string): Promise<void>;

  /**
   * Runs `fn` outside the transaction of the run, for what a database refuses inside one: `VACUUM`, `CREATE DATABASE`.
   *
   * What the run has done so far is committed first, earlier revisions included, and another transaction begins afterwards.
   * Inside, each operation is committed by itself. When the revision fails later, what is committed stays, and the next run goes on
   * behind it. On SQLite the lock of the run is released meanwhile.
   *
   * Offline (`--sql`) the script has a COMMIT before it and a BEGIN behind it.
   *
   * @throws CallersTransactionError in a transaction of the caller's, before anything is run; VersionRowsMovedError when another run
   *   has changed the version meanwhile; InvalidOperationError for what is not a function
   * @example
   *     await op.autocommit(() => op.execute('VACUUM'));
   */
  autocommit(fn: () => Promise<void>): Promise<void>;

  /**
   * Finds a provider of the application, by its class or its token.
   *
   * A promise, because `nest-cmd` makes only the providers that something asks for. With a string as the token the revision
   * imports nothing. What the provider writes through connections of its own is not in the transaction of the run, and on SQLite
   * refused while the run writes: give it `op.manager`. Offline (`--sql`) it works all the same.
   *
   * @throws the error of Nest when there is no such provider
   * @example
   *     const hasher = await op.get<{ hash(text: string): Promise<string> }>('PASSWORD_HASHER');
   *     await op.execute(`UPDATE "user" SET "name" = '${await hasher.hash('anonymous')}' WHERE "email" IS NULL`);
   */
  get<T>(token: string | symbol | (abstract new (...args: never[]) => T)): Promise<T>;
}
