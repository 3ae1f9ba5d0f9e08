import type { Dialect, Statement, StatementGuard } from '../../dialects/dialect.js';
import { visibleInLine } from '../../errors/visible.js';
import { inlineParameters } from '../../sql/parameters.js';
import { terminated } from '../../sql/statements.js';
import type { ScriptOutput } from './script-output.js';

/** A part of a script that is one transaction, or is outside of any. */
interface Part {
  readonly isTransaction: boolean;
  readonly items: string[];
  /** Those of the items that are statements of revisions. */
  readonly statements: string[];
}

/** The text of a script: each statement, comment, BEGIN and COMMIT followed by one empty line. */
export class ScriptText implements ScriptOutput {
  private readonly parts: Part[] = [newPart(false)];
  private readonly preludes = new Set<string>();
  /** The guard of the open transaction. */
  private guard: StatementGuard | undefined;

  constructor(private readonly dialect: Dialect) {}

  /** Adds a comment of one line, whatever is in the text: after a line break it would be a statement. */
  comment(text: string): void {
    this.part.items.push(`-- ${visibleInLine(text)}`);
  }

  statement(sql: string, parameters: readonly unknown[] = []): void {
    if (sql.trim() === '') return;
    const text = inlineParameters(sql, parameters, (value) => this.dialect.literal(value), this.dialect.sqlRules);
    this.part.items.push(this.dialect.scriptFrames.ended?.(text) ?? this.terminated(text));
  }

  /**
   * Adds a statement of a revision, after what has to run before it.
   *
   * @param byHand whether a person wrote it, so that it may do anything
   */
  change(statement: Statement, byHand: boolean): void {
    const { sql, parameters, prelude } = statement;
    if (prelude !== undefined && !this.preludes.has(prelude)) {
      this.preludes.add(prelude);
      this.statement(prelude);
    }
    for (const before of this.guard?.(statement, byHand) ?? []) this.statement(before);
    const [zoned, restored] = (statement.inApplicationZone && this.dialect.scriptFrames.inApplicationZone) || [];
    if (zoned !== undefined) this.statement(zoned);
    this.statement(sql, parameters);
    if (restored !== undefined) this.statement(restored);
    this.part.statements.push(sql);
  }

  begin(): void {
    this.guard = this.dialect.scriptFrames.inside?.();
    this.parts.push(newPart(true));
  }

  commit(): void {
    this.guard = undefined;
    this.parts.push(newPart(false));
  }

  toString(): string {
    return this.parts
      .flatMap((part) => this.framed(part))
      .map((item) => `${item}\n\n`)
      .join('');
  }

  private terminated(sql: string): string {
    return terminated(sql, this.dialect.sqlRules);
  }

  private get part(): Part {
    return this.parts.at(-1) as Part;
  }

  /** How a part begins and ends depends on all of its statements. */
  private framed({ isTransaction, items, statements }: Part): readonly string[] {
    const { scriptFrames } = this.dialect;
    if (isTransaction) {
      const { begin, commit } = scriptFrames.transaction(statements);
      return [this.terminated(begin), ...items, this.terminated(commit)];
    }
    const before = statements.length === 0 ? '' : scriptFrames.outside(statements);
    return before === '' ? items : [this.terminated(before), ...items];
  }
}

function newPart(isTransaction: boolean): Part {
  return { isTransaction, items: [], statements: [] };
}
