import type { Operation } from '../../operations/operation.js';
import { qualifiedKey, type QualifiedName } from '../../schema/schema.model.js';

/** Columns whose values are asked about. */
export interface RowsRead {
  readonly table: QualifiedName;
  /** `all` where the columns are not known, as in the expression of a check. */
  readonly columns: readonly string[] | 'all';
}

/** The names that tables and columns had before a series of operations, by their present ones. */
export interface StartNames {
  table(table: QualifiedName): QualifiedName;
  column(table: QualifiedName, column: string): string;
}

interface TableAtStart {
  /** Undefined for a table that was not there, and for one whose rows may be others by now. */
  readonly start: QualifiedName | undefined;
  /** The columns that are not as they were, by their names in small letters: their former names, undefined for other values. */
  readonly columns: ReadonlyMap<string, string | undefined>;
  readonly isFilled: boolean;
}

/**
 * Which tables and columns still have the values that they had before a series of operations, and under which names: about these rows
 * can be asked before the first of the operations.
 */
export class RowsAtStart {
  private readonly tables = new Map<string, TableAtStart>();
  private isLost = false;

  /** The former names of what is read; undefined where its values may be others by now. */
  namesOf(reads: readonly RowsRead[]): StartNames | undefined {
    if (this.isLost) return undefined;
    const isKnown = reads.every(({ table, columns }) => {
      const { start, columns: changed } = this.of(table);
      if (start === undefined) return false;
      return columns === 'all'
        ? changed.size === 0
        : columns.every((name) => !changed.has(name.toLowerCase()) || changed.get(name.toLowerCase()) !== undefined);
    });
    if (!isKnown) return undefined;
    return {
      table: (name) => this.of(name).start ?? name,
      column: (table, name) => this.of(table).columns.get(name.toLowerCase()) ?? name,
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
      case 'addColumn':
        return this.change(operation.table, operation.column.name, undefined);
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

  private formerOf(table: QualifiedName, column: string): string | undefined {
    const { columns } = this.of(table);
    return columns.has(column.toLowerCase()) ? columns.get(column.toLowerCase()) : column;
  }

  private change(table: QualifiedName, column: string, former: string | undefined): void {
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
