import type { CompileContext } from '../../dialects/dialect.js';
import { MigrateError } from '../../errors/migrate.error.js';
import { ScriptTableError } from '../../errors/script.errors.js';
import { applyWith } from '../../operations/apply/apply.js';
import type { Operation } from '../../operations/operation.js';
import {
  displayName,
  emptySchema,
  qualifiedKey,
  type QualifiedName,
  type SchemaModel,
  type TableModel,
} from '../../schema/schema.model.js';
import type { SqlRules } from '../../sql/rules.js';
import { tablesChangedBy } from '../../sql/statements.js';

/**
 * The tables as compiling sees them where there is no database: the operations of the earlier revisions and of the
 * script so far, folded. Folding waits until something asks, since most statements do not depend on it.
 */
export class ScriptContext implements CompileContext {
  readonly offline = true;
  readonly kept = new Map<string, unknown>();
  private readonly waiting: Operation[] = [];
  /** Those that are folded. */
  private readonly done: Operation[] = [];
  /** Tables that stand differently from what the operations say, in lower case. */
  private readonly changedByRawSql = new Set<string>();
  private folded: SchemaModel | undefined;

  /** @param replay the operations of the revisions before the script */
  constructor(
    private readonly replay: () => Promise<readonly Operation[]>,
    private readonly rules: SqlRules,
    readonly ownSchema?: string,
  ) {}

  /** Notes an operation that the script now holds. */
  add(operation: Operation): void {
    this.waiting.push(operation);
  }

  async table(name: QualifiedName): Promise<TableModel> {
    const { tables } = await this.schema();
    if (this.changedByRawSql.has(name.name.toLowerCase())) {
      throw new ScriptTableError(displayName(name), 'raw SQL changes it.');
    }
    const table = tables.find((candidate) => qualifiedKey(candidate) === qualifiedKey(name));
    if (table === undefined) {
      throw new ScriptTableError(
        displayName(name),
        'no operation of the script or of the revisions before it makes it.',
      );
    }
    return table;
  }

  async schema(): Promise<SchemaModel> {
    if (this.folded === undefined) this.waiting.unshift(...(await this.replay()));
    this.folded = this.waiting.reduce((schema, operation) => this.fold(schema, operation), this.folded ?? emptySchema);
    this.done.push(...this.waiting.splice(0));
    return this.folded;
  }

  async operations(): Promise<readonly Operation[]> {
    await this.schema();
    return this.done;
  }

  async query(): Promise<readonly Record<string, unknown>[]> {
    return [];
  }

  private fold(schema: SchemaModel, operation: Operation): SchemaModel {
    if (operation.kind === 'execute') {
      for (const table of tablesChangedBy(operation.sql, this.rules)) this.changedByRawSql.add(table.toLowerCase());
    } else if (operation.kind === 'createTable') {
      this.changedByRawSql.delete(operation.table.name.toLowerCase());
    }
    try {
      return applyWith(this.rules)(schema, operation);
    } catch (error) {
      // About something that raw SQL made: nobody may ever ask for it, and who does is refused.
      if (error instanceof MigrateError) return schema;
      throw error;
    }
  }
}
