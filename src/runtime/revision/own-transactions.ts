import { beginsWith } from '../../sql/statements.js';
import { codeTokens } from '../../sql/scanner.js';
import type { SqlRules } from '../../sql/rules.js';
import type { Entry } from '../journal/revision-journal.js';

/**
 * The transactions and savepoints that a revision begins itself, by SQL or by TypeORM, with the entries of the statements in them:
 * what is rolled back was not done.
 */
export class OwnTransactions {
  /** Whether the revision has begun a transaction by SQL, of which TypeORM knows nothing. */
  isOpen = false;
  private entries: Entry[] = [];
  private readonly savepoints = new Map<string, number>();

  constructor(private readonly rules: SqlRules) {}

  add(entry: Entry): void {
    this.entries.push(entry);
  }

  /** Whether a statement ends a transaction by committing it. */
  commits(sql: string): boolean {
    return this.begins(sql, 'COMMIT') || this.begins(sql, 'END');
  }

  /** Whether a statement ends a transaction by committing it, or may do so where it begins another or locks tables. */
  mayCommit(sql: string): boolean {
    const [verb, ...rest] = codeTokens(sql, this.rules, 8);
    if (verb?.is('SET')) return rest.some((token) => token.is('AUTOCOMMIT'));
    return ['COMMIT', 'END', 'BEGIN', 'START', 'LOCK', 'UNLOCK'].includes(verb?.keyword ?? '');
  }

  /** Follows a statement that has been sent. @returns the entries that it has undone */
  follow(sql: string): readonly Entry[] {
    if (this.begins(sql, 'BEGIN') || this.begins(sql, 'START')) {
      this.isOpen = true;
      this.clear();
    } else if (this.begins(sql, 'SAVEPOINT')) {
      this.savepoints.set(this.savepointOf(sql), this.entries.length);
    } else if (this.commits(sql)) {
      this.isOpen = false;
      this.clear();
    } else if (this.begins(sql, 'ROLLBACK') || this.begins(sql, 'ABORT')) {
      return this.undo(sql);
    }
    return [];
  }

  private undo(sql: string): readonly Entry[] {
    if (codeTokens(sql, this.rules, 3).some((token) => token.is('TO'))) {
      return this.entries.splice(this.savepoints.get(this.savepointOf(sql)) ?? this.entries.length);
    }
    this.isOpen = false;
    const undone = this.entries;
    this.clear();
    return undone;
  }

  private begins(sql: string, ...words: readonly string[]): boolean {
    return beginsWith(sql, this.rules, ...words);
  }

  /** The name at the end of SAVEPOINT, RELEASE and ROLLBACK TO. */
  private savepointOf(sql: string): string {
    return codeTokens(sql, this.rules).findLast((token) => token.isName)?.value ?? '';
  }

  private clear(): void {
    this.entries = [];
    this.savepoints.clear();
  }
}
