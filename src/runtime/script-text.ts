import type { Dialect } from '../dialects/dialect.js';
import { inlineParameters, terminated } from './sql-text.js';

/** The text of a script: each statement, comment, BEGIN and COMMIT followed by one empty line. */
export class ScriptText {
  private readonly items: string[] = [];

  constructor(private readonly dialect: Dialect) {}

  comment(text: string): void {
    this.items.push(`-- ${text}`);
  }

  statement(sql: string, parameters: readonly unknown[] = []): void {
    if (sql.trim() === '') return;
    this.items.push(terminated(inlineParameters(sql, parameters, (value) => this.dialect.literal(value))));
  }

  begin(): void {
    this.statement(this.dialect.capabilities.begin);
  }

  commit(): void {
    this.statement(this.dialect.capabilities.commit);
  }

  toString(): string {
    return this.items.map((item) => `${item}\n\n`).join('');
  }
}
