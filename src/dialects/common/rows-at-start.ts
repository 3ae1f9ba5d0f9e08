import type { Operation } from '../../operations/operation.js';
import { type ColumnModel, qualifiedKey, type QualifiedName } from '../../schema/schema.model.js';
import { isLiteral } from '../../sql/literals.js';
import type { SqlRules } from '../../sql/rules.js';

/** Columns whose values are asked about. */
export interface RowsRead {
  readonly table: QualifiedName;
  readonly columns: readonly string[];
  /** It depends on the type of the columns, in which a literal may have another value. */
  readonly isTyped?: true;
}

/** What a column was before a series of operations: one of that time, or, added since, the SQL of the value that all rows have in it. */
export type Former = { readonly name: string } | { readonly value: string };

/** What tables and columns were before a series of operations, by their present names. */
export interface RowsBefore {
  table(table: QualifiedName): QualifiedName;
  /** Undefined where the values of the column may be others by now. */
  column(table: QualifiedName, column: string): Former | undefined;
}

interface TableAtStart {
  /** Undefined for a table that was not there, and for one whose rows may be others by now. */
  readonly start: QualifiedName | undefined;
  /** The columns that are not as they were, by their names in small letters; undefined for other values. */
  readonly columns: ReadonlyMap<string, Former | undefined>;
  readonly isFilled: boolean;
}

/**
 * Which tables and columns still have the values that they had before a series of operations, and under which names: about these rows
 * can be asked before the first of the operations.
 */
export class RowsAtStart {
  private readonly tables = new Map<string, TableAtStart>();
  private isLost = false;

  constructor(private readonly sqlRules: SqlRules) {}

  /** Another one that knows the same so far. */
  copy(): RowsAtStart {
    const copy = new RowsAtStart(this.sqlRules);
    for (const [key, state] of this.tables) copy.tables.set(key, state);
    copy.isLost = this.isLost;
    return copy;
  }

  /** What is read was before; undefined where its values may be others by now. */
  before(reads: readonly RowsRead[]): RowsBefore | undefined {
    if (this.isLost) return undefined;
    const isKnown = reads.every(({ table, columns, isTyped }) => {
      const former = columns.map((name) => this.formerOf(table, name));
      const isClear = (was: Former): boolean => isTyped !== true || !('value' in was) || was.value === 'NULL';
      return this.of(table).start !== undefined && former.every((was) => was !== undefined && isClear(was));
    });
    if (!isKnown) return undefined;
    return {
      table: (name) => this.of(name).start ?? name,
      column: (table, name) => this.formerOf(table, name),
    };
  }

  /** Whether rows were added to what is read, so that an answer is not the last one. */
  isFilled(reads: readonly RowsRead[]): boolean {
    return reads.some(({ table }) => this.of(table).isFilled);
  }

  /** Takes an operation into account that is behind what was asked so far; not the effects of raw SQL. */
  note(operation: Operation): void {
    switch (operation.kind) {
      case 'createTable':
        return this.touch(operation.table);
      case 'dropTable':
        return this.touch(operation.table);
      case 'renameTable': {
        const moved = this.of(operation.table);
        this.touch(operation.table);
        return this.put(operation.to, moved);
      }
      case 'bulkInsert':
        return this.put(operation.table, { ...this.of(operation.table), isFilled: true });
      case 'batch':
        for (const part of operation.operations) this.note(part);
        return;
      case 'renameColumn': {
        const former = this.formerOf(operation.table, operation.from);
        this.change(operation.table, operation.from, undefined);
        return this.change(operation.table, operation.to, former);
      }
      case 'renameLabel':
        return this.change(operation.table, operation.column, undefined);
      case 'addColumn':
        return this.change(operation.table, operation.column.name, this.valueOf(operation.column));
      case 'alterColumn':
        return changesValues(operation.to) ? this.change(operation.table, operation.column, undefined) : undefined;
      case 'dropColumn':
        return this.change(operation.table, operation.column, undefined);
      case 'dropSchema':
        return this.lose();
      default:
        return undefined;
    }
  }

  /** The rows of a table may be others by now. */
  touch(table: QualifiedName): void {
    this.put(table, { start: undefined, columns: new Map(), isFilled: false });
  }

  /** The rows of all tables may be others by now. */
  lose(): void {
    this.isLost = true;
  }

  private formerOf(table: QualifiedName, column: string): Former | undefined {
    const { columns } = this.of(table);
    return columns.has(column.toLowerCase()) ? columns.get(column.toLowerCase()) : { name: column };
  }

  /** The one value that rows get in a column that is added. */
  private valueOf({ asExpression, generationStrategy, default: value, isNullable }: ColumnModel): Former | undefined {
    if (asExpression !== undefined || generationStrategy !== undefined) return undefined;
    if (value === undefined) return isNullable ? { value: 'NULL' } : undefined;
    return isLiteral(value, this.sqlRules) ? { value } : undefined;
  }

  private change(table: QualifiedName, column: string, former: Former | undefined): void {
    const known = this.of(table);
    this.put(table, { ...known, columns: new Map(known.columns).set(column.toLowerCase(), former) });
  }

  private of(table: QualifiedName): TableAtStart {
    const { schema, name } = table;
    const start = { ...(schema !== undefined && { schema }), name };
    return this.tables.get(qualifiedKey(table)) ?? { start, columns: new Map(), isFilled: false };
  }

  private put(table: QualifiedName, state: TableAtStart): void {
    this.tables.set(qualifiedKey(table), state);
  }
}

/** Fields of a column whose change leaves its values as they are. */
const HARMLESS = new Set(['isNullable', 'default', 'comment']);

function changesValues(change: object): boolean {
  return Object.keys(change).some((field) => !HARMLESS.has(field));
}
