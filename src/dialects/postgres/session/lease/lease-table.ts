import type { QueryRunner } from 'typeorm';
import type { QualifiedName } from '../../../../schema/schema.model.js';
import { tryAgain } from '../../../common/backoff.js';
import { runBy } from '../../../common/run-by.js';
import { lockTableOf } from '../../../lock.js';
import { doBlock, literal, stringLiteral } from '../../literal.js';
import { quoteQualified } from '../../names.js';
import { sqlState, sqlStates } from '../sql-state.js';

/** How long a lease is valid without being renewed, and when its owner counts as silent, ms. */
export const leaseTimes = {
  /** Until its thread, which takes a moment to start, is heard of. */
  first: 3_000,
  /** Renewed by a thread, which nothing of the run holds up: when the process dies, the lease is soon free. */
  byThread: 1_600,
  /** Renewed by the thread that runs the revisions, which may compute meanwhile; or by nobody, where a pool has no connection for that. */
  byProcess: 10_000,
  /** A process that is silent for as long is stopped, or its machine is gone; of one whose thread was never heard of nothing is known. */
  silent: 10_000,
} as const;

/** The errors that the checks of a transaction raise: another runner has the lock of a transaction, or has taken the lease. */
export const leaseStates = { busy: 'ZM001', lost: 'ZM002' } as const;

/** Who has the lease, by its own account. */
export interface LeaseRow {
  readonly owner: string;
  readonly runBy: string;
  readonly applicationName: string;
  readonly since: Date;
  readonly expires: Date;
  /** Whether it is not valid any more. */
  readonly isExpired: boolean;
  /** Whether its owner is known to be stopped or gone: its thread has not been heard of. */
  readonly isSilent: boolean;
}

/** What PostgreSQL throws when two make the same object at the same moment. */
const MADE_BY_ANOTHER: ReadonlySet<string> = new Set([
  sqlStates.uniqueViolation,
  sqlStates.duplicateSchema,
  sqlStates.duplicateTable,
  // The type of a table's rows is made before the table.
  sqlStates.duplicateObject,
]);

/** Whether an error means that another session has made the same object at the same moment. */
export function isMadeByAnother(error: unknown): boolean {
  return MADE_BY_ANOTHER.has(sqlState(error) ?? '');
}

/** The statements on the table of a lease, for one owner. Times are those of the server. */
export class LeaseTable {
  /** As SQL, with its schema. */
  readonly quoted: string;

  constructor(versionTable: Required<QualifiedName>) {
    this.quoted = quoteQualified(lockTableOf(versionTable));
  }

  /** Creates the table where it is missing; others may do so at the same moment. */
  async create(runner: QueryRunner): Promise<void> {
    if (await this.exists(runner)) return;
    const sql = `CREATE TABLE IF NOT EXISTS ${this.quoted} (
      id smallint PRIMARY KEY CHECK (id = 1), token bigint NOT NULL, owner text, run_by text NOT NULL, application text NOT NULL,
      since timestamptz NOT NULL, heartbeat_at timestamptz NOT NULL, expires_at timestamptz NOT NULL)`;
    await tryAgain(() => runner.query(sql), isMadeByAnother, { first: 20, longest: 200, tries: 5 });
  }

  /** An expression of whether the table exists. */
  get isThere(): string {
    return `to_regclass(${stringLiteral(this.quoted)}) IS NOT NULL`;
  }

  async exists(runner: QueryRunner): Promise<boolean> {
    const [row] = (await runner.query(`SELECT ${this.isThere} AS "exists"`)) as [{ exists: boolean }];
    return row.exists;
  }

  /**
   * Takes the lease where it is free, which nobody can say while a transaction holds the advisory lock of runs.
   *
   * @returns whether it was taken
   */
  async take(runner: QueryRunner, owner: string, key: bigint): Promise<boolean> {
    const rows = (await runner.query(
      `WITH lock AS MATERIALIZED (SELECT pg_try_advisory_xact_lock($1::bigint) AS is_free)
       INSERT INTO ${this.quoted} AS lease (id, token, owner, run_by, application, since, heartbeat_at, expires_at)
       SELECT 1, 1, $2, $3, current_setting('application_name'), clock_timestamp(), 'infinity', ${validFor(leaseTimes.first)}
       FROM lock WHERE is_free
       ON CONFLICT (id) DO UPDATE SET token = lease.token + 1, owner = excluded.owner, run_by = excluded.run_by,
         application = excluded.application, since = excluded.since, heartbeat_at = excluded.heartbeat_at,
         expires_at = excluded.expires_at
       WHERE lease.owner IS NULL OR lease.expires_at < clock_timestamp()
       RETURNING token`,
      [String(key), owner, `${runBy()}, process ${process.pid}`],
    )) as unknown[];
    return rows.length > 0;
  }

