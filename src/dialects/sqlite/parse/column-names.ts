import type { ColumnModel } from '../../../schema/schema.model.js';

interface Key {
  readonly columnNames: readonly string[];
  readonly columnOptions?: Readonly<Record<string, string>>;
}

/** The names of a table's columns as they are spelled there: SQLite ignores case when a key or an index names a column. */
export class ColumnNames {
  private readonly names: ReadonlyMap<string, string>;

  constructor(columns: readonly ColumnModel[]) {
    this.names = new Map(columns.map(({ name }) => [name.toLowerCase(), name]));
  }

  /** The column's own spelling of a name; the name itself when there is no such column. */
  of(name: string): string {
    return this.names.get(name.toLowerCase()) ?? name;
  }

  /** A key or an index with the columns' own spelling of their names. */
  inKey<T extends Key>(key: T): T {
    const columnNames = key.columnNames.map((name) => this.of(name));
    if (key.columnOptions === undefined) return { ...key, columnNames };
    const options = Object.entries(key.columnOptions).map(([name, option]) => [this.of(name), option]);
    return { ...key, columnNames, columnOptions: Object.fromEntries(options) };
  }
}
