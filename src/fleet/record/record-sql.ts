import type { Dialect } from '../../dialects/dialect.js';
import { fleetTableOf, fleetTenantTableOf, quoteQualifiedName } from '../../runtime/index.js';
import type { QualifiedName } from '../../schema/schema.model.js';
import { OPEN_COLUMNS, RUN_COLUMNS, type RunRow, type Settled, TENANT_COLUMNS } from './rows.js';

/** Longer error messages are cut: a driver may put a whole row into one. */
const MAX_ERROR_LENGTH = 4_000;

/** For how long a run is live whose heart does not beat, ms. */
export const DEAD_AFTER = 10_000;

/** For how long a claim holds that its worker does not renew, ms: three beats. Who is still at work then has the tenant's lock. */
const CLAIM_HOLDS = 6_000;

/** A new run: a row as it is written first. */
export type NewRun = Omit<RunRow, 'state' | 'reason' | 'finishedAt' | 'silence'> & { readonly slot: string };

/** A tenant of a new run, or of another attempt of a run. */
export interface NewTenant {
  readonly number: number;
  readonly tenant: string;
  readonly wave: number;
  readonly goal?: readonly string[];
  /** Where it is. */
  readonly from?: readonly string[];
  /** It has nothing to do. */
  readonly isDone?: boolean;
}

/** The statements about the record of one database. */
export class RecordSql {
  readonly runs: string;
  readonly tenants: string;
  readonly clock: string;
  private readonly literal: (value: unknown) => string;

  constructor(dialect: Dialect, versionTable: QualifiedName) {
    this.runs = quoteQualifiedName(dialect, fleetTableOf(versionTable));
    this.tenants = quoteQualifiedName(dialect, fleetTenantTableOf(versionTable));
    this.clock = dialect.bookkeeping.clock;
    // PostgreSQL stores no NUL.
    this.literal = (value) =>
      dialect.literal(typeof value === 'string' ? value.replaceAll('\0', '\\x00') : (value ?? null));
  }

  insertRun(run: NewRun): string {
    const columns = {
      run_id: run.runId,
      slot: run.slot,
      command: run.command,
      target: JSON.stringify(run.target),
      asked: run.asked,
      selection: run.selection,
      waves: JSON.stringify(run.waves),
      max_failures: String(run.maxFailures),
      tag: run.tag,
      is_purge: run.purge ? 1 : 0,
      data_loss: run.onDataLoss,
      of_run: run.ofRun,
      attempt: run.attempt,
      state: 'preparing',
      started_by: run.startedBy,
      started_at: run.startedAt.toISOString(),
    };
    const values = Object.values(columns).map((value) => this.literal(value));
    return `INSERT INTO ${this.runs} (${Object.keys(columns).join(', ')}, heartbeat) VALUES (${values.join(', ')}, ${this.clock})`;
  }

  insertTenants(runId: string, tenants: readonly NewTenant[]): string {
    const rows = tenants.map(({ number, tenant, wave, goal, from, isDone = false }) => {
      const to = isDone ? from : undefined;
      const state = isDone ? 'unchanged' : 'waiting';
      const values = [runId, number, tenant, 1, wave, state, 0, jsonOf(goal), jsonOf(from), jsonOf(to)];
      return `(${values.map((value) => this.literal(value)).join(', ')})`;
    });
    return `INSERT INTO ${this.tenants} (run_id, number, tenant, attempt, wave, state, tries, goal, from_rows, to_rows) VALUES ${rows.join(', ')}`;
  }

  /** @param where about the rows, after WHERE */
  selectRuns(where: string, rest = ''): string {
    return `SELECT ${RUN_COLUMNS}, ${this.clock} AS clock FROM ${this.runs} WHERE ${where} ORDER BY started_at DESC, run_id DESC${rest}`;
  }

  selectTenants(runId: string, and = '1 = 1'): string {
    return `SELECT ${TENANT_COLUMNS} FROM ${this.tenants} WHERE ${this.is('run_id', runId)} AND ${and} ORDER BY number`;
  }

  is(column: string, value: unknown): string {
    return `${column} = ${this.literal(value)}`;
  }

  updateRun(runId: string, columns: Readonly<Record<string, unknown>>, and = ''): string {
    return `UPDATE ${this.runs} SET ${this.assignments(columns)} WHERE ${this.is('run_id', runId)}${and}`;
  }

  updateTenants(runId: string, columns: Readonly<Record<string, unknown>>, and: string): string {
    return `UPDATE ${this.tenants} SET ${this.assignments(columns)} WHERE ${this.is('run_id', runId)} AND ${and}`;
  }

  /** That somebody is at work on the run. */
  beat(runId: string): string {
    return `UPDATE ${this.runs} SET heartbeat = ${this.clock} WHERE ${this.is('run_id', runId)}`;
  }

  /** That a worker still has what it has claimed. */
  renew(runId: string, worker: string): string {
    return `UPDATE ${this.tenants} SET claimed_at = ${this.clock} WHERE ${this.is('run_id', runId)} AND state = 'claimed' AND ${this.is('worker', worker)}`;
  }

  /** Tenants that nobody has, or that somebody had who is gone: those that were tried before come last. */
  selectOpen(runId: string, and: string): string {
    return `SELECT ${OPEN_COLUMNS} FROM ${this.tenants} WHERE ${this.is('run_id', runId)} AND ${and} AND ${this.isOpen} ORDER BY tries, number`;
  }

