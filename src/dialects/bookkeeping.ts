import type { QualifiedName } from '../schema/schema.model.js';

/** SQL of the two tables that the runner keeps. Statements take no parameters so that scripts can hold them. */
export interface Bookkeeping {
  createVersionTable(table: QualifiedName): string;
  createHistoryTable(table: QualifiedName): string;
  /** A query with one row and one column `exists` (1 or 0). */
  tableExists(table: QualifiedName): string;
}
