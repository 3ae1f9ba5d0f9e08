import Database from 'better-sqlite3';
import type { DataSource } from 'typeorm';
import { RunnerBusyError } from '../../errors/waiting.errors.js';
import type { Dialect, DialectSession, SessionOptions, StatementOutcome } from '../dialect.js';
import { Backoff } from '../common/backoff.js';
import { ownQueries } from '../own-queries.js';
import { openConnection, SharedConnection, type RunConnection } from '../sqlite/session/connection.js';
import { sqliteDialect } from '../sqlite/index.js';
import { SqliteSession } from '../sqlite/session/session.js';

const DDL = /^\s*(?:CREATE|ALTER|DROP)\b/i;
const OBJECT = /^\s*(CREATE|DROP)\s+(?:UNIQUE\s+)?(?:TABLE|INDEX|VIEW)\s+(?:IF\s+(?:NOT\s+)?EXISTS\s+)?"?(\w+)/i;
const CONTROL = /^\s*(?:COMMIT|ROLLBACK(?!\s+TO)|SAVEPOINT)\b/i;

/**
 * SQLite with the transactions of MySQL and MariaDB: a statement that changes the schema commits what is open before it,
 * and itself.
 *
 * It is not published. It has to pass the contract, so that the runner is known to be right before a dialect of such a
 * database is written.
 */
export const committingDialect: Dialect = {
  ...sqliteDialect,
  transactions: 'rows',
  openSession: async (dataSource, options): Promise<DialectSession> => {
    const { queryRunner, onQuery } = options;
    if (queryRunner !== undefined && (await sqliteDialect.isInTransaction(queryRunner))) {
      return sqliteDialect.openSession(dataSource, options);
    }
    const connection =
      queryRunner === undefined
        ? await openConnection(dataSource, onQuery)
        : new SharedConnection(queryRunner, ownQueries(queryRunner, onQuery), true);
    return new CommittingSession(connection, dataSource, options);
  },
};

class CommittingSession extends SqliteSession {
  private readonly restore: () => void;
  private readonly lockFile: string;
  private lockHolder: Database.Database | undefined;
  private database: { readonly inTransaction: boolean } | undefined;

  constructor(
    connection: RunConnection,
    dataSource: DataSource,
    private readonly options: SessionOptions,
  ) {
    super(connection, dataSource, options);
    this.lockFile = `${String(dataSource.options.database)}-runner`;
    const { runner } = connection;
    const query = runner.query.bind(runner) as (...args: unknown[]) => Promise<unknown>;
    const committing = async (sql: string, ...rest: unknown[]): Promise<unknown> => {
      this.database ??= (await runner.connect()) as { inTransaction: boolean };
      const isOpen = this.database.inTransaction;
      // Without a transaction these do nothing, while SQLite refuses them or begins one.
      if (!isOpen && CONTROL.test(sql)) return [];
      if (isOpen && DDL.test(sql)) {
        await query('COMMIT');
        Object.assign(runner, { isTransactionActive: false, transactionDepth: 0 });
      }
      return query(sql, ...rest);
    };
    Object.assign(runner, { query: committing });
    this.restore = () => void Object.assign(runner, { query });
  }

  override get inTransaction(): boolean {
    return this.database?.inTransaction === true;
  }

  override async commit(): Promise<void> {
    if (!this.inTransaction) await this.begin();
    await super.commit();
  }

  /**
   * Takes the lock by a write transaction on another file: like MySQL's GET_LOCK it outlives commits, and ends with the
   * process.
   */
  override async lock(): Promise<void> {
    const { runnerTimeout, onWait, signal } = this.options;
    const backoff = new Backoff({ first: 20, longest: 20 }, signal);
    const holder = new Database(this.lockFile, { timeout: 0 });
    const started = Date.now();
    for (let attempt = 1; !begins(holder); attempt += 1) {
      if (attempt === 1) onWait?.('runner', { waitedMs: 0, limitMs: runnerTimeout });
      if (Date.now() - started >= runnerTimeout) {
        holder.close();
        throw new RunnerBusyError(runnerTimeout);
      }
      await backoff.pause();
    }
    this.lockHolder = holder;
  }

  /** DDL is whole on MySQL and MariaDB: what it makes is there, or it is not. */
  override async outcomeOf(sql: string): Promise<StatementOutcome> {
    const [, verb, name] = OBJECT.exec(sql) ?? [];
    if (verb === undefined || name === undefined) return super.outcomeOf(sql);
    const found = (await this.runner.query('SELECT 1 FROM sqlite_master WHERE name = ?', [name])) as unknown[];
    return found.length > 0 === (verb.toUpperCase() === 'CREATE') ? 'done' : 'undone';
  }

  override async close(): Promise<void> {
    await super.close();
    this.restore();
    this.lockHolder?.close();
  }
}

function begins(database: Database.Database): boolean {
  try {
    database.exec('BEGIN IMMEDIATE');
    return true;
  } catch {
    return false;
  }
}
