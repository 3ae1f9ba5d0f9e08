import type { Effects } from '../dialects/dialect.js';
import { qualifiedKey, type QualifiedName } from '../schema/schema.model.js';
import type { SqlStatement } from '../sql/ddl/statement.js';

/** What a plan itself has created so far: nobody uses it yet, so that locks of it, and work on it, keep nobody waiting. */
export class NewObjects {
  private readonly keys = new Set<string>();

  /** @param ownSchema the schema of names without one */
  constructor(private readonly ownSchema = 'public') {}

  /** Whether the plan has created it. */
  has(name: QualifiedName): boolean {
    return this.keys.has(this.keyOf(name));
  }

  /** Takes a statement for done. */
  note(statements: readonly SqlStatement[]): void {
    for (const statement of statements) this.noteOne(statement);
  }

  /** What remains of the effects of a statement. */
  without(effects: Effects): Effects {
    const isOld = (name: QualifiedName): boolean => !this.has(name);
    return {
      ...effects,
      locks: effects.locks.filter(({ object, name }) => object === 'database' || isOld(name)),
      work: effects.work.filter(({ table }) => isOld(table)),
      loses: effects.loses.filter(({ name }) => isOld(name)),
      fails: effects.fails.filter(({ table }) => isOld(table)),
      breaks: effects.breaks.filter(({ name }) => isOld(name)),
    };
  }

  private noteOne(statement: SqlStatement): void {
    switch (statement.kind) {
      case 'createTable':
        // With IF NOT EXISTS it may be old.
        if (statement.ifNotExists !== true) this.add(statement.table);
        break;
      case 'create':
        if (statement.name !== undefined && /VIEW|SEQUENCE/.test(statement.object)) this.add(statement.name);
        break;
      case 'createIndex':
        if (statement.index !== undefined && statement.ifNotExists !== true) this.add(statement.index);
        break;
      case 'drop':
        for (const name of statement.names) this.keys.delete(this.keyOf(name));
        break;
      case 'alterTable':
        for (const action of statement.actions) {
          if (action.action === 'renameTable') this.rename(statement.table, { ...statement.table, name: action.to });
        }
        break;
      case 'rename': {
        const { name, to, isMove } = statement;
        this.rename(name, isMove ? { schema: to, name: name.name } : { ...name, name: to });
        break;
      }
      default:
    }
  }

  private add(name: QualifiedName): void {
    this.keys.add(this.keyOf(name));
  }

  private rename(from: QualifiedName, to: QualifiedName): void {
    if (this.keys.delete(this.keyOf(from))) this.add(to);
  }

  private keyOf({ schema, name }: QualifiedName): string {
    return qualifiedKey(schema === undefined || schema === this.ownSchema ? { name } : { schema, name });
  }
}
