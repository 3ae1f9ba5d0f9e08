import type { Effects } from '../dialects/dialect.js';
import type { Operation } from '../operations/operation.js';
import { qualifiedKey, type QualifiedName, type SchemaModel } from '../schema/schema.model.js';
import type { ColumnClause, SqlStatement, TableAction } from '../sql/ddl/statement.js';

/** What a plan itself has created so far: nobody uses it yet, so that locks of it, and work on it, keep nobody waiting. */
export class NewObjects {
  private readonly keys = new Set<string>();
  /** New columns of tables, by both names. */
  private readonly columns = new Set<string>();
  /** Those of them that have a value in each row from the begin. */
  private readonly filled = new Set<string>();

  /** @param ownSchema the schema of names without one */
  constructor(private readonly ownSchema = 'public') {}

  /** Whether the plan has created it. */
  has(name: QualifiedName): boolean {
    return this.keys.has(this.keyOf(name));
  }

  /** Whether the plan has added the column, or created its table. */
  hasColumn(table: QualifiedName, column: string): boolean {
    return this.has(table) || this.columns.has(this.columnKey(table, column));
  }

  /** Whether the plan has added the column with a value for each row. */
  isFilled(table: QualifiedName, column: string): boolean {
    return this.filled.has(this.columnKey(table, column));
  }

  /**
   * Takes statements for done.
   *
   * @param operation what they are part of: a table or a type that it makes again stays what it was
   * @param schema the schema before them, by which IF NOT EXISTS is known to make something
   */
  note(statements: readonly SqlStatement[], operation?: Operation, schema?: SchemaModel): void {
    const again = operation === undefined ? undefined : madeAgainBy(operation);
    const wasNew = again !== undefined && this.has(again);
    for (const statement of statements) this.noteOne(statement, schema);
    if (again === undefined || wasNew === this.has(again)) return;
    if (wasNew) this.add(again);
    else this.keys.delete(this.keyOf(again));
  }

  /** What remains of the effects of a statement. */
  without(effects: Effects): Effects {
    const isOld = (name: QualifiedName): boolean => !this.has(name);
    return {
      ...effects,
      locks: effects.locks.filter(({ object, name }) => object === 'database' || isOld(name)),
      work: effects.work.filter(({ table }) => isOld(table)),
      loses: effects.loses.filter(({ name, column }) => isOld(name) && !this.isNewPart(name, column)),
      fails: effects.fails.filter(({ table }) => isOld(table)),
      // Old INSERTs have no value for a new column either.
      breaks: effects.breaks.filter(
        ({ how, name, column }) => isOld(name) && (how === 'required' || !this.isNewPart(name, column)),
      ),
    };
  }

  private isNewPart(name: QualifiedName, column: string | undefined): boolean {
    return column !== undefined && this.hasColumn(name, column);
  }

  private noteOne(statement: SqlStatement, schema?: SchemaModel): void {
    switch (statement.kind) {
      case 'createTable':
        // With IF NOT EXISTS it may be old.
        if (statement.ifNotExists !== true || this.isMissing(statement.table, schema)) this.add(statement.table);
        break;
      case 'create':
        // A schema may have the name of a table.
        if (statement.object === 'SCHEMA') this.add({ schema: statement.name?.name ?? '', name: '' });
        if (statement.name !== undefined && /VIEW|SEQUENCE|^TYPE$|DOMAIN/.test(statement.object))
          this.add(statement.name);
        break;
      case 'createIndex':
        if (statement.index !== undefined && statement.ifNotExists !== true) this.add(statement.index);
        break;
      case 'drop':
        for (const name of statement.names) this.keys.delete(this.keyOf(name));
        break;
      case 'alterTable':
        for (const action of statement.actions) this.noteAction(statement.table, action);
        break;
      case 'block':
        this.note(statement.statements, undefined, schema);
        break;
      case 'rename': {
        const { name, to, isMove, column } = statement;
        if (column !== undefined) break;
        this.rename(name, isMove ? { schema: to, name: name.name } : { ...name, name: to });
        break;
      }
      default:
    }
  }

  private noteAction(table: QualifiedName, action: TableAction): void {
    switch (action.action) {
      case 'addColumn':
        this.columns.add(this.columnKey(table, action.column.name));
        if (hasValue(action.column)) this.filled.add(this.columnKey(table, action.column.name));
        break;
      case 'dropColumn':
        for (const keys of [this.columns, this.filled]) keys.delete(this.columnKey(table, action.column));
        break;
      case 'renameColumn':
        for (const keys of [this.columns, this.filled]) {
          if (keys.delete(this.columnKey(table, action.from))) keys.add(this.columnKey(table, action.to));
        }
        break;
      case 'renameTable':
        this.rename(table, { ...table, name: action.to });
        break;
      case 'setSchema':
        this.rename(table, { schema: action.to, name: table.name });
        break;
      default:
    }
  }

  /** Whether a schema of which something is known has no such table. */
  private isMissing(name: QualifiedName, schema?: SchemaModel): boolean {
    if (schema === undefined || schema.tables.length === 0) return false;
    const key = this.keyOf(name);
    return !schema.tables.some((table) => qualifiedKey(table) === key);
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

  private columnKey(table: QualifiedName, column: string): string {
    return `${this.keyOf(table)} ${column}`;
  }
}

/** Whether ADD COLUMN gives old rows a value. */
function hasValue({ default: value, isIdentity, type }: ColumnClause): boolean {
  return isIdentity === true || /^(?:small|big)?serial/i.test(type) || (value !== undefined && !/^null\b/i.test(value));
}

/** What an operation drops and creates under the same name: a table that SQLite makes again, an enum type. */
function madeAgainBy(operation: Operation): QualifiedName | undefined {
  if ('enum' in operation) return operation.kind === 'alterEnum' ? operation.enum : undefined;
  if (!('table' in operation)) return undefined;
  return ['createTable', 'dropTable', 'renameTable'].includes(operation.kind)
    ? undefined
    : (operation.table as QualifiedName);
}
