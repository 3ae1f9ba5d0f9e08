import type { ColumnModel } from '../../../schema/schema.model.js';

interface Key {
  readonly columnNames: readonly string[];
  readonly columnOptions?: Readonly<Record<string, string>>;
}

/** Names as their columns are spelled: SQLite takes a column by its name in any capitals. */
export class Spelling {
  private readonly names: ReadonlyMap<string, string>;

  constructor(columns: readonly ColumnModel[]) {
    this.names = new Map(columns.map(({ name }) => [name.toLowerCase(), name]));
  }

  of(name: string): string {
    return this.names.get(name.toLowerCase()) ?? name;
  }

  /** A key or an index with its columns' own names. */
  inKey<T extends Key>(key: T): T {
    const columnNames = key.columnNames.map((name) => this.of(name));
    if (key.columnOptions === undefined) return { ...key, columnNames };
    const options = Object.entries(key.columnOptions).map(([name, option]) => [this.of(name), option]);
    return { ...key, columnNames, columnOptions: Object.fromEntries(options) };
  }
}
