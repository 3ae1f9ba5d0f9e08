import type { Dialect } from '../../dialects/dialect.js';
import { MigrateError } from '../../errors/migrate.error.js';
import { applyWith } from '../../operations/apply/apply.js';
import type { Operation } from '../../operations/operation.js';
import { qualifiedKey, type QualifiedName, type SchemaModel, type TableModel } from '../../schema/schema.model.js';

/**
 * The schema that a database has after the operations of a run so far, of which none is done. It is read when it is first asked for, and
 * once more when a table of another schema is.
 */
export class FoldedSchema {
  private readonly done: Operation[] = [];
  private readonly waiting: Operation[] = [];
  private readonly schemas: string[] = [];
  private folded: SchemaModel | undefined;

  /** @param read reads the own schema, and others by their names */
  constructor(
    private readonly dialect: Pick<Dialect, 'sqlRules'>,
    private readonly read: (schemas: readonly string[]) => Promise<SchemaModel>,
  ) {}

  /** Another one that knows the same so far. */
  copy(): FoldedSchema {
    const copy = new FoldedSchema(this.dialect, this.read);
    copy.done.push(...this.done);
    copy.waiting.push(...this.waiting);
    copy.schemas.push(...this.schemas);
    copy.folded = this.folded;
    return copy;
  }

  add(operation: Operation): void {
    this.waiting.push(operation);
  }

  async now(): Promise<SchemaModel> {
    const start = this.folded ?? this.foldAll(await this.read(this.schemas), this.done);
    const added = this.waiting.splice(0);
    this.done.push(...added);
    this.folded = this.foldAll(start, added);
    return this.folded;
  }

  /** A table; undefined where it is not known, since raw SQL makes it. */
  async table(name: QualifiedName): Promise<TableModel | undefined> {
    if (name.schema !== undefined && !this.schemas.includes(name.schema)) {
      this.schemas.push(name.schema);
      this.folded = undefined;
    }
    const { tables } = await this.now();
    return tables.find((table) => qualifiedKey(table) === qualifiedKey(name));
  }

  private foldAll(start: SchemaModel, operations: readonly Operation[]): SchemaModel {
    return operations.reduce((schema, operation) => this.fold(schema, operation), start);
  }

  private fold(schema: SchemaModel, operation: Operation): SchemaModel {
    try {
      return applyWith(this.dialect.sqlRules)(schema, operation);
    } catch (error) {
      // It is about something that raw SQL makes.
      if (error instanceof MigrateError) return schema;
      throw error;
    }
  }
}
