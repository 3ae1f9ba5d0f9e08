/** How far a database is with a statement. */
export interface StatementProgress {
  /** What it does at the moment, as the database reports it: `building index: scanning table`. */
  readonly phase: string;
  /** How much of the phase is done, between 0 and 100; absent where the database does not count. */
  readonly percent?: number;
}

/** Reads how far the database is with the statement of a run, on a connection that is none of the run's. */
export interface ProgressReader {
  /** Undefined where the database does not report it, or no connection can be had. Never throws. */
  read(): Promise<StatementProgress | undefined>;
  /** Closes the connection, without a wait for it. Never throws. */
  close(): void;
}
