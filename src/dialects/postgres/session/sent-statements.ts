import { joined } from './shared-messages.js';

/** A statement as it was sent. */
export interface SentStatement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** So much work is sent again, ms, or text, or statements: more has a savepoint behind it, which rides with the last of them. */
const MAX_MS = 100;
const MAX_LENGTH = 64 * 1024;
const MAX_COUNT = 64;

/** After so much work, ms, a savepoint is worth a message of its own. */
const MAX_MS_ALONE = 1_000;

/** The beginnings of statements that do nothing but to the database, in the transaction. */
const REPEATABLE = /^\s*(?:CREATE|ALTER|DROP|COMMENT|GRANT|REVOKE|TRUNCATE|INSERT|UPDATE|DELETE)\b/i;

/** What works beyond the transaction. */
const BEYOND = /dblink|advisory|\blo_|\bpg_/i;

/**
 * The statements since a savepoint: to undo one that failed, all before it are sent again after a rollback to the savepoint.
 *
 * Each must be one whose effect is the same the second time, and of which nobody has seen an answer.
 */
export class SentStatements {
  private readonly statements: SentStatement[] = [];
  private ms = 0;
  private length = 0;
  private isRepeatable = true;

  get count(): number {
    return this.statements.length;
  }

  /** Whether the savepoint is so far back that the next message should set another one. */
  get isMuch(): boolean {
    return !this.isRepeatable || this.ms > MAX_MS || this.length > MAX_LENGTH || this.count > MAX_COUNT;
  }

  /** Whether another savepoint is needed before the next statement. */
  get isTooMuch(): boolean {
    return !this.isRepeatable || this.ms > MAX_MS_ALONE;
  }

  /** Adds a statement that was done. */
  add(statement: SentStatement, ms: number): void {
    this.statements.push(statement);
    this.ms += ms;
    this.length += statement.sql.length;
    this.isRepeatable &&= mayRepeat(statement.sql);
  }

  /** Adds statements of the session itself, which were one message. */
  addAll(statements: readonly string[], ms = 0): void {
    if (statements.length > 0) this.add({ sql: joined(statements), parameters: [] }, ms);
  }

  /** Removes all but the first statements. */
  cutTo(count: number): void {
    this.statements.length = Math.min(count, this.count);
  }

  /** The statements as messages: those without parameters share theirs. */
  messages(): readonly SentStatement[] {
    const messages: SentStatement[] = [];
    for (const { sql, parameters } of this.statements) {
      const last = parameters.length === 0 && messages.at(-1)?.parameters.length === 0 ? messages.pop() : undefined;
      messages.push({ sql: last === undefined ? sql : joined([last.sql, sql]), parameters });
    }
    return messages;
  }
}

/** The savepoint to which statements are undone. */
export const STATEMENT = 'nestjs_migrate_statement';
/** The same inside a group of statements, whose beginning is undone to another one. */
export const PART = 'nestjs_migrate_part';

/** A savepoint of the open transaction, and what was sent since. */
export interface Base {
  readonly name: string;
  readonly sent: SentStatements;
  /** Others have run statements since, which cannot be sent again. */
  isStale: boolean;
}

/** A savepoint that has just been set. */
export function newBase(name: string): Base {
  return { name, sent: new SentStatements(), isStale: false };
}

/** Whether a statement can be sent again after it was undone. */
export function mayRepeat(sql: string): boolean {
  return REPEATABLE.test(sql) && !BEYOND.test(sql);
}

/** What releases a savepoint that is replaced. */
export function releasing(base: Base | undefined): readonly string[] {
  return base?.name === STATEMENT ? [`RELEASE SAVEPOINT ${STATEMENT}`] : [];
}
