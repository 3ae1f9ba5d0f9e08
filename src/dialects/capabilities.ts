/** What kinds of databases can do or not, for whoever must not ask which one it is. */
export interface Capabilities {
  /** A failed run leaves nothing behind: DDL rolls back. */
  readonly transactionalDdl: boolean;
  readonly schemas: boolean;
  readonly enums: boolean;
  readonly comments: boolean;
  readonly extensions: boolean;
  readonly materializedViews: boolean;
  /** Indexes may be built while the table is written to, outside of any transaction (`isConcurrent`). */
  readonly concurrentIndexes: boolean;
  /** Primary keys have names by default; elsewhere one has the name that a revision gives it, or none. */
  readonly namesPrimaryKeys: boolean;
  /** Table operations that the database runs only as a rebuild, so that autogenerate puts them in one `batch`. */
  readonly batchesTableChanges: boolean;
  /** Names that differ in capitals alone are one name. */
  readonly namesIgnoreCapitals: boolean;
  /** Names longer than this many bytes are cut by the database; Infinity when they are not. */
  readonly maxIdentifierBytes: number;
}