  /** Claims those of some tenants that are still open, while the run goes on: of two who want one the first has it. */
  claim(runId: string, worker: string, numbers: readonly number[]): string {
    const isRunning = `EXISTS (SELECT 1 FROM ${this.runs} r WHERE r.run_id = ${this.literal(runId)} AND r.state = 'running')`;
    return (
      `UPDATE ${this.tenants} SET state = 'claimed', ${this.is('worker', worker)}, claimed_at = ${this.clock} ` +
      `WHERE ${this.is('run_id', runId)} AND number IN (${numbers.join(', ')}) AND ${this.isOpen} AND ${isRunning}`
    );
  }

  selectClaimed(runId: string, worker: string, numbers: readonly number[]): string {
    return `SELECT ${OPEN_COLUMNS} FROM ${this.tenants} WHERE ${this.is('run_id', runId)} AND number IN (${numbers.join(', ')}) AND state = 'claimed' AND ${this.is('worker', worker)} ORDER BY tries, number`;
  }

  /** Lets others have what a worker has claimed. @param tried its lock was not free */
  giveBack(runId: string, worker: string, numbers: readonly number[], tried: boolean): string {
    return (
      `UPDATE ${this.tenants} SET state = 'waiting', worker = NULL, claimed_at = NULL${tried ? ', tries = tries + 1' : ''} ` +
      `WHERE ${this.is('run_id', runId)} AND number IN (${numbers.join(', ')}) AND state = 'claimed' AND ${this.is('worker', worker)}`
    );
  }

  /**
   * Writes what became of tenants, in one statement. `done` is never overwritten, and where it was before a run is kept from the first
   * reading: by both it is known what the run has changed, also where whoever changed it could not write that.
   */
  settle(runId: string, worker: string, settled: ReadonlyMap<number, Settled>): string {
    const numbers = [...settled.keys()];
    const byNumber = (column: string, valueOf: (one: Settled) => unknown): string => {
      const literals = [...settled].map(([number, one]) => [number, this.literal(valueOf(one))] as const);
      const [first] = literals;
      if (literals.every(([, literal]) => literal === first?.[1])) return `${column} = ${first?.[1]}`;
      return `${column} = CASE number ${literals.map(([number, literal]) => `WHEN ${number} THEN ${literal}`).join(' ')} END`;
    };
    const from = byNumber('from_rows', ({ from }) => jsonOf(from)).replace(/^from_rows = /, '');
    const assignments = [
      byNumber('state', ({ state }) => state),
      this.is('worker', worker),
      `from_rows = COALESCE(from_rows, ${from})`,
      byNumber('to_rows', ({ to }) => jsonOf(to)),
      byNumber('revision', ({ revision }) => revision?.slice(0, 32)),
      byNumber('code', ({ code }) => code?.slice(0, 64)),
      byNumber('error', ({ error }) => error?.slice(0, MAX_ERROR_LENGTH)),
      byNumber('ms', ({ ms }) => ms),
    ];
    const done = numbers.filter((number) => settled.get(number)?.state === 'done');
    const orDone = done.length === 0 ? '' : ` OR (state <> 'done' AND number IN (${done.join(', ')}))`;
    const isNew = `(state IN ('waiting', 'claimed', 'notTried')${orDone})`;
    return `UPDATE ${this.tenants} SET ${assignments.join(', ')} WHERE ${this.is('run_id', runId)} AND number IN (${numbers.join(', ')}) AND ${isNew}`;
  }

  counts(runId: string, attempt?: number): string {
    const some = attempt === undefined ? '' : ` AND attempt = ${attempt}`;
    return `SELECT wave, state, COUNT(*) AS tenants FROM ${this.tenants} WHERE ${this.is('run_id', runId)}${some} GROUP BY wave, state ORDER BY wave`;
  }

  deleteTenants(runId: string): string {
    return `DELETE FROM ${this.tenants} WHERE ${this.is('run_id', runId)}`;
  }

  /** Only where the run has ended: `retry` may have begun it again. */
  deleteRun(runId: string): string {
    return `DELETE FROM ${this.runs} WHERE ${this.is('run_id', runId)} AND slot IS NULL`;
  }

  countTenants(runId: string, tenants: readonly string[]): string {
    const ids = tenants.map((tenant) => this.literal(tenant)).join(', ');
    return `SELECT COUNT(*) AS tenants FROM ${this.tenants} WHERE ${this.is('run_id', runId)} AND tenant IN (${ids})`;
  }

  countAtWork(runId: string): string {
    return `SELECT COUNT(*) AS tenants FROM ${this.tenants} WHERE ${this.is('run_id', runId)} AND state = 'claimed' AND NOT ${this.isOpen}`;
  }

  private get isOpen(): string {
    return `(state = 'waiting' OR (state = 'claimed' AND claimed_at < ${this.clock} - ${CLAIM_HOLDS}))`;
  }

  private assignments(columns: Readonly<Record<string, unknown>>): string {
    return Object.entries(columns)
      .map(([column, value]) => this.is(column, value))
      .join(', ');
  }
}

function jsonOf(list: readonly string[] | undefined): string | undefined {
  return list === undefined ? undefined : JSON.stringify(list);
}
