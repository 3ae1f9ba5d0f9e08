import type { EntityManager, QueryRunner } from 'typeorm';
import { isNamed, pathsIn } from '../../../../sql/paths.js';
import { POSTGRES_SQL } from '../../../../sql/rules.js';
import { codeTokens } from '../../../../sql/scanner.js';
import { beginsWith } from '../../../../sql/statements.js';
import { ownManager } from '../../../common/own-manager.js';
import { RunnerBusyError } from '../../../../errors/waiting.errors.js';
import { UnqualifiedNamesError } from '../../errors.js';
import type { Lease } from '../lease/lease.js';
import { loneStatement } from '../lone-statement.js';
import { controlsTransaction } from '../transaction-control.js';
import { settingStatement } from '../settings.js';
import { sqlState, sqlStates } from '../sql-state.js';

/** The runners of a session. */
interface Runners {
  /** For the transactions around statements, which the application's logger does not see. */
  readonly runner: QueryRunner;
  /** The same connection, for the statements themselves. */
  readonly revisionRunner: QueryRunner;
}

/** Those that the next transaction of a session is to have. */
export interface TransactionSettings {
  next: Readonly<Record<string, string>>;
}

/** What has to hold for a statement without a transaction. */
interface Conditions {
  /** Absent where the run takes no lock. */
  readonly lease: Lease | undefined;
  /** The schema of the data source, where the connection does not look into it first by itself. */
  readonly schema: string | undefined;
  readonly settings: TransactionSettings;
}

/**
 * The statements of revisions outside a transaction, on a connection that a pooler shares.
 *
 * Each gets a transaction of its own, since settings hold only there. What PostgreSQL refuses in a transaction is sent without, after the
 * lease is checked.
 */
export class OutsideStatements {
  /** The query runner of revisions. */
  readonly view: QueryRunner;
  /** That of the run itself: it writes nothing outside a transaction, whose end checks the lease. */
  readonly ownView: QueryRunner;
  /** Whether a BEGIN in SQL has begun a transaction, of which TypeORM does not know. */
  private isOpen = false;

  constructor(
    private readonly runners: Runners,
    private readonly conditions: Conditions,
  ) {
    const { runner, revisionRunner } = runners;
    const query = (...args: Parameters<QueryRunner['query']>): Promise<unknown> =>
      this.run(args[0], () => revisionRunner.query(...args));
    // Who watches the statements of the view sets its `query`: on the runner itself, the view would call that and be called by it.
    let watched: unknown;
    const view: QueryRunner = new Proxy(revisionRunner, {
      set: (target, name, value) => {
        if (name !== 'query') return Reflect.set(target, name, value);
        watched = value;
        return true;
      },
      // To define it again is to end the watch.
      defineProperty: (target, name, property) => {
        if (name !== 'query') return Reflect.defineProperty(target, name, property);
        watched = undefined;
        return true;
      },
      deleteProperty: (target, name) => {
        if (name !== 'query') return Reflect.deleteProperty(target, name);
        watched = undefined;
        return true;
      },
      get: (target, name, receiver) => {
        if (name === 'query') return watched ?? query;
        return name === 'manager' ? manager : (Reflect.get(target, name, receiver) as unknown);
      },
    });
    const manager: EntityManager = ownManager(revisionRunner.connection, view);
    this.view = view;
    const fenced = conditions.schema === undefined ? WRITES : READS_AND_WRITES;
    const ownQuery = async (...args: Parameters<QueryRunner['query']>): Promise<unknown> => {
      const isFree = !revisionRunner.isTransactionActive && !this.isOpen;
      const send = (): Promise<unknown> => runner.query(...args);
      const isFenced = isFree && conditions.lease?.isHeld === true && fenced.test(args[0]);
      return isFenced ? this.inTransaction(send) : send();
    };
    this.ownView = new Proxy(runner, {
      get: (target, name, receiver) => (name === 'query' ? ownQuery : (Reflect.get(target, name, receiver) as unknown)),
    });
  }

  /**
   * Checks what cannot run in a transaction, before it is sent.
   *
   * @throws UnqualifiedNamesError, LeaseLostError
   */
  async check(sql: string): Promise<void> {
    const { lease, schema } = this.conditions;
    const isControl = controlsTransaction(sql);
    if (schema !== undefined && !isControl && !namesSchema(sql, schema)) throw new UnqualifiedNamesError(schema, sql);
    await lease?.renew();
  }

