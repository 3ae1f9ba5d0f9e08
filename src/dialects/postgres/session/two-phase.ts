import type { QueryRunner } from 'typeorm';
import type { TwoPhaseSession } from '../../dialect.js';
import { stringLiteral } from '../literal.js';
import type { LockRider } from './advisory-lock.js';

/** The fields in which TypeORM keeps the state of a query runner's transaction. */
interface TransactionFlags {
  isTransactionActive: boolean;
  transactionDepth: number;
}

/** Prepared transactions of runs with one version table: their names begin with the key of its lock. */
export class PostgresTwoPhase implements TwoPhaseSession {
  readonly toEnable =
    'Set max_prepared_transactions in postgresql.conf to at least max_connections, and restart the server';
  refused?: { readonly reason: string; readonly hint: string };
  /** Finds out with the lock of the run whether anything is prepared, which hardly ever is. */
  readonly rider: LockRider;
  private readonly prefix: string;
  private areNone = false;

  constructor(
    private readonly runner: QueryRunner,
    lockKey: bigint,
  ) {
    this.prefix = `nestjs-migrate:${lockKey}:`;
    this.rider = {
      // The view adds who and where, which takes longer to plan than to find out that there is none.
      sql: `EXISTS (SELECT FROM pg_catalog.pg_prepared_xact() p WHERE starts_with(p.gid, ${stringLiteral(this.prefix)})) AS "arePrepared"`,
      take: (row) => void (this.areNone = row['arePrepared'] === false),
    };
  }

  async limit(): Promise<number> {
    const sql = `SELECT current_setting('max_prepared_transactions')::integer AS "limit"`;
    const [row] = (await this.runner.query(sql)) as [{ limit: number }];
    return row.limit;
  }

  async prepare(id: string): Promise<void> {
    this.areNone = false;
    await this.send(`PREPARE TRANSACTION ${this.literalOf(id)}`);
    // TypeORM does not notice that the transaction has left the connection.
    const flags: TransactionFlags = { isTransactionActive: false, transactionDepth: 0 };
    Object.assign(this.runner, flags);
  }

  commit(id: string): Promise<void> {
    return this.send(this.ending('commit', id));
  }

  rollback(id: string): Promise<void> {
    return this.send(this.ending('rollback', id));
  }

  async prepared(): Promise<readonly string[]> {
    if (this.areNone) return [];
    const rows = (await this.runner.query(`SELECT gid FROM ${this.own} ORDER BY prepared`)) as { gid: string }[];
    return rows.map(({ gid }) => gid.slice(this.prefix.length));
  }

  nameOf(id: string): string {
    return this.prefix + id;
  }

  ending(end: 'commit' | 'rollback', id: string): string {
    return `${end.toUpperCase()} PREPARED ${this.literalOf(id)}`;
  }

  /** Those of the runs, with the clauses behind FROM. */
  private get own(): string {
    return `pg_catalog.pg_prepared_xacts WHERE database = current_database() AND starts_with(gid, ${stringLiteral(this.prefix)})`;
  }

  private literalOf(id: string): string {
    return stringLiteral(this.nameOf(id));
  }

  private async send(sql: string): Promise<void> {
    await this.runner.query(sql);
  }
}
