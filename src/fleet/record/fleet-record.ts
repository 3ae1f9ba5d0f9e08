import type { QueryRunner } from 'typeorm';
import type { Dialect } from '../../dialects/dialect.js';
import { fleetTenantTableOf, tableExists } from '../../runtime/index.js';
import { type MigrationEnvironment, versionTableOf } from '../../service/environment.js';
import type { BoundDataSource } from '../../service/options/options.js';
import { ensureTables } from './record-tables.js';
import { type NewRun, type NewTenant, RecordSql } from './record-sql.js';
import {
  openTenantOf,
  type OpenTenant,
  type RunRow,
  runRowOf,
  type Settled,
  type StateCount,
  type TenantRow,
  tenantRowOf,
} from './rows.js';

/** How many tenants one statement writes. */
const CHUNK = 500;

/** Longest wait for the database, ms: those who are at work on the run must hear of each other. */
const ANSWER_WITHIN = 30_000;

/** How many runs are kept. */
const KEPT = 100;

type Rows = readonly Record<string, unknown>[];

/**
 * The record of a fleet's runs, in two tables of the entry's own database.
 *
 * It is notes: about who asked for what, who is at work on it and what became of it. Whether a tenant is migrated is decided by its lock
 * and its version rows. Each statement is committed by itself, over a connection that is lent for it.
 */
export class FleetRecord {
  private sql: RecordSql | undefined;
  private readonly bound: BoundDataSource;

  constructor(
    private readonly environment: MigrationEnvironment,
    bound: BoundDataSource,
  ) {
    // What became of a run that is stopped is written, too.
    const { signal: _signal, ...unstopped } = bound;
    this.bound = unstopped;
  }

  /** Makes the tables where they are missing; two processes may do so at once. */
  ensure(): Promise<void> {
    return this.with((_sql, runner, dialect) => ensureTables(runner, dialect, this.bound));
  }

  /** Whether there has been a run. */
  exists(): Promise<boolean> {
    const name = fleetTenantTableOf(versionTableOf(this.bound));
    return this.with((_sql, runner, dialect) => tableExists(runner, dialect, name));
  }

  /** Runs, the latest first. */
  runs(limit: number): Promise<readonly RunRow[]> {
    return this.selectRuns((sql) => sql.selectRuns("state <> 'preparing'", ` LIMIT ${limit}`));
  }

  async run(runId: string): Promise<RunRow | undefined> {
    const [run] = await this.selectRuns((sql) => sql.selectRuns(sql.is('run_id', runId)));
    return run;
  }

  /** Runs that have not ended, those included that are about to begin. */
  open(): Promise<readonly RunRow[]> {
    return this.selectRuns((sql) => sql.selectRuns("state IN ('preparing', 'running')"));
  }

  tenants(runId: string): Promise<readonly TenantRow[]> {
    return this.with(async (sql, runner) => (await select(runner, sql.selectTenants(runId))).map(tenantRowOf));
  }

  /**
   * Writes a run before its tenants, so that nobody else begins the same.
   *
   * @returns false where somebody has been faster
   */
  insert(run: NewRun): Promise<boolean> {
    return this.with(async (sql, runner) => {
      try {
        await runner.query(sql.insertRun(run));
        return true;
      } catch (error) {
        const [taken] = await select(runner, sql.selectRuns(sql.is('slot', run.slot)));
        if (taken === undefined) throw error;
        return false;
      }
    });
  }

  /** Writes the tenants of a new run, and that it begins. */
  begin(runId: string, tenants: readonly NewTenant[]): Promise<void> {
    return this.with(async (sql, runner) => {
      for (let start = 0; start < tenants.length; start += CHUNK) {
        await runner.query(sql.insertTenants(runId, tenants.slice(start, start + CHUNK)));
        await runner.query(sql.beat(runId));
      }
      await runner.query(sql.updateRun(runId, { state: 'running' }));
    });
  }

