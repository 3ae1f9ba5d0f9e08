import type { TransactionPolicy } from '../../dialects/dialect.js';
import { beginsWith } from '../../sql/statements.js';
import { codeTokens } from '../../sql/scanner.js';
import { parseStatements } from '../../sql/ddl/parse.js';
import type { SqlStatement } from '../../sql/ddl/statement.js';
import type { SqlRules } from '../../sql/rules.js';
import type { Entry } from '../journal/revision-journal.js';

/** A savepoint, and how many entries are before it. */
interface Savepoint {
  readonly name: string;
  readonly at: number;
}

/**
 * The transactions and savepoints that a revision begins itself, by SQL or by TypeORM, with the entries of the statements in them:
 * what is rolled back was not done.
 */
export class OwnTransactions {
  /** Whether the revision has begun a transaction by SQL, of which TypeORM knows nothing. */
  isOpen = false;
  private entries: Entry[] = [];
  private readonly savepoints: Savepoint[] = [];
  /** Whether a savepoint began the transaction, as on SQLite: its release then commits. */
  private isOfSavepoint = false;

  constructor(
    private readonly rules: SqlRules,
    private readonly policy: TransactionPolicy,
  ) {}

  add(entry: Entry): void {
    this.entries.push(entry);
  }

  /** Whether a statement commits the transaction that is open. With the policy `rows` a BEGIN does so too. */
  commits(sql: string): boolean {
    if (this.isAny(sql, 'COMMIT', 'END')) return true;
    if (this.policy === 'rows') return this.isAny(sql, 'BEGIN', 'START');
    return this.isOfSavepoint && this.isAny(sql, 'RELEASE') && this.indexOf(sql) === 0;
  }

  /** Whether a text has the COMMIT of a transaction among other statements, which are then committed with it. */
  commitsAmongOthers(sql: string): boolean {
    if (!/\bcommit\b|;\s*end\b/i.test(sql)) return false;
    const statements = parseStatements(sql, this.rules);
    const isEnd = (one: SqlStatement): boolean => one.kind === 'transaction' && ['COMMIT', 'END'].includes(one.verb);
    return statements.some(isEnd) && statements.some(({ kind }) => kind !== 'transaction');
  }

  /** Whether a statement may commit the transaction that is open, as one that locks tables does with the policy `rows`. */
  mayCommit(sql: string): boolean {
    if (this.policy !== 'rows') return false;
    const [verb, ...rest] = codeTokens(sql, this.rules, 8);
    if (verb?.is('SET')) return rest.some((token) => token.is('AUTOCOMMIT'));
    return verb?.is('LOCK') === true || verb?.is('UNLOCK') === true;
  }

  /** Whether a statement ends the transaction so that another one can commit it, at any time. */
  prepares(sql: string): boolean {
    return this.isOpen && beginsWith(sql, this.rules, 'PREPARE', 'TRANSACTION');
  }

  /**
   * Follows a statement that has been sent.
   *
   * @param outside whether the revision is outside the transaction of its run
   * @returns the entries that it has undone
   */
  follow(sql: string, outside: boolean): readonly Entry[] {
    if (this.commits(sql)) {
      this.ended();
      this.isOpen = this.isAny(sql, 'BEGIN', 'START') || this.isChained(sql);
      return [];
    }
    if (this.isAny(sql, 'ROLLBACK', 'ABORT')) return this.undo(sql);
    if (this.isAny(sql, 'BEGIN', 'START')) this.begun(outside);
    else if (this.isAny(sql, 'SAVEPOINT')) this.addSavepoint(sql, outside);
    else if (this.isAny(sql, 'RELEASE')) this.cut(this.indexOf(sql));
    return [];
  }

  /** Forgets a transaction that is committed. */
  ended(): void {
    this.isOpen = false;
    this.isOfSavepoint = false;
    this.entries = [];
    this.savepoints.length = 0;
  }

  /** Forgets a transaction that is rolled back. @returns the entries in it */
  undone(): readonly Entry[] {
    const { entries } = this;
    this.ended();
    return entries;
  }

  /** A BEGIN inside a transaction changes nothing. */
  private begun(outside: boolean): void {
    if (!outside || this.isOpen) return;
    this.ended();
    this.isOpen = true;
  }

  private addSavepoint(sql: string, outside: boolean): void {
    if (outside && !this.isOpen && this.policy === 'whole') {
      this.begun(outside);
      this.isOfSavepoint = true;
    }
    this.savepoints.push({ name: this.savepointOf(sql), at: this.entries.length });
  }

  /** Whether a statement rolls back the whole transaction. */
  rollsBack(sql: string): boolean {
    return this.isAny(sql, 'ROLLBACK', 'ABORT') && !codeTokens(sql, this.rules, 3).some((token) => token.is('TO'));
  }

  private undo(sql: string): readonly Entry[] {
    if (!this.rollsBack(sql)) {
      const index = this.indexOf(sql);
      const at = this.savepoints[index]?.at ?? this.entries.length;
      // The savepoint itself stays.
      this.cut(index === -1 ? -1 : index + 1);
      return this.entries.splice(at);
    }
    const undone = this.undone();
    this.isOpen = this.isChained(sql);
    return undone;
  }

  /** Whether the end of a transaction begins another one. */
  private isChained(sql: string): boolean {
    const code = codeTokens(sql, this.rules, 5);
    return code.some((token) => token.is('CHAIN')) && !code.some((token) => token.is('NO'));
  }

  /** Forgets the savepoints from an index on, unless it is -1. */
  private cut(index: number): void {
    if (index !== -1) this.savepoints.splice(index);
  }

  private isAny(sql: string, ...verbs: readonly string[]): boolean {
    return verbs.some((verb) => beginsWith(sql, this.rules, verb));
  }

  /** The index of the savepoint that a statement names; -1 where it is not known. */
  private indexOf(sql: string): number {
    const name = this.savepointOf(sql);
    return this.savepoints.findLastIndex((savepoint) => savepoint.name === name);
  }

  /** The name at the end of SAVEPOINT, RELEASE and ROLLBACK TO. */
  private savepointOf(sql: string): string {
    const token = codeTokens(sql, this.rules).findLast(({ isName }) => isName);
    return (token?.kind === 'quoted' ? token.value : token?.value.toLowerCase()) ?? '';
  }
}