  /** The statement that renews an owner's lease, and changes no row when that has lost it. */
  renewal(owner: string, ms: number): string {
    return this.update(owner, `expires_at = ${validFor(ms)}`);
  }

  /** The same for the thread of an owner, which is heard of by it. */
  beatOfThread(owner: string): string {
    return this.update(owner, `heartbeat_at = clock_timestamp(), expires_at = ${validFor(leaseTimes.byThread)}`);
  }

  /** The same for an owner that has no thread, and never counts as silent. */
  beatOfProcess(owner: string): string {
    return this.update(owner, `heartbeat_at = 'infinity', expires_at = ${validFor(leaseTimes.byProcess)}`);
  }

  /** The statement that gives the lease up. */
  release(owner: string): string {
    return this.update(owner, 'owner = NULL, expires_at = clock_timestamp()');
  }

  private ownership(owner: string): string {
    return `SELECT FROM ${this.quoted} WHERE owner = ${stringLiteral(owner)}`;
  }

  /**
   * Follows BEGIN: takes the lock that keeps runners of both kinds out until the end of the transaction, and checks under it that
   * the lease is still the owner's. Nobody can take that from then on. An owner that has lost it already does not wait for the lock.
   */
  entry(owner: string, key: bigint): string {
    return doBlock(`BEGIN
  IF pg_try_advisory_xact_lock(${key}) THEN
    IF EXISTS (${this.ownership(owner)}) THEN RETURN; END IF;
  ELSIF EXISTS (${this.ownership(owner)}) THEN
    RAISE EXCEPTION 'Another migration run has a transaction open.' USING ERRCODE = ${literal(leaseStates.busy)};
  END IF;
  ${LOST}
END`);
  }

  /** Precedes COMMIT: nothing is committed by a runner that has lost the lease. The lease is valid for `ms` from then on. */
  exit(owner: string, ms: number): string {
    return doBlock(`BEGIN
  ${this.renewal(owner, ms)};
  IF NOT FOUND THEN ${LOST} END IF;
END`);
  }

  /**
   * Whether a transaction of an owner still goes on. It holds the lock of a transaction to its end, and the lease is taken only under that
   * lock: so it has ended where another one has the lease, or where the lock is free.
   */
  async isAtWork(runner: QueryRunner, owner: string, key: bigint): Promise<boolean> {
    const [row] = (await runner.query(
      `SELECT NOT (EXISTS (SELECT FROM ${this.quoted} WHERE owner <> ${stringLiteral(owner)})
                   OR pg_try_advisory_xact_lock(${key})) AS "isAtWork"`,
    )) as [{ isAtWork: boolean }];
    return row.isAtWork;
  }

  /** Gives up a lease in the name of an owner that has let it expire. */
  async clearExpired(runner: QueryRunner): Promise<void> {
    await runner.query(
      `UPDATE ${this.quoted} SET owner = NULL WHERE owner IS NOT NULL AND expires_at < clock_timestamp()`,
    );
  }

  /** The query of who has the lease: a `LeaseRow`, or none when nobody has. */
  get reading(): string {
    return `SELECT owner, run_by AS "runBy", application AS "applicationName", since, expires_at AS expires,
              expires_at < clock_timestamp() AS "isExpired",
              heartbeat_at < clock_timestamp() - ${interval(leaseTimes.silent)} AS "isSilent"
       FROM ${this.quoted} WHERE owner IS NOT NULL`;
  }

  /** Who has the lease; undefined when nobody has. */
  async read(runner: QueryRunner): Promise<LeaseRow | undefined> {
    const rows = (await runner.query(this.reading)) as LeaseRow[];
    return rows[0];
  }

  private update(owner: string, values: string): string {
    return `UPDATE ${this.quoted} SET ${values} WHERE owner = ${stringLiteral(owner)}`;
  }
}

const LOST = `RAISE EXCEPTION 'Another migration run has taken the lease.' USING ERRCODE = ${literal(leaseStates.lost)};`;

function validFor(ms: number): string {
  return `clock_timestamp() + ${interval(ms)}`;
}

function interval(ms: number): string {
  return `interval '${ms} milliseconds'`;
}