  /** Deletes a run that has not begun. */
  async withdraw(runId: string): Promise<void> {
    await this.with(async (sql, runner) => {
      const isPreparing = ` AND EXISTS (SELECT 1 FROM ${sql.runs} r WHERE r.run_id = ${sql.tenants}.run_id AND r.state = 'preparing')`;
      await runner.query(`DELETE FROM ${sql.tenants} WHERE ${sql.is('run_id', runId)}${isPreparing}`);
      await runner.query(`DELETE FROM ${sql.runs} WHERE ${sql.is('run_id', runId)} AND state = 'preparing'`);
    });
  }

  /**
   * Begins another attempt of a run that has ended, for some of its tenants.
   *
   * @returns false where somebody has been faster
   */
  again(
    run: RunRow,
    slot: string,
    changes: Partial<Pick<RunRow, 'waves' | 'maxFailures'>>,
    tenants: readonly NewTenant[],
  ): Promise<boolean> {
    return this.with(async (sql, runner) => {
      const attempt = run.attempt + 1;
      const columns = {
        slot,
        attempt,
        state: 'preparing',
        reason: null,
        finished_at: null,
        waves: JSON.stringify(changes.waves ?? run.waves),
        max_failures: String(changes.maxFailures ?? run.maxFailures),
      };
      await runner.query(sql.beat(run.runId));
      try {
        await runner.query(sql.updateRun(run.runId, columns, ` AND attempt = ${run.attempt} AND slot IS NULL`));
      } catch (error) {
        const [taken] = await select(runner, sql.selectRuns(sql.is('slot', slot)));
        if (taken === undefined) throw error;
        return false;
      }
      const [now] = (await select(runner, sql.selectRuns(sql.is('run_id', run.runId)))).map(runRowOf);
      if (now?.attempt !== attempt) return false;
      for (const [wave, numbers] of byWave(tenants)) {
        for (let start = 0; start < numbers.length; start += CHUNK) {
          const some = `number IN (${numbers.slice(start, start + CHUNK).join(', ')})`;
          const fresh = {
            attempt,
            wave,
            state: 'waiting',
            worker: null,
            claimed_at: null,
            tries: 0,
            code: null,
            error: null,
          };
          await runner.query(sql.updateTenants(run.runId, { ...fresh, revision: null, ms: null }, some));
        }
      }
      await runner.query(sql.updateRun(run.runId, { state: 'running' }));
      return true;
    });
  }

  /**
   * That somebody is at work on a run, and still has what they have claimed.
   *
   * @returns the run as it is
   */
  beat(runId: string, worker: string): Promise<RunRow | undefined> {
    return this.with(async (sql, runner) => {
      await runner.query(sql.beat(runId));
      await runner.query(sql.renew(runId, worker));
      const [row] = await select(runner, sql.selectRuns(sql.is('run_id', runId)));
      return row && runRowOf(row);
    });
  }

  /** Tenants of a wave that somebody may claim. */
  openTenants(runId: string, wave: number): Promise<readonly OpenTenant[]> {
    return this.with(async (sql, runner) =>
      (await select(runner, sql.selectOpen(runId, `wave = ${wave}`))).map(openTenantOf),
    );
  }

  /** Claims those of some tenants that nobody else has. */
  claim(runId: string, worker: string, numbers: readonly number[]): Promise<readonly OpenTenant[]> {
    return this.with(async (sql, runner) => {
      await runner.query(sql.claim(runId, worker, numbers));
      return (await select(runner, sql.selectClaimed(runId, worker, numbers))).map(openTenantOf);
    });
  }

  /** A tenant of a run by its id, as far as somebody may claim it. */
  openTenant(runId: string, tenant: string): Promise<OpenTenant | undefined> {
    return this.with(async (sql, runner) => {
      const [row] = await select(runner, sql.selectOpen(runId, sql.is('tenant', tenant)));
      return row && openTenantOf(row);
    });
  }

  /** How many of some tenants a run has. */
  countOf(runId: string, tenants: readonly string[]): Promise<number> {
    return this.with(async (sql, runner) => {
      let count = 0;
      for (let start = 0; start < tenants.length; start += CHUNK) {
        const [row] = await select(runner, sql.countTenants(runId, tenants.slice(start, start + CHUNK)));
        count += Number(row?.['tenants']);
      }
      return count;
    });
  }

