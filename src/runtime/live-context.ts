import type { CompileContext, Dialect } from '../dialects/dialect.js';
import { UnknownTableError } from '../errors/operations.errors.js';
import { qualifiedKey, type QualifiedName, type SchemaModel, type TableModel } from '../schema/schema.model.js';
import type { QueryRunner } from 'typeorm';

/** What compiling looks up in the live catalog, which is read at most once between two statements. */
export class LiveContext implements CompileContext {
  readonly offline = false;
  readonly kept = new Map<string, unknown>();
  private readonly read = new Map<string, Promise<SchemaModel>>();

  constructor(
    private readonly dialect: Dialect,
    private readonly runner: QueryRunner,
    private readonly exclude: readonly QualifiedName[],
    readonly ownSchema?: string,
    readonly notice?: (message: string) => void,
    readonly asked?: Set<string>,
  ) {}

  /** Drops what was read. To be called when a statement has run, which may have changed it. */
  forget(): void {
    this.read.clear();
  }

  async table(name: QualifiedName): Promise<TableModel> {
    const schemas = name.schema === undefined ? [] : [name.schema];
    const { tables } = await this.reflect(schemas, [name.name]);
    const table = tables.find((candidate) => qualifiedKey(candidate) === qualifiedKey(name));
    if (table !== undefined) return table;
    throw new UnknownTableError(name, (await this.reflect(schemas)).tables);
  }

  schema(): Promise<SchemaModel> {
    return this.reflect([]);
  }

  async operations(): Promise<readonly []> {
    return [];
  }

  async query(sql: string, parameters: readonly unknown[] = []): Promise<readonly Record<string, unknown>[]> {
    return (await this.runner.query(sql, [...parameters])) as Record<string, unknown>[];
  }

  private reflect(schemas: readonly string[], tables?: readonly string[]): Promise<SchemaModel> {
    const key = JSON.stringify([schemas, tables]);
    const earlier = this.read.get(key);
    if (earlier !== undefined) return earlier;
    const reading = this.dialect.reflect(this.runner, {
      schemas,
      exclude: this.exclude,
      ...(tables === undefined ? {} : { tables }),
    });
    this.read.set(key, reading);
    return reading;
  }
}
