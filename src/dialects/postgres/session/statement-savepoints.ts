import type { QueryRunner } from 'typeorm';
import { POSTGRES_SQL } from '../../../sql/rules.js';
import { beginsWith } from '../../../sql/statements.js';
import type { GroupPart } from '../../sessions.js';
import { type DriverResult, NO_RESULT, type SharedMessages } from './shared-messages.js';
import { sqlState, sqlStates } from './sql-state.js';

const STATEMENT = 'nestjs_migrate_statement';
/** Inside a group of statements: `STATEMENT` is then where the group began. */
const PART = 'nestjs_migrate_part';

/** The beginnings of statements that control transactions: no savepoint can be set around them. */
const TRANSACTION_CONTROL = [
  ...['BEGIN', 'START', 'COMMIT', 'END', 'ROLLBACK', 'ABORT', 'SAVEPOINT', 'RELEASE', 'PREPARE'].map((verb) => [verb]),
  ['SET', 'TRANSACTION'],
];
/** Whether no savepoint can be set around a statement, since it sets, releases or undoes one, or begins or ends a transaction. */
export function controlsTransaction(sql: string): boolean {
  return TRANSACTION_CONTROL.some((words) => beginsWith(sql, POSTGRES_SQL, ...words));
}

const CONTROL_VERB = /\b(?:BEGIN|START|COMMIT|END|ROLLBACK|ABORT|SAVEPOINT|RELEASE|PREPARE)\b/i;

/** Whether SQL of one or several statements may control transactions; true in doubt. */
function mayControl(sql: string): boolean {
  return controlsTransaction(sql) || (/;\s*\S/.test(sql) && CONTROL_VERB.test(sql));
}

/** A statement, and how it is sent through the query runner that it belongs to. */
export interface Sending {
  readonly sql: string;
  readonly hasParameters: boolean;
  readonly send: () => Promise<unknown>;
  /** Its place among statements that are undone together. */
  readonly part?: GroupPart;
}

/**
 * `fresh`: set behind the last statement. `stale`: others have run since, and set no savepoint. `unknown`: it may not exist, or
 * have others inside it.
 */
type SavepointState = 'fresh' | 'stale' | 'unknown';

/**
 * The savepoints to which a statement is undone that fails, so that the transaction can go on.
 *
 * One is always set ahead: the message of a statement releases the savepoint before it and sets that for the next one. It comes
 * behind the statement and not before it, since of a message that does not parse nothing is run.
 */
export class StatementSavepoints {
  /** The savepoint to which the next statement is undone: one of these, or that which ends a batch. */
  private name = STATEMENT;
  private state: SavepointState = 'unknown';
  /** The savepoint at which a group of statements began. */
  private groupBegin: string | undefined;
  private unlisten: (() => void) | undefined;

  constructor(
    private readonly runner: QueryRunner,
    private readonly messages: SharedMessages | undefined,
  ) {
    this.unlisten = messages?.listen((sql) => this.noteOther(sql));
  }

  /** Runs a statement of the open transaction; when it fails it is undone, unless the transaction had failed before. */
  async attempt(sending: Sending): Promise<void> {
    const isInside = sending.part === 'next' || sending.part === 'last';
    if (!isInside) this.groupBegin = undefined;
    if (!isInside && this.name === PART) this.set(STATEMENT, 'unknown');
    await this.ensure();
    const { name } = this;
    if (sending.part === 'first') this.groupBegin = name;
    try {
      await (this.messages === undefined || sending.hasParameters ? this.sendAlone(sending) : this.sendAhead(sending));
    } catch (error) {
      if (sqlState(error) === sqlStates.failedTransaction) this.groupBegin = undefined;
      else await this.undoTo(name);
      throw error;
    }
  }

  /** Undoes the statements of a group, unless the transaction had failed before it. */
  async undoGroup(): Promise<void> {
    const { groupBegin } = this;
    this.groupBegin = undefined;
    if (groupBegin !== undefined) await this.undoTo(groupBegin);
  }

  /**
   * Sends statements of the session itself as one message. A savepoint that the last one sets serves the next statement too.
   *
   * @param first sends the first of them
   * @returns the results of the others; undefined where the driver takes each as a message
   */
  async batch(
    statements: readonly string[],
    first: () => Promise<unknown>,
  ): Promise<readonly DriverResult[] | undefined> {
    if (this.messages === undefined) return undefined;
    const [sql = '', ...others] = statements;
    for (const statement of statements) this.noteOther(statement);
    const results = await this.messages.carry(sql, others, first);
    const savepoint = /^SAVEPOINT (\w+)$/.exec(statements.at(-1) ?? '')?.[1];
    if (savepoint !== undefined) this.set(savepoint, 'fresh');
    return results;
  }