  /** Whether somebody is migrating a tenant of a run. */
  areAtWork(runId: string): Promise<boolean> {
    return this.with(async (sql, runner) => {
      const [row] = await select(runner, sql.countAtWork(runId));
      return Number(row?.['tenants']) > 0;
    });
  }

  /** Whether there is nothing left to do for a tenant in a run: it is settled, or none of the run's. */
  isSettled(runId: string, tenant: string): Promise<boolean> {
    return this.with(async (sql, runner) => {
      const [row] = await select(runner, sql.selectTenants(runId, sql.is('tenant', tenant)));
      return row === undefined || !['waiting', 'claimed'].includes(tenantRowOf(row).state);
    });
  }

  giveBack(runId: string, worker: string, numbers: readonly number[], tried = false): Promise<void> {
    if (numbers.length === 0) return Promise.resolve();
    return this.with(async (sql, runner) => {
      await runner.query(sql.giveBack(runId, worker, numbers, tried));
    });
  }

  settle(runId: string, worker: string, settled: ReadonlyMap<number, Settled>): Promise<void> {
    return this.with(async (sql, runner) => {
      const all = [...settled];
      for (let start = 0; start < all.length; start += CHUNK) {
        await runner.query(sql.settle(runId, worker, new Map(all.slice(start, start + CHUNK))));
      }
    });
  }

  /** How many tenants are in each state, of one attempt or of all. */
  counts(runId: string, attempt?: number): Promise<readonly StateCount[]> {
    return this.with(async (sql, runner) =>
      (await select(runner, sql.counts(runId, attempt))).map(({ wave, state, tenants }) => ({
        wave: Number(wave),
        state: String(state) as StateCount['state'],
        tenants: Number(tenants),
      })),
    );
  }

  /** Tenants that failed in an attempt. */
  failures(runId: string, attempt: number): Promise<readonly TenantRow[]> {
    const failed = `attempt = ${attempt} AND state = 'failed'`;
    return this.with(async (sql, runner) => (await select(runner, sql.selectTenants(runId, failed))).map(tenantRowOf));
  }

  /** Ends a run, where nobody has: nobody begins another of its tenants. @param reason why, where not all were tried */
  end(runId: string, state: Exclude<RunRow['state'], 'running'>, reason?: string): Promise<void> {
    return this.with(async (sql, runner) => {
      const columns = { state, slot: null, reason: reason ?? null, finished_at: new Date().toISOString() };
      await runner.query(sql.updateRun(runId, columns, " AND state IN ('preparing', 'running')"));
      if (state === 'stopped') await runner.query(sql.updateTenants(runId, { state: 'notTried' }, "state = 'waiting'"));
    });
  }

  /** Forgets runs that have ended, but the latest: with thousands of tenants each takes as many rows. */
  async prune(): Promise<void> {
    const old = (await this.runs(2 * KEPT)).slice(KEPT).filter(({ state }) => state !== 'running');
    if (old.length === 0) return;
    await this.with(async (sql, runner) => {
      for (const { runId } of old) await runner.query(sql.deleteTenants(runId));
      for (const { runId } of old) await runner.query(sql.deleteRun(runId));
    });
  }

  private selectRuns(statement: (sql: RecordSql) => string): Promise<readonly RunRow[]> {
    return this.with(async (sql, runner) => (await select(runner, statement(sql))).map(runRowOf));
  }

  private with<T>(work: (sql: RecordSql, runner: QueryRunner, dialect: Dialect) => Promise<T>): Promise<T> {
    const { environment, bound } = this;
    return environment.withRunner(
      bound,
      (runner, dialect) => {
        this.sql ??= new RecordSql(dialect, versionTableOf(bound));
        return work(this.sql, runner, dialect);
      },
      ANSWER_WITHIN,
    );
  }
}

function select(runner: QueryRunner, sql: string): Promise<Rows> {
  return runner.query(sql) as Promise<Rows>;
}

function byWave(tenants: readonly NewTenant[]): ReadonlyMap<number, readonly number[]> {
  const waves = new Map<number, number[]>();
  for (const { wave, number } of tenants) {
    const numbers = waves.get(wave);
    if (numbers === undefined) waves.set(wave, [number]);
    else numbers.push(number);
  }
  return waves;
}
