import type { Dialect } from '../../dialects/dialect.js';
import { MigrateError } from '../../errors/migrate.error.js';
import { applyWith } from '../../operations/apply/apply.js';
import type { Operation } from '../../operations/operation.js';
import { qualifiedKey, type QualifiedName, type SchemaModel, type TableModel } from '../../schema/schema.model.js';

/** The schema that a database has after the operations of a run so far, of which none is done. It is read when it is first asked for. */
export class FoldedSchema {
  private readonly waiting: Operation[] = [];
  private folded: SchemaModel | undefined;

  constructor(
    private readonly dialect: Pick<Dialect, 'sqlRules'>,
    private readonly read: () => Promise<SchemaModel>,
  ) {}

  add(operation: Operation): void {
    this.waiting.push(operation);
  }

  async now(): Promise<SchemaModel> {
    const start = this.folded ?? (await this.read());
    this.folded = this.waiting.splice(0).reduce((schema, operation) => this.fold(schema, operation), start);
    return this.folded;
  }

  /** A table; undefined where it is not known, since raw SQL makes it. */
  async table(name: QualifiedName): Promise<TableModel | undefined> {
    const { tables } = await this.now();
    return tables.find((table) => qualifiedKey(table) === qualifiedKey(name));
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