  private async run(sql: string, send: () => Promise<unknown>): Promise<unknown> {
    if (this.runners.revisionRunner.isTransactionActive) return send();
    if (this.isOpen) return this.inside(sql, send);
    if (leavesOpen(sql, false)) return this.open(send);
    if (controlsTransaction(sql) && isSingle(sql)) return this.alone(sql, send);
    if (loneStatement(sql) !== undefined) return this.alone(sql, send);
    try {
      return await this.inTransaction(send);
    } catch (error) {
      if (!REFUSED_INSIDE.has(sqlState(error) ?? '')) throw error;
      return this.alone(sql, send);
    }
  }

  /** Sends a statement in a transaction that was begun by SQL, and before its end the check of the lease, as for every transaction. */
  private async inside(sql: string, send: () => Promise<unknown>): Promise<unknown> {
    const { lease } = this.conditions;
    const isOver = !leavesOpen(sql, true);
    if (isOver && lease?.isHeld === true && COMMITS.some((verb) => beginsWith(sql, POSTGRES_SQL, verb))) {
      await this.runners.runner.query(lease.exit).catch((error: unknown) => this.stop(error));
    }
    try {
      return await send();
    } finally {
      // A COMMIT that is refused has ended it as well.
      if (isOver) this.isOpen = false;
    }
  }

  /** Sends a BEGIN, and then what each transaction of the run begins with. @throws LeaseLostError, RunnerBusyError */
  private async open(send: () => Promise<unknown>): Promise<unknown> {
    const { lease, settings } = this.conditions;
    const { runner } = this.runners;
    await lease?.renew();
    const result = await send();
    this.isOpen = true;
    try {
      await runner.query(settingStatement(settings.next, 'transaction'));
      if (lease?.isHeld) await runner.query(lease.entry);
    } catch (error) {
      await this.stop(error);
    }
    return result;
  }

  /** Ends a transaction that was begun by SQL, whose check has failed. */
  private async stop(reason: unknown): Promise<never> {
    const { lease } = this.conditions;
    this.isOpen = false;
    await this.runners.runner.query('ROLLBACK').catch(() => undefined);
    const stop = lease?.whatStopped(reason);
    if (lease === undefined || stop === undefined) throw reason;
    throw stop === 'lost' ? await lease.lost(reason) : new RunnerBusyError(0, await lease.holder());
  }

  private async inTransaction(send: () => Promise<unknown>): Promise<unknown> {
    const { runner: own } = this.runners;
    await own.startTransaction();
    let result: unknown;
    try {
      result = await send();
    } catch (error) {
      await own.rollbackTransaction().catch(() => undefined);
      throw error;
    }
    await own.commitTransaction();
    return result;
  }

  private async alone(sql: string, send: () => Promise<unknown>): Promise<unknown> {
    await this.check(sql);
    return send();
  }
}

/** What commits a transaction. */
const COMMITS = ['COMMIT', 'END'];

/** The beginning of a statement on the tables of the run. */
const WRITES = /^(?:INSERT|UPDATE|DELETE|CREATE)\b/;

/** The same where these are found only with the settings of a transaction. */
const READS_AND_WRITES = /^\s*(?:SELECT|INSERT|UPDATE|DELETE|CREATE)\b/;

/** The errors of a statement that cannot run in a transaction, or ends its own. */
const REFUSED_INSIDE: ReadonlySet<string> = new Set([
  sqlStates.activeTransaction,
  sqlStates.invalidTransactionTermination,
]);

/** Whether a transaction is open after SQL of one statement or several. */
function leavesOpen(sql: string, wasOpen: boolean): boolean {
  const code = codeTokens(sql, POSTGRES_SQL);
  let isOpen = wasOpen;
  for (const [at, token] of code.entries()) {
    if (at > 0 && !code[at - 1]?.is(';')) continue;
    if (['BEGIN', 'START'].includes(token.keyword)) isOpen = true;
    else if (['COMMIT', 'END', 'ABORT'].includes(token.keyword)) isOpen = false;
    else if (token.is('PREPARE') && code[at + 1]?.is('TRANSACTION')) isOpen = false;
    else if (token.is('ROLLBACK')) isOpen &&= code[at + 1]?.is('TO') === true || code[at + 2]?.is('TO') === true;
  }
  return isOpen;
}

/** Whether SQL is one statement. */
function isSingle(sql: string): boolean {
  const code = codeTokens(sql, POSTGRES_SQL);
  return !code.some((token, at) => token.is(';') && at < code.length - 1);
}

/** Whether any name in SQL is qualified with this schema. */
function namesSchema(sql: string, schema: string): boolean {
  return pathsIn(codeTokens(sql, POSTGRES_SQL)).some(({ names }) => names.length > 1 && isNamed(names[0], schema));
}
