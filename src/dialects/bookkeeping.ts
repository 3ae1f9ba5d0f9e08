import type { ColumnModel, QualifiedName, TableModel } from '../schema/schema.model.js';

/** What the package's own tables need of a kind of database. */
export interface Bookkeeping {
  /** The type of a point in time. */
  readonly instant: string;
  /** The type of a text without a limit that a statement or its answer could reach. @default text */
  readonly longText?: string;
  /** The server's time within a transaction, ms, as an expression. Absent where no session runs several statements at once. */
  readonly now?: string;
  /** The time of the database's own clock, in whole ms since 1970, as an expression: by it one process sees that another is at work. */
  readonly clock: string;
  /** A column that numbers the rows. */
  readonly counter: Pick<ColumnModel, 'type' | 'generationStrategy' | 'generatedIdentity'>;
  /** What the tables have besides their columns, so that they hold any text. */
  readonly table?: Pick<TableModel, 'mysql'>;
  /** A query with one row and one column `exists` (1 or 0). It takes no parameters so that scripts can hold it. */
  tableExists(table: QualifiedName): string;
  /**
   * A query with one row and a column (1 or 0) for each of several tables in one schema, by its key. Absent where a query of its own for each
   * costs no more.
   */
  tablesExist?(tables: Readonly<Record<string, QualifiedName>>): string;
}
