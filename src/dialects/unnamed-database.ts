/** A `database` in the options of a data source that names none, and what the driver makes of it, in words for people. */
export interface UnnamedDatabase {
  /** What the options have, after "is": `undefined`. */
  readonly given: string;
  /** The database that the driver takes. */
  readonly taken: string;
  /** What to do where that database is meant. */
  readonly ifMeant: string;
}
