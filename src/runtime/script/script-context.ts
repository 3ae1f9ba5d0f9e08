import type { CompileContext, ServerFacts } from '../../dialects/dialect.js';
import { MigrateError } from '../../errors/migrate.error.js';
import { ScriptTableError } from '../../errors/script.errors.js';
import { applyWith } from '../../operations/apply/apply.js';
import { withKnownObjects } from '../../operations/apply/known-objects.js';
import { enumNamed, learnedObjects } from '../../operations/apply/learned-objects.js';
import { learnedFrom } from '../../operations/apply/learned.js';
import type { Operation } from '../../operations/operation.js';
import {
  displayName,
  emptySchema,
  type EnumModel,
  qualifiedKey,
  type QualifiedName,
  type SchemaModel,
  type TableModel,
} from '../../schema/schema.model.js';
import type { SqlRules } from '../../sql/rules.js';
import { parseStatements } from '../../sql/ddl/parse.js';
import { searchPath } from '../../sql/search-path.js';
import { tablesChangedBy } from '../../sql/statements.js';

/**
 * What compiling looks up where there is no database: the schema that the operations of the earlier revisions and of the script so
 * far result in. It is computed only when asked for, since most statements do not depend on it.
 */
export class ScriptContext implements CompileContext {
  readonly offline = true;
  readonly kept = new Map<string, unknown>();
  /** Operations that are not applied to `folded` yet. */
  private readonly waiting: Operation[] = [];
  /** Operations that are. */
  private readonly done: Operation[] = [];
  /** Tables, in lower case, that may differ from what the operations make, since raw SQL changes them. */
  private readonly changedByRawSql = new Set<string>();
  /** The `search_path` that raw SQL has set. */
  private path: readonly string[] | undefined;

  /** @param replay the operations of the revisions before the script */
  constructor(
    private readonly replay: () => Promise<readonly Operation[]>,
    private readonly rules: SqlRules,
    readonly ownSchema?: string,
    /** The schema that the script starts from, in place of the replay. */
    private folded?: SchemaModel,
    readonly planned?: ServerFacts,
    /** What raw SQL makes of a table is taken as it is understood: for lint, which runs nothing that is compiled. */
    private readonly trustsRawSql = false,
  ) {}

  /** Adds an operation that the script now has. */
  add(operation: Operation): void {
    this.waiting.push(operation);
  }

  async table(name: QualifiedName): Promise<TableModel> {
    const { tables } = await this.schema();
    if (!this.trustsRawSql && this.changedByRawSql.has(name.name.toLowerCase())) {
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
      return parseStatements(operation.sql, this.rules).reduce((now, statement) => {
        if (statement.kind === 'set' && statement.setting.toLowerCase() === 'search_path') {
          this.path = searchPath(statement.value);
        }
        const nameOf = (name: QualifiedName): QualifiedName => this.nameOf(name, now);
        const before = withKnownObjects(now, statement, nameOf, this.rules);
        const enumOf = (type: string): EnumModel | undefined => enumNamed(type, before, nameOf, this.rules);
        const learned = [
          ...learnedFrom(statement, { nameOf, enumOf }),
          ...(this.trustsRawSql ? learnedObjects(statement, before, nameOf, this.rules) : []),
        ];
        return learned.reduce((after, operation) => this.applied(after, operation), before);
      }, schema);
    } else if (operation.kind === 'createTable') {
      this.changedByRawSql.delete(operation.table.name.toLowerCase());
    }
    // One part of a batch may be about what somebody else made, and the others not.
    if (operation.kind === 'batch') return operation.operations.reduce((now, part) => this.fold(now, part), schema);
    return this.applied(schema, operation);
  }

  /** The name as the model has it: without the data source's own schema. */
  private nameOf({ schema, name }: QualifiedName, { tables }: SchemaModel): QualifiedName {
    const own = this.ownSchema ?? 'public';
    const inPlace = (place: string | undefined): QualifiedName =>
      place === undefined || place === own ? { name } : { schema: place, name };
    if (schema !== undefined) return inPlace(schema);
    const inEach = (this.path ?? []).map(inPlace);
    const isTable = (each: QualifiedName): boolean =>
      tables.some((table) => qualifiedKey(table) === qualifiedKey(each));
    return inEach.find(isTable) ?? inEach[0] ?? { name };
  }

  private applied(schema: SchemaModel, operation: Operation): SchemaModel {
    try {
      return applyWith(this.rules)(schema, operation);
    } catch (error) {
      // It is about something that raw SQL, or somebody else, made: only a statement that asks for that is refused.
      if (error instanceof MigrateError) return schema;
      throw error;
    }
  }
}
