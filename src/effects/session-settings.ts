import type { SqlStatement } from '../sql/ddl/statement.js';

/** What the statements of a run have set in its session so far: a time zone, whether foreign keys are looked up. */
export class SessionSettings {
  private values = new Map<string, string>();

  /** Takes a statement for done. */
  note(statement: SqlStatement): void {
    if (statement.kind === 'block') statement.statements.forEach((each) => this.note(each));
    if (statement.kind !== 'set') return;
    this.values = new Map(this.values).set(statement.setting.toLowerCase(), statement.value.replace(/^'(.*)'$/s, '$1'));
  }

  /** What `EffectFacts` has of it. */
  get facts(): { readonly settings?: ReadonlyMap<string, string>; readonly timeZone?: string } {
    if (this.values.size === 0) return {};
    const timeZone = this.values.get('timezone') ?? this.values.get('time_zone');
    return { settings: this.values, ...(timeZone !== undefined && { timeZone }) };
  }
}
