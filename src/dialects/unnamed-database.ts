/** A `database` in the options of a data source that names no database, and what the driver does then, for messages. */
export interface UnnamedDatabase {
  /** The value in the options, after "is": `undefined`. */
  readonly given: string;
  /** The database that the driver chooses. */
  readonly taken: string;
  /** What to do when that database is meant. */
  readonly ifMeant: string;
}