  /** Stops sharing messages. */
  close(): void {
    this.unlisten?.();
    if (this.unlisten !== undefined) this.messages?.remove();
    this.unlisten = undefined;
  }

  private async sendAlone(sending: Sending): Promise<void> {
    const next = nextOf(sending.part);
    const released = this.releasedBy(sending.part);
    await sending.send();
    if (this.messages !== undefined) {
      this.set(released ?? next, released === next ? 'stale' : 'unknown');
      return;
    }
    if (released !== undefined) await this.command('RELEASE SAVEPOINT', released);
    this.set(next, 'unknown');
  }

  /** Sends a statement with the savepoint for the next one behind it. */
  private async sendAhead({ sql, send, part }: Sending): Promise<void> {
    const { name } = this;
    const next = nextOf(part);
    const released = this.releasedBy(part);
    const followers = [...(released === undefined ? [] : [`RELEASE SAVEPOINT ${released}`]), `SAVEPOINT ${next}`];
    // Before it is sent: what others send meanwhile comes behind it.
    this.set(next, 'fresh');
    await this.messages?.carry(sql, followers, send, (error, query) => {
      if (isMissing(error, released ?? next)) {
        this.set(next, 'unknown');
        return NO_RESULT;
      }
      if (sqlState(error) !== sqlStates.syntaxError) throw error;
      this.set(next, released === next ? 'stale' : 'unknown');
      return again(sql, name, error, query);
    });
  }

  /** The savepoint that the end of a statement releases: the innermost of its own kind, and never that of a batch. */
  private releasedBy(part: GroupPart | undefined): string | undefined {
    switch (part) {
      case 'first':
        return undefined;
      case 'next':
        return PART;
      case 'last':
        return this.groupBegin === STATEMENT ? STATEMENT : PART;
      case undefined:
        return this.name === STATEMENT ? STATEMENT : undefined;
    }
  }

  /** Sets the savepoint, unless it is set already. */
  private async ensure(): Promise<void> {
    const { name, state } = this;
    if (state === 'fresh') return;
    const own = name === PART ? PART : STATEMENT;
    const setting = `SAVEPOINT ${own}`;
    const isReplaced = state === 'stale' && name === own;
    const [sql = setting, ...followers] = isReplaced ? [`RELEASE SAVEPOINT ${own}`, setting] : [setting];
    if (this.messages === undefined) {
      await this.runner.query(sql);
      return;
    }
    this.set(own, 'fresh');
    try {
      await this.messages.carry(sql, followers, () => this.runner.query(sql));
    } catch (error) {
      this.set(own, 'unknown');
      throw error;
    }
  }

  private async undoTo(name: string): Promise<void> {
    const isThere = await this.command('ROLLBACK TO SAVEPOINT', name);
    this.set(name, isThere && this.messages !== undefined ? 'fresh' : 'unknown');
  }

  /**
   * Releases or rolls back to a savepoint. It no longer exists when the statement has ended the transaction, which the run detects
   * and reports itself.
   *
   * @returns whether it exists
   */
  private async command(command: string, name: string): Promise<boolean> {
    try {
      await this.runner.query(`${command} ${name}`);
      return true;
    } catch (error) {
      if (!isMissing(error, name)) throw error;
      return false;
    }
  }

  private set(name: string, state: SavepointState): void {
    this.name = name;
    this.state = state;
  }

  private noteOther(sql: string): void {
    if (mayControl(sql)) this.state = 'unknown';
    else if (this.state === 'fresh') this.state = 'stale';
  }
}

/** The savepoint for what follows a statement. */
function nextOf(part: GroupPart | undefined): string {
  return part === 'first' || part === 'next' ? PART : STATEMENT;
}

/**
 * Sends a statement by itself after its message was refused for its syntax. The error is about the text that was sent: for a
 * statement that is not complete it would name what followed.
 */
async function again(
  sql: string,
  savepoint: string,
  refusal: unknown,
  query: (sql: string) => Promise<unknown>,
): Promise<unknown> {
  try {
    await query(`ROLLBACK TO SAVEPOINT ${savepoint}`);
  } catch {
    throw refusal;
  }
  return query(sql);
}

/** Whether an error is about the savepoint, which is gone with its transaction. */
function isMissing(error: unknown, name: string): boolean {
  const state = sqlState(error);
  if (state === sqlStates.noSuchSavepoint) return String((error as Error).message).includes(name);
  return state === sqlStates.noActiveTransaction;
}
