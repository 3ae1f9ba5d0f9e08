import type { Dialect, Statement } from '../dialects/dialect.js';
import { inlineParameters } from '../sql/parameters.js';
import { isDdl, terminated } from './sql-text.js';

/** The text of a script: each statement, comment, BEGIN and COMMIT followed by one empty line. */
export class ScriptText {
  private readonly items: string[] = [];
  private readonly preludes = new Set<string>();
  /** Rows were written in the open transaction, whose checks may wait for its end. */
  private checksWait = false;

  constructor(private readonly dialect: Dialect) {}

  comment(text: string): void {
    this.items.push(`-- ${text}`);
  }

  statement(sql: string, parameters: readonly unknown[] = []): void {
    if (sql.trim() === '') return;
    this.items.push(terminated(inlineParameters(sql, parameters, (value) => this.dialect.literal(value))));
  }

  /**
   * A statement of a revision, after what has to run before it.
   *
   * @param byHand it was written by a person, and may do anything
   */
  change({ sql, parameters, prelude }: Statement, byHand: boolean): void {
    if (prelude !== undefined && !this.preludes.has(prelude)) {
      this.preludes.add(prelude);
      this.statement(prelude);
    }
    if (this.checksWait && (isDdl(sql) || prelude !== undefined)) {
      for (const settle of this.dialect.settleChecks) this.statement(settle);
      this.checksWait = false;
    }
    this.statement(sql, parameters);
    this.checksWait ||= byHand ? !isDdl(sql) : /^(?:INSERT|UPDATE)\b/.test(sql);
  }

  begin(): void {
    this.checksWait = false;
    this.statement(this.dialect.capabilities.begin);
  }

  commit(): void {
    this.statement(this.dialect.capabilities.commit);
  }

  toString(): string {
    return this.items.map((item) => `${item}\n\n`).join('');
  }
}
